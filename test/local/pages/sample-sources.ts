import type { Alert, Incident } from '../../../core/incident/incident.ts';
import type { MailDraft } from '../../../core/incident/next-step.ts';
import type { Evidence } from '../../../core/incident/timeline.ts';
import { addSeconds, type Instant } from '../../../core/instant.ts';
import { parseInventory } from '../../../core/inventory/parse-inventory.ts';
import { renderIncidentMail } from '../../../core/mail/incident-mail.ts';
import { type MonitorState, neverFailed } from '../../../core/monitor.ts';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';
import { DeskPhone } from '../../../local/connect/desk-phone.ts';
import { type Fleet, startFleet } from '../../../local/fleet/fleet.ts';
import { Mailbox } from '../../../local/mailbox.ts';
import type { PageSources } from '../../../local/pages/page-sources.ts';
import { phoneSource } from '../../../local/pages/phone/phone-source.ts';
import { watchFromStores } from '../../../local/pages/watch-source.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { WorkflowEngine } from '../../../local/workflows/engine.ts';
import { composeMail } from '../../../platform/mail/mime.ts';
import { createMemoryMetricStore } from '../../../platform/metrics/memory.ts';
import { createMemoryStores } from '../../../platform/store/memory.ts';
import { sampleFlow } from '../connect/sample-flow.ts';

export const now: Instant = '2026-11-21T03:12:05.000Z';
const ago = (seconds: number): Instant => addSeconds(now, -seconds);

export interface Sample {
  readonly sources: PageSources & { readonly fleet: Fleet };
  readonly incident: string;
  readonly closedIncident: string;
  readonly execution: string;
  readonly deskPhone: DeskPhone;
  readonly clock: VirtualClock;
  close(): Promise<void>;
}

