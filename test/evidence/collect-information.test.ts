import { afterEach, describe, expect, it } from 'vitest';
import type { Alert, Incident } from '../../core/incident/incident.ts';
import type { Evidence } from '../../core/incident/timeline.ts';
import type { SshAccess } from '../../core/server.ts';
import { createCollectInformation } from '../../lambdas/evidence/collect-information.ts';
import type { OperatorNotice } from '../../lambdas/mail/tell-operators.ts';
import { createMemorySecretStore } from '../../platform/secrets/memory.ts';
import { openSshConnection } from '../../platform/ssh/ssh-connection.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import { type SshServerOptions, startSshServer } from '../platform/ssh/ssh-server.ts';

const at = '2026-11-21T00:03:00.000Z';
const password = 'correct horse';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const alert: Alert = {
  monitor: 'http',
  episode: 1,
  check: 'http',
  severity: 'critical',
  priority: 5,
  service: 'nginx',
  failingSince: at,
  joinedAt: at,
  summary: { en: 'refused', ja: '拒否' },
  dedupSeconds: 30,
  collectSeconds: 30,
};
const incident: Incident = {
  id: 'acme.web-1-1',
  account: 'acme',
  server: 'web-1',
  number: 1,
  plan: 'notify',
  state: 'open',
  openedAt: at,
  leader: 'http-1',
  alerts: { 'http-1': alert },
  mails: 0,
  news: 1,
  version: 1,
};

interface Setup {
  readonly server?: SshServerOptions;
  readonly access?: Partial<SshAccess>;
  readonly secret?: string | null;
  readonly withSsh?: boolean;
  readonly localAllowed?: boolean;
  readonly service?: string;
}

async function setUp({
  server: options,
  access = {},
  secret = password,
  withSsh = true,
  localAllowed = true,
  service,
}: Setup) {
  const stores = createMemoryStores();
  const notices: OperatorNotice[] = [];
  const server = await startSshServer(options);
  closers.push(server.close);
  const { port, user, hostKey } = server.target;
  const ssh: SshAccess = { port, user, hostKey, password: 'acme/ssh', ...access };
  await stores.inventory.replace(0, {
    settings: {
      mailFrom: 'w@msp.example',
      mailFromName: 'Mimamori',
      operators: { mail: ['desk@msp.example'], language: 'en' },
      referenceEndpoints: [],
    },
    accounts: [{ id: 'acme', name: 'Acme', timeZone: 'Asia/Tokyo', contacts: [] }],
    servers: [
      {
        account: 'acme',
        id: 'web-1',
        name: 'web-1',
        address: '127.0.0.1',
        plan: 'notify',
        reach: 'local',
        ...(withSsh ? { ssh } : {}),
      },
    ],
    monitors: [],
  });
  const alerts = service === undefined ? incident.alerts : { 'http-1': { ...alert, service } };
  await stores.incidents.replaceIncident({ ...incident, alerts });
  const collect = createCollectInformation({
    ...stores,
    secrets: createMemorySecretStore(secret === null ? {} : { 'acme/ssh': secret }),
    tellOperators: async (notice) => void notices.push(notice),
    openSsh: openSshConnection,
    localTargetsAllowed: localAllowed,
  });
  const run = async (limitSeconds = 10): Promise<Evidence> => {
    await collect({ incident: incident.id, number: 1, limitSeconds, at });
    const evidence = await stores.incidents.evidence(incident.id, 1);
    if (evidence === undefined) throw new Error('nothing was written');
    return evidence;
  };
  return { run, stores, notices };
}

