import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Machine } from '../../core/machine.ts';
import { startSshServer } from '../platform/ssh/ssh-server.ts';
import { BreakableService } from './breakable-service.ts';
import { type Course, freePort, type LocalMail, RunningMimamori, until } from './running-mimamori.ts';

/*
 * A response that is killed again and again on its way: what servers, telephones and mailboxes have seen at its end is
 * what they see without a kill. It is killed in the states that wait or that touch the world outside. Not hit here, as
 * they pass within milliseconds (looks at the table, choices) or need a fault of ours: those are hit in virtual time,
 * before their work and after. The table of all states is in test/scenarios/restart.test.ts.
 */

const speed = 20;
const reload = 'sudo -n /usr/local/sbin/reload-shop';
const restart = 'sudo -n /bin/systemctl restart nginx.service';

/** Its command must not run twice, and does not help. */
const ownRunbook = `id: reload-shop
purpose: {ja: 店舗を読み込み直します。, en: Reloads the shop.}
checks: [tcp]
sudo: [/usr/local/sbin/reload-shop]
steps:
  - id: reload
    title: {ja: 読み込み直す, en: Reload}
    command: [/usr/local/sbin/reload-shop]
    asRoot: true
    changes: true
    repeatable: false
    timeLimitSeconds: 60
    outputLimitBytes: 1000
verification: {check: same, afterSeconds: 10}
`;

const inventory = (ports: Ports, ssh: { port: number; user: string; hostKey: string }) => `
settings:
  mailFrom: watch@msp.example
  operators: { mail: [desk@msp.example], language: en }
  referenceEndpoints: []
  desk: { phone: "+81312349999" }
  onCall:
    engineers: [{ id: jones, name: Jones, mail: jones@msp.example, phone: "+81312340002", language: en }]
    shifts: [{ days: [mon, tue, wed, thu, fri, sat, sun], from: "00:00", to: "24:00", engineers: [jones] }]
accounts:
  - id: acme
    name: Acme
    contacts:
      - { name: Sato, mail: sato@acme.example, phone: "+819011110001", language: en }
      - { name: Smith, mail: smith@acme.example, phone: "+819011110002", language: en }
      - { name: Suzuki, mail: suzuki@acme.example, phone: "+819011110003", language: en }
    servers:
      - id: web-1
        address: 127.0.0.1
        plan: managed
        reach: local
        ssh: { port: ${ssh.port}, user: ${ssh.user}, password: acme/ssh, hostKey: "${ssh.hostKey}" }
        monitors:
          - { id: app, check: tcp, port: ${ports.web}, intervalMinutes: 1, service: nginx, customRunbooks: [reload-shop] }
      - id: app-1
        address: 127.0.0.1
        plan: respond
        reach: local
        monitors: [{ id: app, check: tcp, port: ${ports.app}, intervalMinutes: 1 }]
  - id: beta
    name: Beta
    contacts: [{ name: Kato, mail: kato@beta.example, language: en }]
    servers:
      - id: db-1
        address: 127.0.0.1
        plan: managed
        reach: local
        monitors: [{ id: app, check: tcp, port: ${ports.db}, intervalMinutes: 1 }]
`;
interface Ports {
  readonly web: number;
  readonly app: number;
  readonly db: number;
}

/** Kills the process in a state and starts it again; in the run without kills it does nothing. */
type Kill = (machine: Machine, state: string, also?: () => boolean) => Promise<void>;

/** One customer's servers, and what watches them. */
class Site {
  readonly mimamori: RunningMimamori;
  readonly services: {
    readonly web: BreakableService;
    readonly app: BreakableService;
    readonly db: BreakableService;
  };
  /** Root commands, as the server was given them. */
  readonly commands: string[];
  readonly #ssh: Awaited<ReturnType<typeof startSshServer>>;
  /** States in which the process died. */
  readonly hits: string[] = [];
  readonly #atDeath = new Map<Machine, Course>();