/** Everything real but the events: a fleet, stores, a mailbox and an engine as after a break of `web-1`. */
export async function sampleSources({ isQuiet = false } = {}): Promise<Sample> {
  const clock = new VirtualClock(Date.parse(ago(600)));
  const fleet = await startFleet({ now: () => clock.now(), seed: 11 });
  const mailbox = Mailbox.open(':memory:');
  const stores = createMemoryStores();
  const metrics = createMemoryMetricStore();
  const engine = WorkflowEngine.open({
    file: ':memory:',
    clock,
    accountId: '123456789012',
    region: 'ap-northeast-1',
    tasks: {
      invokeFunction: async ({ functionName }) =>
        functionName === 'collect'
          ? { functionError: 'Unhandled', cause: '{"errorMessage":"<b>no route</b>"}' }
          : { payload: { severity: 'critical', summary: { ja: '接続拒否', en: 'refused' } } },
    },
  });
  const deskPhone = new DeskPhone({
    file: ':memory:',
    clock,
    flows: [sampleFlow()],
    bus: { publish: () => [] },
    invoke: async () => ({ taken: 'yes' }),
    warn: (message) => console.error(message),
  });
  const parsed = parseInventory([{ name: 'demo.yaml', text: fleet.inventory }], checkTypes);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { inventory } = parsed;
  await stores.inventory.replace(0, inventory);

  const sample: Sample = {
    sources: {
      mailbox,
      watch: watchFromStores({ ...stores, metrics, now: () => clock.now() }),
      workflows: engine,
      phone: phoneSource(deskPhone, stores.inventory),
      fleet,
      clock: { now: () => clock.now(), speed: 20 },
      version: '0.1.0',
      timeZone: 'Asia/Tokyo',
    },
    incident: 'demo.web-1-2',
    closedIncident: 'demo.web-1-1',
    execution: 'mimamori-detection:demo.web-1.web-3',
    deskPhone,
    clock,
    close: async () => {
      deskPhone.close();
      await engine.close();
      mailbox.close();
      await fleet.close();
    },
  };
  if (isQuiet) {
    await clock.advanceTo(Date.parse(now), () => engine.whenIdle());
    return sample;
  }

  await runWorkflows(engine, clock);
  await clock.advanceTo(Date.parse(ago(400)), () => engine.whenIdle());
  await fleet.break('web-1', 'web');
  await clock.advanceTo(Date.parse(ago(30)), () => engine.whenIdle());
  await fleet.break('db-1', 'disk');
  await clock.advanceTo(Date.parse(now), () => engine.whenIdle());
  await stores.sweeps.saveLastSweep(0, ago(5));

  await metrics.write(
    inventory.monitors
      .filter(({ server, id }) => server !== 'db-1' || id !== 'load')
      .map(({ account, server, id, check }) => ({
        account,
        server,
        monitor: id,
        check,
        at: ago(65),
        severity: 'ok' as const,
        values: valuesOf(check),
      })),
  );
  const incident = openIncident();
  const closed = closedIncident();
  await stores.incidents.replaceIncident(closed);
  await stores.incidents.replaceIncident(incident);
  await stores.incidents.addTimeline(
    [
      { at: ago(150), key: 'a', kind: 'joined' as const, summary: refusal },
      { at: ago(149), key: 'b', kind: 'joined' as const, summary: gone },
      {
        at: ago(118),
        key: 'c',
        kind: 'collected' as const,
        summary: { ja: '14 件の情報を収集しました。', en: 'Collected 14 outputs.' },
      },
      {
        at: ago(116),
        key: 'd',
        kind: 'mailed' as const,
        summary: { ja: '障害のメールを 2 名に送りました。', en: 'Problem mail sent to 2 contacts.' },
      },
      {
        at: ago(115),
        key: 'e',
        kind: 'command' as const,
        summary: { ja: 'サービスを再起動する', en: 'Restart the service' },
        command: {
          line: 'sudo -n /bin/systemctl restart nginx.service',
          runbook: 'restart-web',
          version: 'ed181975dfff',
          exitCode: 1,
          output: 'Job for nginx.service failed. <b>See "journalctl -xe".</b>',
          truncated: false,
          durationMs: 812,
        },
      },
      {
        at: ago(100),
        key: 'f',
        kind: 'operator' as const,
        by: '山田 <operator>',
        summary: { ja: 'この障害を確認しました。', en: 'Acknowledged this incident.' },
      },
    ].map((line) => ({ incident: incident.id, ...line })),
  );
  const found: Evidence = { incident: incident.id, number: 1, at: ago(118), status: 'collected', sections };
  await stores.incidents.saveEvidence(found);

  const setState = (server: string, monitor: string, after: MonitorState) =>
    stores.monitors.replaceState({ account: 'demo', server, monitor }, neverFailed, after);
  await setState('web-1', 'web', alerted(refusal));
  await setState('web-1', 'nginx', alerted(gone));
  await setState('db-1', 'disk', { ...alerted(full), phase: 'confirming', since: ago(12) });
  await setState('mail-1', 'memory', { ...neverFailed, unknownSince: ago(900) });
  await setState('mail-1', 'ssh', {
    ...neverFailed,
    episode: 1,
    since: ago(86_000),
    summary: { ja: '復旧しました', en: 'well again' },
  });
  await sendMails(mailbox, incident, found);
  return sample;
}

const refusal = {
  ja: '127.41.0.11:8081 に接続できません(接続拒否)',
  en: '127.41.0.11:8081 refused the connection',
};
const gone = { ja: 'プロセス nginx: 0 個(必要数 1 個以上)', en: '0 processes nginx, wanted at least 1' };
const full = {
  ja: 'ディスク使用率 /var/lib/mysql 97 %(しきい値 90 % 以上)',
  en: 'disk used: /var/lib/mysql 97 % (critical from 90 %)',
};

const alerted = (summary: MonitorState['summary']): MonitorState => ({
  phase: 'alerted',
  episode: 1,
  severity: 'critical',
  since: ago(390),
  ...(summary === undefined ? {} : { summary }),
});