describe('what is collected', () => {
  it('given a server that answers, when its service failed, then the service, the machine, the log and the four network commands are collected in this order', async () => {
    const { run, stores } = await setUp({});
    const { status, sections } = await run();
    expect(status).toBe('collected');
    expect(sections.map(({ command }) => command)).toEqual([
      "systemctl status --no-pager --lines=0 'nginx' 2>/dev/null || service 'nginx' status",
      "journalctl -u 'nginx' -n 30 --no-pager",
      'uptime',
      'free -m',
      'df -hP',
      'df -iP',
      'ps -eo pid,user,pcpu,pmem,etime,comm --sort=-pcpu | head -n 15',
      'ss -tuln',
      'ss -s',
      expect.stringContaining('journalctl -p err'),
      'ip addr show',
      'ip link show',
      'ip neigh',
      'ip route show table all',
    ]);
    expect(sections[2]).toMatchObject({ output: 'ran uptime\n', exitCode: 0, truncated: false });
    expect((await stores.incidents.timeline(incident.id)).map(({ summary }) => summary.en)).toEqual([
      'Collected 14 outputs.',
    ]);
  });

  it('given it was collected before, when the step is repeated, then nobody logs in again', async () => {
    const logins: string[] = [];
    const { run } = await setUp({ server: { onLogin: (user) => logins.push(user) } });
    const first = await run();
    const count = logins.length;
    expect(await run()).toEqual(first);
    expect(logins).toHaveLength(count);
  });

  it('given outputs that hold secrets, when they are collected, then the evidence does not', async () => {
    const { run } = await setUp({
      server: {
        exec: (_command, channel) => {
          channel.write(`DB_PASSWORD=s3cr3t-value\nour own: ${password}\n`);
          channel.exit(0);
          channel.end();
        },
      },
    });
    const text = JSON.stringify(await run());
    expect(text).not.toContain('s3cr3t-value');
    expect(text).not.toContain(password);
  });

  it('given a service name that is none, when it is collected, then no command is made of it', async () => {
    const commands: string[] = [];
    const { run } = await setUp({
      service: "x'; rm -rf / #",
      server: {
        exec: (command, channel) => {
          commands.push(command);
          channel.exit(0);
          channel.end();
        },
      },
    });
    await run();
    expect(commands).toHaveLength(12);
    expect(commands.join('\n')).not.toContain('rm -rf');
  });

  it('given commands that hang, when the limit is over, then what came is kept and the rest is said to be missing', async () => {
    const { run } = await setUp({
      server: {
        exec: (command, channel) => {
          if (command !== 'uptime') return;
          channel.write('up\n');
          channel.exit(0);
          channel.end();
        },
      },
    });
    const { status, reason, sections } = await run(1);
    expect(status).toBe('partial');
    expect(reason?.en).toMatch(/^\d+ commands were left out/);
    expect(sections.find(({ command }) => command === 'uptime')?.output).toBe('up\n');
  });

  it('given commands that flood, when they are collected, then all of it stays below 100 KB', async () => {
    const { run } = await setUp({
      server: {
        exec: (_command, channel) => {
          channel.on('error', () => {});
          channel.write('x'.repeat(200_000));
          channel.exit(0);
          channel.end();
        },
      },
    });
    const { sections } = await run();
    expect(sections[0]?.truncated).toBe(true);
    expect(JSON.stringify(sections).length).toBeLessThan(100_000);
  });
});

describe('a server that cannot be logged in to', () => {
  const cases: readonly (Setup & {
    given: string;
    then: string;
    status: string;
    reason?: RegExp;
    told?: RegExp;
  })[] = [
    { given: 'no log-in in the inventory', withSsh: false, then: 'that is said', status: 'not-configured' },
    {
      given: 'a changed password',
      secret: 'old-password',
      then: 'the mail says so',
      status: 'failed',
      reason: /^The server refused our log-in/,
    },
    {
      given: 'no secret in the store',
      secret: null,
      then: 'it is our fault',
      status: 'failed',
      reason: /^We could not log in for a reason of ours/,
    },
    {
      given: 'an address that must not be reached',
      localAllowed: false,
      then: 'it is our fault',
      status: 'failed',
      reason: /^We could not log in for a reason of ours/,
    },
    {
      given: 'another host key',
      access: { hostKey: `SHA256:${'A'.repeat(43)}` },
      then: 'nobody logs in and the operators are told',
      status: 'failed',
      reason: /host key is not the one we know/,
      told: /^Host key changed: acme.web-1$/,
    },
  ];
  for (const { given, then, status, reason, told, ...setup } of cases) {
    it(`given ${given}, when information is collected, then ${then}`, async () => {
      const { run, notices } = await setUp(setup);
      const evidence = await run();
      expect(evidence.status).toBe(status);
      expect(evidence.sections).toEqual([]);
      if (reason === undefined) expect(evidence.reason).toBeUndefined();
      else expect(evidence.reason?.en).toMatch(reason);
      if (told === undefined) expect(notices).toEqual([]);
      else expect(notices.map(({ subject }) => subject.en)).toEqual([expect.stringMatching(told)]);
    });
  }
});