  private constructor(
    given: Pick<Site, 'mimamori' | 'services' | 'commands'>,
    ssh: Awaited<ReturnType<typeof startSshServer>>,
  ) {
    this.mimamori = given.mimamori;
    this.services = given.services;
    this.commands = given.commands;
    this.#ssh = ssh;
  }

  static async open(): Promise<Site> {
    const [web, app, db] = [
      new BreakableService(await freePort()),
      new BreakableService(await freePort()),
      new BreakableService(await freePort()),
    ] as const;
    for (const service of [web, app, db]) await service.up();
    const commands: string[] = [];
    const ssh = await startSshServer({
      exec: (quoted, channel) => {
        const command = quoted.replaceAll("'", '');
        const end = (exitCode: number, output = '') => {
          channel.write(output);
          channel.exit(exitCode);
          channel.end();
        };
        if (/^test -e .etc.(redhat-release|system-release)$/.test(command)) return end(1);
        if (command.startsWith('systemctl show'))
          return end(0, 'LoadState=loaded\nActiveState=failed\nUnitFileState=enabled\n');
        if (!command.startsWith('sudo -n ')) return end(0, 'fine\n');
        // The daily look at a server's access asks what sudo permits, whenever its turn comes.
        if (!command.startsWith('sudo -n -l ')) commands.push(command);
        // Long enough to be killed in the middle.
        setTimeout(async () => {
          // Started already when the command runs once more.
          if (command === restart && !web.isUp) await web.up();
          end(0);
        }, 300);
      },
    });
    const mimamori = await RunningMimamori.prepare({
      speed,
      inventory: inventory({ web: web.port, app: app.port, db: db.port }, ssh.target),
    });
    await mimamori.start();
    await mimamori.putSecret('mimamori/acme', { ssh: ssh.target.password });
    await approve(mimamori, ownRunbook);
    return new Site({ mimamori, services: { web, app, db }, commands }, ssh);
  }

  readonly kill: Kill = async (machine, state, also = () => true) => {
    const { mimamori } = this;
    const before = this.#atDeath.get(machine)?.entered ?? [];
    await until(
      `${machine} in "${state}"`,
      async () => {
        if (!also()) return undefined;
        const { entered, standing } = await mimamori.course(machine);
        // A state that was too short to be seen counts as well.
        return standing.includes(state) || times(entered, state) > times(before, state) ? true : undefined;
      },
      60_000,
    );
    await mimamori.kill();
    const atDeath = mimamori.courseAtDeath(machine);
    this.#atDeath.set(machine, atDeath);
    this.hits.push(atDeath.standing.includes(state) ? state : `after ${state}`);
    await mimamori.start();
  };

  async close(): Promise<void> {
    for (const service of Object.values(this.services)) await service.down();
    await this.mimamori.stop();
    await this.#ssh.close();
    this.mimamori.remove();
  }
}

const times = (states: readonly string[], state: string) => states.filter((one) => one === state).length;

async function approve(mimamori: RunningMimamori, text: string): Promise<void> {
  const file = join(mimamori.dataDirectory, '..', 'reload-shop.yaml');
  writeFileSync(file, text);
  const version = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [
      'bin/mimamori.ts',
      'runbook',
      ...args,
      '--local',
      String(mimamori.awsPort),
    ]);
  await run('submit', file, '--account', 'acme', '--by', 'Yamada');
  await run('approve', 'acme/reload-shop', '--version', version, '--by', 'Suzuki');
}

const mailsOf = async ({ mimamori }: Site, server: string): Promise<LocalMail[]> =>
  (await mimamori.mails()).filter(({ subject }) => subject.includes(server));
const told = (site: Site, server: string, state: string, text = '') =>
  until(`a mail ${state} about ${server}`, async () =>
    (await mailsOf(site, server)).find(
      (mail) =>
        mail.headers['x-mimamori-state'] === state && mail.text.replaceAll(/\s+/g, ' ').includes(text),
    ),
  );
const linkOf = ({ text }: LocalMail) => {
  const link = /http:\/\/127\.0\.0\.1:\d+\/operator\/\S+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`no link in ${text}`);
  return link;
};
const post = async (link: string, form: Record<string, string>) =>
  (await fetch(link, { method: 'POST', body: new URLSearchParams(form) })).status;