const valuesOf = (check: string): Record<string, number> =>
  ({
    cpu: { usedPercent: 23.4, userPercent: 17.1 },
    memory: { usedPercent: 45.2, usedBytes: 1_932_735_283, totalBytes: 4_294_967_296 },
    load: { loadPerCore: 0.27, load5: 0.54, cores: 2 },
    disk: { 'usedPercent:/': 42.1, 'usedPercent:/var/log': 29.8 },
    traffic: { 'inBitsPerSecond:eth0': 1_440_000, 'outBitsPerSecond:eth0': 7_520_000 },
    process: { processes: 3, responseMs: 5.2 },
  })[check] ?? { responseMs: 2.345 };

function alertOf(monitor: string, check: string, summary: Alert['summary'], priority: number): Alert {
  return {
    monitor,
    episode: 3,
    check,
    severity: 'critical',
    priority,
    service: 'nginx',
    failingSince: ago(390),
    joinedAt: ago(150),
    summary,
    dedupSeconds: 30,
    collectSeconds: 30,
    problemMail: 1,
  };
}

function openIncident(): Incident {
  return {
    id: 'demo.web-1-2',
    account: 'demo',
    server: 'web-1',
    number: 2,
    plan: 'notify',
    state: 'open',
    openedAt: ago(150),
    leader: 'web-3',
    alerts: {
      'web-3': alertOf('web', 'http', refusal, 5),
      'nginx-3': alertOf('nginx', 'process', gone, 5),
    },
    mails: 1,
    news: 2,
    version: 1,
  };
}

function closedIncident(): Incident {
  const well = { ja: '正常に応答しました', en: 'answered well' };
  const alert = { ...alertOf('app', 'tcp', refusal, 7), failingSince: ago(90_500), joinedAt: ago(90_300) };
  return {
    ...openIncident(),
    id: 'demo.web-1-1',
    number: 1,
    state: 'closed',
    openedAt: ago(90_300),
    closedAt: ago(89_000),
    leader: 'app-3',
    alerts: { 'app-3': { ...alert, wellAt: ago(89_030), wellSummary: well, recoveryMail: 2 } },
  };
}

const sections: Evidence['sections'] = [
  {
    title: { ja: 'サービス nginx', en: 'Service nginx' },
    command: "systemctl status --no-pager --lines=0 'nginx'",
    exitCode: 3,
    output: '× nginx.service - nginx\n     Active: failed (Result: signal) since 2026-11-21 03:05:25 UTC\n',
    truncated: false,
    durationMs: 12,
  },
  {
    title: { ja: 'ディスク', en: 'Disks' },
    command: 'df -hP',
    exitCode: 0,
    output:
      'Filesystem Size Used Available Use% Mounted on\n/dev/vda1   40G  17G       23G  42% /\n</pre><script>alert(1)</script>\n',
    truncated: true,
    durationMs: 4,
  },
];

