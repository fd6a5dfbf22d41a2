import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secondsBetween } from '../../core/instant.ts';
import { type LocalMail, RunningMimamori, until } from '../e2e/running-mimamori.ts';
import type { RealServer } from './servers/child-server.ts';
import { startNginx } from './servers/nginx.ts';
import { snmpdAccess, startSnmpd } from './servers/snmpd.ts';
import { startSshd } from './servers/sshd.ts';

const speed = 30;
const contacts = { ja: 'tanaka@acme.example', en: 'smith@acme.example' } as const;

let mimamori: RunningMimamori;
let servers: Readonly<Record<'nginx' | 'snmpd' | 'sshd', RealServer>>;

beforeAll(async () => {
  const nginx = await startNginx();
  const snmpd = await startSnmpd();
  const sshd = await startSshd();
  servers = { nginx, snmpd, sshd };
  const { user, authProtocol, privProtocol, community, authKey, privKey } = snmpdAccess;
  const ssh = `ssh: { port: ${sshd.port}, user: ${sshd.user}, key: real/ssh-key, hostKey: "${sshd.hostKey}" }`;
  mimamori = await RunningMimamori.prepare({
    speed,
    inventory: `
settings:
  mailFrom: watch@msp.example
  operators: { mail: [desk@msp.example], language: en }
  referenceEndpoints: []
accounts:
  - id: real
    name: Real K.K.
    contacts:
      - { name: 田中, mail: ${contacts.ja}, language: ja }
      - { name: Smith, mail: ${contacts.en}, language: en }
    servers:
      - id: web-1
        address: 127.0.0.1
        plan: notify
        reach: local
        ${ssh}
        snmp: { version: 2c, port: ${snmpd.port}, community: real/community }
        monitors:
          - { id: web, check: http, port: ${nginx.port}, service: nginx }
          - { id: agent, check: agent }
      - id: v3-1
        address: 127.0.0.1
        plan: notify
        reach: local
        ${ssh}
        snmp: { version: 3, port: ${snmpd.port}, user: ${user}, authProtocol: ${authProtocol}, authKey: real/auth, privProtocol: ${privProtocol}, privKey: real/priv }
        monitors:
          - { id: agent, check: agent }
          - { id: memory, check: memory, usedPercent: { critical: 100 } }
      - id: login-1
        address: 127.0.0.1
        plan: notify
        reach: local
        ${ssh}
        monitors:
          - { id: ssh, check: ssh, port: ${sshd.port} }
`,
  });
  await mimamori.start();
  await mimamori.putSecret('mimamori/real', { community, auth: authKey, priv: privKey, 'ssh-key': sshd.key });
});

afterAll(async () => {
  await mimamori?.stop();
  mimamori?.remove();
  for (const server of Object.values(servers ?? {})) await server.stop();
});

/** The mails of one server and state, one for each contact; waits for them. */
const told = (server: string, state: 'PROBLEM' | 'RECOVERED'): Promise<Record<'ja' | 'en', LocalMail>> =>
  until(`${state} of ${server}`, async () => {
    const mails = (await mimamori.mails()).filter(
      ({ headers }) => headers['x-mimamori-server'] === server && headers['x-mimamori-state'] === state,
    );
    const ja = mails.find(({ to }) => to.includes(contacts.ja));
    const en = mails.find(({ to }) => to.includes(contacts.en));
    return ja === undefined || en === undefined ? undefined : { ja, en };
  });

/** Whether an alert of this account, server and monitor was mailed, as a problem of its own or as an update. */
const isAlerted = async (what: string): Promise<boolean> =>
  (await mimamori.mails()).some(({ subject }) => new RegExp(`(PROBLEM|UPDATE)\\] ${what} `).test(subject));

/** The first instant that a mail names: since when it fails. */
function failingSince({ text }: LocalMail): string {
  const [, date, time] = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC\)/.exec(text) ?? [];
  return `${date}T${time}.000Z`;
}

interface Case {
  readonly stopped: keyof typeof servers;
  readonly server: string;
  readonly monitor: string;
  readonly saysJa: RegExp;
  readonly saysEn: RegExp;
  /** What of the server stands in the mail. */
  readonly evidence: readonly RegExp[];
  /** Another alert that must have been told before the server is started again. */
  readonly also?: string;
}

const collected = [/load average/, /\| .*127\.0\.0\.1/, /nginx/];
const cases: readonly Case[] = [
  {
    stopped: 'nginx',
    server: 'web-1',
    monitor: 'web',
    saysJa: /接続を拒否しました/,
    saysEn: /refused the connection/,
    evidence: collected,
  },
  {
    stopped: 'snmpd',
    server: 'v3-1',
    monitor: 'agent',
    saysJa: /ポートは閉じています/,
    saysEn: /has its port closed/,
    evidence: [/load average/],
    also: 'real web-1 agent',
  },
  {
    stopped: 'sshd',
    server: 'login-1',
    monitor: 'ssh',
    saysJa: /接続を拒否しました/,
    saysEn: /refused the connection/,
    evidence: [/could not be reached by\s+SSH/],
  },
];

describe('real servers, stopped and started again', () => {
  for (const { stopped, server, monitor, saysJa, saysEn, evidence, also } of cases) {
    it(`given ${stopped}, when it is stopped and started, then each contact gets one alert mail with what was found, in time, and the recovery in the same thread`, async () => {
      await servers[stopped].stop();
      const problem = await told(server, 'PROBLEM');
      expect(problem.en.subject).toMatch(new RegExp(`^\\[Mimamori PROBLEM\\] real ${server} ${monitor}`));
      expect(problem.ja.text).toMatch(saysJa);
      expect(problem.ja.text).toContain('田中 様');
      expect(problem.en.text).toMatch(saysEn);
      for (const found of evidence) expect(problem.en.text).toMatch(found);

      // Two repeats of a minute and the window of 30 s; then the log-in, which takes real time.
      const delay = secondsBetween(failingSince(problem.en), problem.en.at);
      expect(delay).toBeGreaterThanOrEqual(150);
      expect(delay).toBeLessThanOrEqual(195);

      if (also !== undefined) await until(also, async () => (await isAlerted(also)) || undefined);
      await servers[stopped].start();
      const recovery = await told(server, 'RECOVERED');
      for (const language of ['ja', 'en'] as const) {
        expect(recovery[language].headers['in-reply-to']).toBe(problem[language].headers['message-id']);
        expect(recovery[language].headers.references).toContain(problem[language].headers['message-id']);
      }
      // Operators get a copy of each.
      const all = (await mimamori.mails()).filter(
        ({ headers, to }) => headers['x-mimamori-server'] === server && !to.includes('desk@msp.example'),
      );
      expect(all).toHaveLength(4);
    });
  }

  it('given an agent that two servers are asked through, when it had stopped, then SNMP v2c and v3 both saw it', async () => {
    expect(await isAlerted('real web-1 agent')).toBe(true);
    expect(await isAlerted('real v3-1 agent')).toBe(true);
  });

  it('given all of it, when it is over, then no secret stands in a mail, on the terminal or in a log', async () => {
    const { community, authKey, privKey } = snmpdAccess;
    const seen = JSON.stringify(await mimamori.mails()) + mimamori.output + mimamori.logs();
    for (const secret of [community, authKey, privKey]) expect(seen).not.toContain(secret);
    expect(seen).not.toContain('PRIVATE KEY');
  });
});