const ended = (site: Site, server: string) =>
  until(`the end of all workflows of ${server}`, async () => {
    for (const machine of [
      'detection',
      'incident',
      'first-response',
      'escalation',
      'second-response',
    ] as const)
      for (const { name } of await site.mimamori.executions(machine, 'RUNNING'))
        if (name?.includes(server)) return undefined;
    return true;
  });

/** Mails about a server's incident as their readers see them, without what differs from run to run. */
async function mailed(site: Site, server: string): Promise<string[]> {
  const mails = (await mailsOf(site, server)).map(({ to, headers, subject }) =>
    `${to.join()} ${headers['x-mimamori-state']} ${subject}`.replace(/127\.0\.0\.1:\d+|after .*/, '…'),
  );
  return mails.sort();
}

interface Seen {
  readonly mails: readonly string[];
  /** Whom they were to, and how they ended. */
  readonly calls: readonly string[];
}

interface Story {
  readonly given: string;
  readonly when: string;
  readonly then: string;
  /** The states that the process is killed in, in order. */
  readonly kills: readonly string[];
  /** Mails that are under way at a kill, by a part of them. */
  readonly inFlight: readonly string[];
}

const stories = {
  repair: {
    given: 'a service that the second runbook repairs',
    when: 'it is killed while it looks, runs commands, waits and checks',
    then: 'it is repaired, told once, and nobody is called',
    kills: [
      'Look at the server and plan the commands',
      'Run the next command',
      'Wait until the service has started',
      'Check whether it is well again',
      'Wait before the next check',
      'Run the next command',
    ],
    inFlight: [],
  },
  call: {
    given: 'a contact who does not pick up and one who presses 1',
    when: 'it is killed while it places calls, waits and hangs up',
    then: 'each is called once, and nobody after who has answered',
    kills: [
      'Place the call',
      'Wait while it rings',
      'Hang up and note how it ended',
      'Wait for the key',
      'End the calls',
    ],
    inFlight: [],
  },
  engage: {
    given: 'an engineer who takes the incident and reports on it',
    when: 'it is killed while it pages, rings, waits and mails',
    then: 'one engineer is paged and rung once, and the customer has the report',
    kills: [
      'Page the engineer',
      'Ring the telephone',
      'Tell the customer how it stands',
      'Wait for an engineer to acknowledge',
      'Wait for the engineer and the recovery',
      'Remind the engineer of the cause report',
      'Mail the cause report to the customer',
    ],
    inFlight: ['PAGE', 'REPORT', 'cause report'],
  },
} as const satisfies Readonly<Record<string, Story>>;

async function repair(site: Site, kill: Kill): Promise<Seen> {
  await site.services.web.down();
  await kill('first-response', 'Look at the server and plan the commands');
  await kill('first-response', 'Run the next command', () => site.commands.includes(reload));
  await kill('first-response', 'Wait until the service has started');
  await kill('first-response', 'Check whether it is well again');
  await kill('first-response', 'Wait before the next check');
  await kill('first-response', 'Run the next command', () => site.commands.includes(restart));
  await told(site, 'web-1', 'RECOVERED');
  await ended(site, 'web-1');
  return { mails: await mailed(site, 'web-1'), calls: [] };
}

