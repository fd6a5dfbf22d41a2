import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../core/incident/incident.ts';
import { addSeconds } from '../../core/instant.ts';
import type { Monitor } from '../../core/monitor.ts';
import type { GraphPorts } from '../../lambdas/mail/alert-graphs.ts';
import { createSendIncidentMail } from '../../lambdas/mail/send-incident-mail.ts';
import { createSendPending } from '../../lambdas/mail/send-pending.ts';
import { Mailbox } from '../../local/mailbox.ts';
import { createPngRenderer, installedAssets } from '../../platform/graph/render-png.ts';
import { composeMail } from '../../platform/mail/mime.ts';
import { createMemoryMetricStore } from '../../platform/metrics/memory.ts';
import {
  disk as diskWarning,
  draftOf,
  failedAt,
  https,
  incidentOf,
  jones,
  yamada,
} from '../core/mail/example-incident.ts';
import { mailWorld, withMethods } from './post-office.ts';

const disk: Alert = { ...diskWarning, monitor: 'disk', severity: 'critical' };
const cpu: Alert = { ...disk, monitor: 'cpu', check: 'cpu', priority: 10 };
const memory: Alert = { ...disk, monitor: 'memory', check: 'memory', priority: 9 };
const at = addSeconds(failedAt, 45);
const render = createPngRenderer(installedAssets());
/** For what is not about the picture itself. */
const sketch = async (svg: string) => Buffer.from(`a sketch of ${svg.length} characters`);

const monitorOf = ({ monitor: id, check, priority }: Alert): Monitor => ({
  account: 'acme',
  server: 'web-1',
  id,
  check,
  class: check === 'http' ? 'liveness' : 'resource',
  settings: { usedPercent: { critical: 90 } },
  timing: {
    intervalMinutes: 5,
    confirmations: 0,
    confirmationSpacingSeconds: 60,
    dedupSeconds: 30,
    collectSeconds: 30,
  },
  timeLimitMs: 5_000,
  priority,
  plan: 'notify',
  target: { address: '192.0.2.1', reach: 'internet' },
});

/** An open incident of these alerts, and a day of measurements of each of their monitors. */
async function worldOf(alerts: readonly Alert[], contacts = [yamada, jones]) {
  const incident = incidentOf(alerts);
  const world = await mailWorld(contacts, incident, alerts.map(monitorOf));
  const metrics = createMemoryMetricStore();
  await metrics.write(
    alerts.flatMap(({ monitor, check }) =>
      Array.from({ length: 289 }, (_, n) => ({
        account: 'acme',
        server: 'web-1',
        monitor,
        check,
        at: addSeconds(failedAt, -n * 300),
        severity: n === 0 ? ('critical' as const) : ('ok' as const),
        values:
          check === 'disk'
            ? { 'usedPercent:/': 40, 'usedPercent:/var': n === 0 ? 95 : 85 }
            : { usedPercent: n === 0 ? 95 : 20 },
      })),
    ),
  );
  const graphs: GraphPorts = { series: () => metrics, render: sketch };
  const send = (change: Partial<GraphPorts> = {}, draft = {}) =>
    createSendIncidentMail({ ...world, graphs: { ...graphs, ...change } })({
      incident: incident.id,
      mail: draftOf({ kind: 'problem', failing: Object.keys(incident.alerts), ...draft }),
      at,
    });
  return { world, incident, send, graphs };
}