async function sendMails(mailbox: Mailbox, incident: Incident, found: Evidence): Promise<void> {
  const contacts = [
    { name: '佐藤 花子', mail: 'sato@demo.example', language: 'ja' },
    { name: 'Alex Miller', mail: 'miller@demo.example', language: 'en' },
  ] as const;
  const account = { id: 'demo', name: '株式会社デモ商店', timeZone: 'Asia/Tokyo' };
  const server = { id: 'web-1', name: 'Web 1' };
  const send = async (
    contact: (typeof contacts)[number],
    draft: MailDraft,
    at: Instant,
    earlier?: string,
  ) => {
    const rendered = renderIncidentMail({
      incident,
      draft,
      account,
      server,
      contact,
      evidence: draft.kind === 'problem' ? found : undefined,
      settings: { mailFromName: 'Mimamori' },
    });
    const { raw, messageId } = await composeMail(
      {
        ...rendered,
        thread: incident.id,
        number: draft.number,
        to: contact.mail,
        toName: contact.name,
        at,
        state: 'pending',
        attempts: 0,
      },
      { mailFrom: 'alert@mimamori.example', mailFromName: 'Mimamori' },
      earlier === undefined ? { references: [] } : { inReplyTo: earlier, references: [earlier] },
    );
    await mailbox.receive({ raw, from: 'alert@mimamori.example', to: [contact.mail], at });
    return messageId;
  };
  for (const contact of contacts) {
    const problem: MailDraft = {
      number: 1,
      kind: 'problem',
      failing: ['web-3', 'nginx-3'],
      recovered: [],
      stillFailing: [],
      messages: [],
    };
    const first = await send(contact, problem, ago(116));
    if (contact.language === 'ja') {
      const update: MailDraft = { ...problem, number: 2, kind: 'update', failing: ['nginx-3'] };
      await send(contact, update, ago(60), first);
    }
  }
  await mailbox.receive({
    raw: Buffer.from(
      'From: "<b>Desk</b>" <desk@mimamori.example>\r\nX-Mimamori-State: OPERATORS\r\nSubject: Check could not run: demo.mail-1.memory\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe agent gave no memory figures.\r\n',
    ),
    from: 'alert@mimamori.example',
    to: ['operators@mimamori.example'],
    at: ago(800),
  });
}

const detection = {
  QueryLanguage: 'JSONata',
  StartAt: 'Wait before the repeat',
  States: {
    'Wait before the repeat': { Type: 'Wait', Seconds: 60, Next: 'Check again' },
    'Check again': {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      TimeoutSeconds: 45,
      Arguments: { FunctionName: 'check', Payload: { monitor: 'web' } },
      Output: '{% $states.result.Payload %}',
      End: true,
    },
  },
};

const incidentMachine = {
  QueryLanguage: 'JSONata',
  StartAt: 'Collect on the server',
  States: {
    'Collect on the server': {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      TimeoutSeconds: 45,
      Arguments: { FunctionName: 'collect', Payload: {} },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Wait for news' }],
      Next: 'Wait for news',
    },
    'Wait for news': { Type: 'Wait', Seconds: 86_400, End: true },
  },
};

const failing = {
  QueryLanguage: 'JSONata',
  StartAt: 'Give up',
  States: { 'Give up': { Type: 'Fail', Error: 'Probe.NoEgress', Cause: 'no way out <script>' } },
};

async function runWorkflows(engine: WorkflowEngine, clock: VirtualClock): Promise<void> {
  const machines = { 'mimamori-detection': detection, 'mimamori-incident': incidentMachine, sweep: failing };
  for (const [name, definition] of Object.entries(machines)) {
    engine.registerMachine({ arn: engine.stateMachineArn(name), name, definition });
  }
  const start = (machine: string, name: string, input: unknown) =>
    engine.startExecution({
      stateMachineArn: engine.stateMachineArn(machine),
      name,
      input: JSON.stringify(input),
    });
  await start('mimamori-detection', 'demo.web-1.app-3', { monitor: 'app' });
  await start('mimamori-incident', 'demo.web-1-1', { incident: 'demo.web-1-1' });
  await start('sweep', 'failed-once', { note: '</pre><script>alert(1)</script>' });
  await start('mimamori-detection', 'demo.web-1.web-3', {
    monitor: { account: 'demo', server: 'web-1', monitor: 'web' },
    episode: 3,
    failingSince: ago(390),
    outcome: { severity: 'critical', summary: refusal, durationMs: 1.4, values: {} },
  });
  await start('mimamori-detection', 'demo.web-1.nginx-3', { monitor: 'nginx' });
  await clock.advanceTo(clock.now() + 120_000, () => engine.whenIdle());
  await start('mimamori-incident', 'demo.web-1-2', { incident: 'demo.web-1-2' });
  await engine.whenIdle();
}