/** Sato does not pick up, Smith does, and presses 1. */
async function call(site: Site, kill: Kill): Promise<Seen> {
  const { mimamori } = site;
  const ringing = (who: string) =>
    until(`a call to ${who}`, async () => {
      const calls = await mimamori.calls();
      // While somebody looks at the page, a call that begins rings for its thirty seconds.
      if (calls.some(({ contact }) => contact === 'Sato')) await mimamori.look('/phone');
      return calls.find(({ contact, state }) => contact === who && state === 'ringing');
    });
  await site.services.app.down();
  await kill('escalation', 'Place the call');
  await kill('escalation', 'Wait while it rings');
  await kill('escalation', 'Hang up and note how it ended');
  const { id } = await ringing('Smith');
  expect(await mimamori.answer(id)).toBe(200);
  await kill('escalation', 'Wait for the key');
  expect(await mimamori.answer(id, '1')).toBe(200);
  await kill('escalation', 'End the calls');
  await told(site, 'app-1', 'RESPONSE', 'We told Smith by telephone');
  await site.services.app.up();
  await told(site, 'app-1', 'RECOVERED');
  await ended(site, 'app-1');
  const calls = (await mimamori.calls()).filter(({ contact }) =>
    ['Sato', 'Smith', 'Suzuki'].includes(contact),
  );
  return {
    mails: await mailed(site, 'app-1'),
    calls: calls.map(({ contact, state }) => `${contact} ${state}`),
  };
}

async function engage(site: Site, kill: Kill): Promise<Seen> {
  const { mimamori } = site;
  await site.services.db.down();
  await kill('second-response', 'Page the engineer');
  await kill('second-response', 'Ring the telephone');
  await kill('second-response', 'Tell the customer how it stands');
  await kill('second-response', 'Wait for an engineer to acknowledge');
  const page = await told(site, 'db-1', 'PAGE');
  expect(await post(linkOf(page), { do: 'take' })).toBe(200);
  await kill('second-response', 'Wait for the engineer and the recovery');
  await site.services.db.up();
  await kill('second-response', 'Remind the engineer of the cause report');
  const asked = await told(site, 'db-1', 'REPORT');
  await told(site, 'db-1', 'RECOVERED');
  await until('the end of the incident', async () =>
    (await mimamori.executions('incident', 'RUNNING')).some(({ name }) => name?.includes('db-1'))
      ? undefined
      : true,
  );
  expect(
    await post(linkOf(asked), { cause: 'A full disk.', actions: 'Freed it.', prevention: 'A larger one.' }),
  ).toBe(200);
  await kill('second-response', 'Mail the cause report to the customer');
  await told(site, 'db-1', 'RESPONSE', 'A full disk.');
  await ended(site, 'db-1');
  const calls = (await mimamori.calls()).filter(({ contact }) => contact === 'Jones');
  return { mails: await mailed(site, 'db-1'), calls: calls.map(({ contact }) => contact) };
}

describe('a response that is killed on its way', () => {
  let killed: Site;
  let calm: Site;
  let wanted: Record<keyof typeof stories, Promise<Seen>>;
  beforeAll(async () => {
    [calm, killed] = await Promise.all([Site.open(), Site.open()]);
    const never: Kill = async () => {};
    wanted = { repair: repair(calm, never), call: call(calm, never), engage: engage(calm, never) };
    // Each is awaited by its own test.
    for (const one of Object.values(wanted)) one.catch(() => {});
  });
  afterAll(async () => {
    for (const site of [calm, killed]) await site?.close();
  });

  for (const [name, { given, when, then, kills, inFlight }] of Object.entries(stories) as [
    keyof typeof stories,
    Story,
  ][]) {
    it(`given ${given}, when ${when}, then ${then}`, async () => {
      const seen = await { repair, call, engage }[name](killed, killed.kill);
      const { mails, calls } = await wanted[name];
      expect(killed.hits.splice(0)).toEqual(kills);
      expect(seen.calls).toEqual(calls);
      // Who was being mailed when the process died may have the mail twice: it cannot be known whether it left.
      expect([...new Set(seen.mails)]).toEqual(mails);
      for (const mail of mails)
        expect(times(seen.mails, mail)).toBeLessThanOrEqual(
          inFlight.some((part) => mail.includes(part)) ? 2 : 1,
        );
    });
  }

  it('given the commands of the repair, then the one that must not run twice ran once, though it was killed on its way', () => {
    expect(calm.commands).toEqual([reload, restart]);
    expect([...new Set(killed.commands)]).toEqual([reload, restart]);
    expect(times(killed.commands, reload)).toBe(1);
    expect(times(killed.commands, restart)).toBeLessThanOrEqual(2);
  });
});