describe('graphs in alert mails', () => {
  it('given a disk that fills up, when contacts of two languages are mailed, then each sees its last day in their language', async () => {
    const { world, send } = await worldOf([disk]);
    await send({ render });
    const [japanese, english] = [yamada, jones].map(({ mail }) => world.office.to(mail)[0]?.mail);
    for (const mail of [japanese, english]) {
      expect(
        mail?.attachments.map(({ contentId, mimeType, disposition, filename }) => [
          contentId,
          mimeType,
          disposition,
          filename,
        ]),
      ).toEqual([['<graph-disk-2@acme.web-1-7>', 'image/png', 'inline', 'graph-disk-2.png']]);
      expect(mail?.html).toContain('<img src="cid:graph-disk-2@acme.web-1-7" alt="');
      expect(mail?.text).not.toContain('cid:');
    }
    expect(japanese?.html).toContain(
      'web-1 (受注サーバー) のディスク使用率のグラフ（11-20 03:10 – 11-21 03:12 (UTC+9)）。/: 最新 40.0 %、最大 40.0 %；/var: 最新 95.0 %、最大 95.0 %。',
    );
    expect(english?.html).toContain('Graph: Disk used of web-1 (受注サーバー), 11-20 03:10');
    const [one, other] = [japanese, english].map((mail) =>
      Buffer.from(mail?.attachments[0]?.content as ArrayBuffer),
    );
    expect(one?.subarray(1, 4).toString()).toBe('PNG');
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(false);
    expect(one?.length).toBeLessThanOrEqual(60_000);
    // The graph stands below what is said of its monitor.
    expect(english?.html?.indexOf('disk-2@')).toBeGreaterThan(
      english?.html?.indexOf('84.2 % full') ?? Number.NaN,
    );
  });

  it('given the same failure again, when it is mailed, then the mail has the same bytes', async () => {
    const raws: Buffer[] = [];
    for (let run = 0; run < 2; run++) {
      const { world, incident, graphs } = await worldOf([disk], [jones]);
      const sender = withMethods(world.office, {
        send: async (mail) => {
          raws.push(mail.raw);
          return { messageId: mail.messageId };
        },
      });
      await createSendIncidentMail({ ...world, sender, graphs: { ...graphs, render } })({
        incident: incident.id,
        mail: draftOf({ kind: 'problem', failing: ['disk-2'] }),
        at,
      });
    }
    expect(raws).toHaveLength(2);
    expect(raws[0]?.equals(raws[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it('given a mail that did not leave, when the schedule sends it later, then it has the picture that was made first, and the outbox keeps it no longer', async () => {
    const { world, incident, send } = await worldOf([disk], [jones]);
    world.office.faults.set('', 'unavailable');
    await expect(send()).rejects.toThrow('are pending');
    const [kept] = await world.outbox.thread(incident.id, jones.mail);
    expect(kept?.pictures?.map(({ cid }) => cid)).toEqual(['graph-disk-2@acme.web-1-7']);
    world.office.faults.clear();
    // The task comes again, and by now nothing can be read.
    await createSendPending(world)({ time: addSeconds(at, 60) });
    await createSendPending(world)({ time: addSeconds(at, 360) });
    const [sent] = world.office.to(jones.mail);
    expect(Buffer.from(sent?.mail.attachments[0]?.content as ArrayBuffer).toString('base64')).toBe(
      kept?.pictures?.[0]?.pngBase64,
    );
    const [after] = await world.outbox.thread(incident.id, jones.mail);
    expect([after?.state, after?.pictures]).toEqual(['sent', undefined]);
  });

  const faults = [
    {
      given: 'a metric store that cannot be reached',
      change: { series: () => ({ series: () => Promise.reject(new Error('no metrics today')) }) },
      logged: 'no metrics today',
    },
    {
      given: 'a metric store that is not set up',
      change: {
        series: () => {
          throw new Error('METRIC_STORE is not set');
        },
      },
      logged: 'METRIC_STORE is not set',
    },
    {
      given: 'a metric store that does not answer',
      change: { limitMs: 50, series: () => ({ series: () => new Promise<never>(() => undefined) }) },
      logged: 'they were not drawn in time',
    },
    {
      given: 'a renderer that fails',
      change: { render: () => Promise.reject(new Error('no wasm')) },
      logged: 'no wasm',
    },
    {
      given: 'a renderer that does not answer',
      change: { limitMs: 50, render: () => new Promise<never>(() => undefined) },
      logged: 'they were not drawn in time',
    },
  ];
  for (const { given, change, logged } of faults) {
    it(`given ${given}, when a failure is mailed, then the mail leaves without a picture, and the log says why`, async () => {
      const { world, send } = await worldOf([disk]);
      expect(await send(change)).toEqual({ sent: 2 });
      for (const { mail } of [yamada, jones].flatMap(({ mail }) => world.office.to(mail))) {
        expect(mail.attachments).toEqual([]);
        expect(mail.html).not.toContain('<img');
      }
      expect(world.logged.filter((line) => line.includes(logged))).not.toEqual([]);
    });
  }

  const without = [
    { given: 'a liveness alert', alerts: [https], draft: {} },
    {
      given: 'a recovery',
      alerts: [disk],
      draft: { kind: 'recovery' as const, failing: [], recovered: ['disk-2'] },
    },
  ];
  for (const { given, alerts, draft } of without) {
    it(`given ${given}, when it is mailed, then nothing is drawn or read`, async () => {
      const { world, send } = await worldOf(alerts);
      const unread = { series: () => expect.unreachable('nothing is to be read') };
      await send(unread, draft);
      expect(world.office.to(jones.mail)[0]?.mail.attachments).toEqual([]);
      expect(world.logged.filter((line) => line.includes('without its graphs'))).toEqual([]);
    });
  }

  it('given three resources that fail together, when they are mailed, then the two that matter most are drawn', async () => {
    const { world, send } = await worldOf([cpu, disk, memory], [jones]);
    await send();
    const [mail] = world.office.to(jones.mail);
    expect(mail?.mail.attachments.map(({ contentId }) => contentId)).toEqual([
      '<graph-disk-2@acme.web-1-7>',
      '<graph-memory-2@acme.web-1-7>',
    ]);
  });

  const sizes = [
    {
      given: 'a picture that is too large in its fine form',
      bytes: [60_001, 20_000],
      pictures: 2,
      zooms: [2, 1, 2],
    },
    {
      given: 'a picture that is always too large',
      bytes: [60_001, 60_001, 60_001, 60_001],
      pictures: 0,
      zooms: [2, 1, 2, 1],
    },
    {
      given: 'a second picture for which no room is left',
      bytes: [50_000, 12_000, 9_000],
      pictures: 2,
      zooms: [2, 2, 1],
    },
  ];
  for (const { given, bytes, pictures, zooms } of sizes) {
    it(`given ${given}, when it is mailed, then ${pictures} pictures of 60,000 bytes at most travel`, async () => {
      const { world, send } = await worldOf([disk, memory], [jones]);
      const left = [...bytes];
      const asked: number[] = [];
      await send({
        render: async (_svg, zoom) => {
          asked.push(zoom);
          return Buffer.alloc(left.shift() ?? 20_000, 7);
        },
      });
      expect(asked).toEqual(zooms);
      const contents =
        world.office
          .to(jones.mail)[0]
          ?.mail.attachments.map(({ content }) => (content as ArrayBuffer).byteLength) ?? [];
      expect(contents).toHaveLength(pictures);
      expect(contents.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(60_000);
    });
  }

  it('given a monitor that is half an hour old, when it is mailed, then the last two hours are shown', async () => {
    const { send, world } = await worldOf([disk], [jones]);
    const metrics = createMemoryMetricStore();
    await metrics.write(
      Array.from({ length: 6 }, (_, n) => ({
        account: 'acme',
        server: 'web-1',
        monitor: 'disk',
        check: 'disk',
        at: addSeconds(failedAt, -n * 300),
        severity: 'critical' as const,
        values: { 'usedPercent:/': 95 },
      })),
    );
    await send({ series: () => metrics });
    // 03:12 in Tokyo, and the buckets are of five minutes.
    expect(world.office.to(jones.mail)[0]?.mail.html).toContain('11-21 01:15 – 11-21 03:12 (UTC+9)');
  });

  it('given names of file systems that are hostile, when they are drawn, then the mail has no element of theirs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (name) => {
        const { world, send } = await worldOf([disk], [jones]);
        const metrics = createMemoryMetricStore();
        await metrics.write([
          {
            account: 'acme',
            server: 'web-1',
            monitor: 'disk',
            check: 'disk',
            at: failedAt,
            severity: 'critical',
            values: { [`usedPercent:"><img src=x>${name}`]: 95 },
          },
        ]);
        await send({ series: () => metrics, render: async () => Buffer.from('png') });
        expect(world.office.to(jones.mail)[0]?.mail.html?.match(/<img /g)).toHaveLength(1);
      }),
      { numRuns: 12 },
    );
  });

  it('given the inbox of one machine, when such a mail comes, then its page shows the picture', async () => {
    const { world, incident, graphs } = await worldOf([disk], [jones]);
    world.office.faults.set('', 'unavailable');
    const sending = createSendIncidentMail({ ...world, graphs })({
      incident: incident.id,
      mail: draftOf({ kind: 'problem', failing: ['disk-2'] }),
      at,
    });
    await expect(sending).rejects.toThrow('are pending');
    const [kept] = await world.outbox.thread(incident.id, jones.mail);
    if (kept === undefined) throw new Error('nothing lies in the outbox');
    const from = { mailFrom: 'alerts@msp.example', mailFromName: 'Mimamori' };
    const { raw } = await composeMail(kept, from, { references: [] });
    const mailbox = Mailbox.open(':memory:');
    const { id } = await mailbox.receive({ raw, from: from.mailFrom, to: [kept.to], at });
    expect(await mailbox.htmlOf(id)).toContain(
      `<img src="data:image/png;base64,${kept.pictures?.[0]?.pngBase64}" alt="Graph: Disk used`,
    );
    mailbox.close();
  });
});
