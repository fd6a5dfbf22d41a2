import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ChainCall, machineArn, VirtualChain } from '../../bin/simulate/virtual-chain.ts';
import type { Alert, Incident } from '../../core/incident/incident.ts';
import type { TimelineEntry } from '../../core/incident/timeline.ts';
import { addSeconds } from '../../core/instant.ts';
import { parseInventory } from '../../core/inventory/parse-inventory.ts';
import { renderProblem } from '../../core/inventory/problem.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../lambdas/probe/run-check.ts';
import { readRunbook } from '../../lambdas/response/read-runbook.ts';
import {
  createShippedLibrary,
  libraryOf,
  type RunbookLibrary,
} from '../../lambdas/response/runbook-library.ts';
import { createMemoryMetricStore } from '../../platform/metrics/memory.ts';
import { SecretMissing } from '../../platform/secrets/secret-store.ts';
import { openSshConnection } from '../../platform/ssh/ssh-connection.ts';
import { freePort, isRoot, makeDirectory } from './servers/child-server.ts';
import { type InstallFiles, writeInstallFiles } from './servers/install-files.ts';
import { type OwnMachine, startOwnMachine } from './servers/own-machine.ts';

const user = 'mimamori-test';
const account = 'acme';
const serverId = 'web-1';
const incidentId = `${account}.${serverId}-1`;
const start = '2026-11-21T00:00:00.000Z';
const operator = 'desk@msp.example';
const password = 'kirin-to-zou-77';
/** In a file that a command shows. */
const databasePassword = 'hunter22-of-the-shop';

/** A restart with a step before it, as an account may write one. */
const ownRunbook = (id: string, before: string, restartSeconds = 20) => `id: ${id}
purpose: {ja: 再起動します。, en: Restarts it.}
checks: [http]
sudo: [/usr/sbin/service nginx restart]
steps:
${before}
  - id: restart
    title: {ja: 再起動, en: Restart}
    command: [/usr/sbin/service, nginx, restart]
    asRoot: true
    changes: true
    timeLimitSeconds: ${restartSeconds}
    outputLimitBytes: 2000
verification: {check: same, afterSeconds: 10}
`;
const beforeStep = (command: string) => `  - id: before
    title: {ja: 前に見る, en: Look before}
    command: [${command}]
    changes: false
    mayFail: true
    timeLimitSeconds: 10
    outputLimitBytes: 2000`;
const ownRunbooks = {
  'restart-soon': ownRunbook('restart-soon', '', 1),
  'flood-and-restart': ownRunbook('flood-and-restart', beforeStep('yes, まだまだ')),
  'show-and-restart': ownRunbook('show-and-restart', beforeStep('cat, /run/shop.conf')),
};

let directory: string;
let files: InstallFiles;
let machine: OwnMachine;
let httpPort: number;
let nginxSettings: string;
let privateKey: string;

beforeAll(async () => {
  if (!isRoot) throw new Error('a machine of its own needs mounts and accounts; run these tests as root');
  directory = await makeDirectory('repairs');
  files = await writeInstallFiles(directory, { user, runbooks: ownRunbooks });
  privateKey = await readFile(files.keyFile, 'utf8');
  machine = await startOwnMachine();
  httpPort = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  nginxSettings = `pid /run/nginx.pid;
error_log /run/nginx.log;
worker_processes 1;
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path /run/nginx-${name};`).join('\n  ')}
  server { listen 127.0.0.1:${httpPort}; location = / { return 200 'well'; } }
}
`;
});
// Each begins with a server that is well.
beforeEach(async () => {
  await machine.run('sh', files.script);
  await machine.run('usermod', '--shell', '/bin/sh', user);
  await machine.run('sh', '-c', `echo '${user}:${password}' | chpasswd`);
  await writeFile(machine.pathOf('/etc/nginx/nginx.conf'), nginxSettings);
  await machine.run('service', 'nginx', 'start');
  // Its init script does not wait for that.
  await machine.run('timeout', '10', 'sh', '-c', 'until [ -s /run/nginx.pid ]; do sleep 0.02; done');
});
const chains: VirtualChain[] = [];
afterEach(async () => {
  for (const chain of chains.splice(0)) await chain.close();
});
afterAll(async () => {
  await machine?.remove();
  if (directory !== undefined) await rm(directory, { recursive: true });
});

const killNginx = () => machine.run('sh', '-c', '/bin/kill -KILL -- "-$(cat /run/nginx.pid)"');
const sshdLog = () => readFile(machine.pathOf('/run/sshd.log'), 'utf8');

const http = (id = 'web') => `{ id: ${id}, check: http, port: ${httpPort} }`;
const httpWith = (runbook: string) =>
  `{ id: web, check: http, port: ${httpPort}, runbook: none, customRunbooks: [${runbook}] }`;

/** The whole chain, whose clock is virtual and whose checks, log-ins and commands are real. */
class Customer {
  readonly mails: string[] = [];
  readonly chain: VirtualChain;
  /** Looks on when a function has done its work. */
  onCall: (call: ChainCall) => Promise<unknown> = async () => {};

  constructor() {
    const known = new Map([
      ['acme/key', privateKey],
      ['acme/password', password],
    ]);
    const secrets = {
      read: async (ref: string) => known.get(ref) ?? Promise.reject(new SecretMissing(ref)),
    };
    this.chain = new VirtualChain({
      start,
      checks: {
        metrics: createMemoryMetricStore(),
        verifyWayOut: async () => ({ works: true }),
        runCheck: createCheckRunner({ checkTypes, secrets, localTargetsAllowed: true }),
      },
      sender: {
        send: async ({ to, raw }) => {
          this.mails.push(`${to}\n${raw.toString()}`);
          return { messageId: `<${this.mails.length}@mail.example>` };
        },
      },
      openSsh: openSshConnection,
      secrets,
      localTargetsAllowed: true,
      runbooks: libraryOf(ownLibrary, createShippedLibrary(new URL('../../runbooks/', import.meta.url))),
      onCall: async (call) => {
        await this.onCall(call);
        return 0;
      },
    });
    chains.push(this.chain);
  }

  async watch(monitors: readonly string[], login: string): Promise<void> {
    const text = `
settings: { mailFrom: watch@msp.example, operators: { mail: [${operator}], language: en }, referenceEndpoints: [] }
accounts:
  - id: ${account}
    name: Acme
    contacts: [{ name: 田中, mail: tanaka@acme.example, phone: '+819011110001', language: ja }]
    servers:
      - id: ${serverId}
        address: 127.0.0.1
        reach: local
        plan: managed
        ssh: { user: ${user}, port: ${machine.port}, hostKey: '${machine.hostKey}', ${login} }
        monitors: [${monitors.join(', ')}]
`;
    const parsed = parseInventory([{ name: 'inventory.yaml', text }], checkTypes);
    if (!parsed.ok) throw new Error(parsed.problems.map(renderProblem).join('\n'));
    await this.chain.stores.inventory.replace(0, parsed.inventory);
  }

  /** Until all that is done by itself has been done. */
  async respond(): Promise<void> {
    await this.chain.advanceTo(addSeconds(start, 1_200));
  }

  async incident(): Promise<Incident> {
    return (await this.chain.stores.incidents.incident(incidentId)) ?? expect.fail('no incident was opened');
  }

  async alert(monitor = 'web'): Promise<Alert> {
    const { alerts } = await this.incident();
    const found = Object.values(alerts).find((one) => one.monitor === monitor);
    return found ?? expect.fail(`no alert of ${monitor}`);
  }

  async outcomes(monitor?: string): Promise<string[]> {
    const { attempts = [] } = await this.alert(monitor);
    return attempts.map(({ runbook, outcome }) => `${runbook} ${outcome}`);
  }

  /** What the timeline has of commands of the first response. */
  async commands(): Promise<NonNullable<TimelineEntry['command']>[]> {
    const all = await this.chain.stores.incidents.timeline(incidentId);
    return all.flatMap(({ kind, command }) => (kind === 'command' && command !== undefined ? [command] : []));
  }

  /** Whether a contact was called. */
  isEscalated(): boolean {
    const stateMachineArn = machineArn('escalation');
    const { executions } = this.chain.engine.listExecutions({ stateMachineArn });
    return executions.length > 0 && this.chain.phone.rung.length > 0;
  }

  mailsToOperators(): string {
    return this.mails.filter((mail) => mail.startsWith(operator)).join('\n');
  }
}

const ownLibrary: RunbookLibrary = {
  async find(_account, id) {
    const text = new Map(Object.entries(ownRunbooks)).get(id);
    if (text === undefined) return undefined;
    const parsed = readRunbook({ name: `${id}.yaml`, text });
    if (!parsed.ok) throw new Error(parsed.problems.map(renderProblem).join('\n'));
    return parsed.runbook;
  },
};

async function customerWith(monitors: readonly string[], login = 'key: acme/key'): Promise<Customer> {
  const customer = new Customer();
  await customer.watch(monitors, login);
  return customer;
}

describe('a real server that the install script prepared', () => {
  it('given nginx was killed, when its failure is confirmed, then the runbook starts it, the same check sees it, and nobody is called', async () => {
    const customer = await customerWith([http()]);
    await killNginx();
    await customer.respond();
    expect(await customer.outcomes()).toEqual(['restart-web repaired']);
    const { wellAt, attempts } = await customer.alert();
    expect(attempts?.[0]?.summary.en).toMatch(/^It is well again\. .*\b200\b/);
    expect(wellAt).toBe(attempts?.[0]?.at);
    const commands = await customer.commands();
    expect(commands).toEqual([
      {
        line: 'sudo /usr/sbin/service nginx restart',
        runbook: 'restart-web',
        version: expect.stringMatching(/^[0-9a-f]{12}$/),
        exitCode: 0,
        output: expect.stringMatching(/Restarting nginx: nginx\.\s*$/),
        truncated: false,
        durationMs: expect.any(Number),
      },
    ]);
    // Debian's init script rests for a second between the end and the start.
    expect(commands[0]?.durationMs).toBeGreaterThan(1_000);
    expect((await customer.incident()).state).toBe('closed');
    expect(customer.isEscalated()).toBe(false);
    expect(await (await fetch(`http://127.0.0.1:${httpPort}/`)).text()).toBe('well');
  });

  it('given settings that nginx refuses, when the runbook has restarted it, then it is not repaired and people are called', async () => {
    const customer = await customerWith([http()]);
    await killNginx();
    await writeFile(machine.pathOf('/etc/nginx/nginx.conf'), `${nginxSettings}nonsense;\n`);
    await customer.respond();
    expect(await customer.outcomes()).toEqual(['restart-web not-repaired']);
    expect((await customer.alert()).unrepaired?.reason).toBe('tried-all');
    expect(await customer.commands()).toMatchObject([
      { exitCode: 1, output: expect.stringContaining('failed!') },
    ]);
    expect(customer.isEscalated()).toBe(true);
    expect((await customer.incident()).state).toBe('open');
  });

  it('given a full disk of logs, when its failure is confirmed, then the shipped runbook frees it, and only of what is old', async () => {
    const old = ['syslog.2.gz', 'kern.log.3.gz', 'auth.log.2.gz'];
    for (const name of [...old, 'syslog.1.gz']) {
      const path = machine.pathOf(`/var/log/${name}`);
      await writeFile(path, Buffer.alloc(name === 'syslog.2.gz' ? 6_000_000 : 500_000, 'x'));
      if (old.includes(name)) await utimes(path, 1, 1);
    }
    await machine.run('mkdir', '-p', '/var/cache/apt/archives/partial');
    await writeFile(machine.pathOf('/var/cache/apt/archives/old_1_all.deb'), 'x');
    const customer = await customerWith([
      `{ id: logs, check: command, command: [/usr/lib/nagios/plugins/check_disk, -c, '20%', -p, /var/log], runbook: free-disk-space, runbookParameters: { mount: /var/log } }`,
    ]);
    await customer.respond();
    expect(await customer.outcomes('logs')).toEqual(['free-disk-space repaired']);
    const kept = (await machine.run('ls', '/var/log', '/var/cache/apt/archives')).split(/\s+/);
    expect(kept).toEqual(expect.arrayContaining(['auth.log.2.gz', 'syslog.1.gz']));
    for (const gone of ['syslog.2.gz', 'kern.log.3.gz', 'old_1_all.deb']) expect(kept).not.toContain(gone);
    const [before, ...rest] = await customer.commands();
    expect(before).toMatchObject({ line: 'df -hP /var/log', exitCode: 0 });
    expect(before?.output).toMatch(/ 9[0-9]% \/var\/log/);
    expect(rest.at(-1)?.output).toMatch(/ 1[0-9]% \/var\/log/);
    expect(customer.isEscalated()).toBe(false);
  });
});

describe('a real server that does not let us in', () => {
  const shut = [
    {
      given: 'our key was taken out',
      login: 'key: acme/key',
      act: () => machine.run('sh', '-c', `: >/home/${user}/.ssh/authorized_keys`),
    },
    {
      given: 'the password was changed',
      login: 'password: acme/password',
      act: () => machine.run('sh', '-c', `echo '${user}:another' | chpasswd`),
    },
  ];
  for (const { given, login, act } of shut) {
    it(`given ${given}, when it is to be repaired, then it is left to people at once, and no secret is shown`, async () => {
      const customer = await customerWith([http()], login);
      await killNginx();
      await act();
      const logged = (await sshdLog()).length;
      await customer.respond();
      expect((await sshdLog()).slice(logged)).toContain(user);
      expect((await customer.alert()).unrepaired?.reason).toBe('no-access');
      expect(await customer.outcomes()).toEqual(['restart-web no-access']);
      expect(await customer.commands()).toEqual([]);
      expect(customer.isEscalated()).toBe(true);
      expect(customer.mails.join()).not.toContain(password);
    });
  }

  it('given a password that is still right, when nginx was killed, then it is repaired', async () => {
    const customer = await customerWith([http()], 'password: acme/password');
    await killNginx();
    await customer.respond();
    expect(await customer.outcomes()).toEqual(['restart-web repaired']);
  });

  it('given another host key, when two alerts are to be repaired, then nothing is sent, operators are told, and each is left to people', async () => {
    const customer = await customerWith([http(), http('again')]);
    await killNginx();
    const keys = ['/run/host-key', '/run/host-key.pub'];
    for (const key of keys) await machine.run('mv', key, `${key}.known`);
    await machine.run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', '/run/host-key');
    await machine.reloadSshd();
    try {
      const logged = (await sshdLog()).length;
      await customer.respond();
      for (const monitor of ['web', 'again']) {
        expect((await customer.alert(monitor)).unrepaired?.reason).toBe('host-key');
      }
      expect(await customer.commands()).toEqual([]);
      expect(customer.mailsToOperators()).toContain('Host key changed');
      expect(customer.isEscalated()).toBe(true);
      const log = (await sshdLog()).slice(logged);
      expect(log).toContain('Connection from 127.0.0.1');
      // Sshd writes the account's name as soon as it has heard it.
      expect(log).not.toContain(user);
    } finally {
      for (const key of keys) await machine.run('mv', `${key}.known`, key);
      await machine.reloadSshd();
    }
  });
});

describe('commands that do not behave', () => {
  it('given a session that stands still after the log-in, when a command is sent, then its own time limit ends the wait, and people are called', async () => {
    const customer = await customerWith([httpWith('restart-soon')]);
    await writeFile(machine.pathOf('/run/stuck'), '#!/bin/sh\nkill -STOP $$\n', { mode: 0o755 });
    customer.onCall = async ({ name }) => {
      if (name === 'PrepareRepair') await machine.run('usermod', '--shell', '/run/stuck', user);
    };
    await killNginx();
    await customer.respond();
    const [restart, ...more] = await customer.commands();
    expect(more).toEqual([]);
    expect(restart).toMatchObject({ truncated: true, output: '' });
    expect(restart?.exitCode).toBeUndefined();
    // Its limit, and two seconds more that we wait for the server to keep it.
    expect(restart?.durationMs).toBeGreaterThan(2_900);
    expect(restart?.durationMs).toBeLessThan(5_000);
    expect(await customer.outcomes()).toEqual(['restart-soon not-repaired']);
    expect(customer.isEscalated()).toBe(true);
  });

  it('given a command that floods us, when it was cut off, then it has ended on the server, and the next one runs', async () => {
    const customer = await customerWith([httpWith('flood-and-restart')]);
    await killNginx();
    await customer.respond();
    const [flood, restart] = await customer.commands();
    expect(flood).toMatchObject({ line: expect.stringMatching(/^yes /), truncated: true });
    expect(flood?.exitCode).toBeUndefined();
    expect(Buffer.byteLength(flood?.output ?? '')).toBeLessThanOrEqual(2_000);
    expect(flood?.output).toMatch(/^(?:まだまだ\n)+ま?だ?ま?だ?$/);
    expect(flood?.durationMs).toBeLessThan(5_000);
    expect(restart?.exitCode).toBe(0);
    expect(await customer.outcomes()).toEqual(['flood-and-restart repaired']);
    expect(await machine.run('ps', '-eo', 'comm=')).not.toMatch(/^yes$/m);
  });

  it('given secrets in what a command shows, when it is kept, then none of them is there', async () => {
    const shop = `listen 80\nDB_PASSWORD=${databasePassword}\n${privateKey}end\n`;
    await writeFile(machine.pathOf('/run/shop.conf'), shop);
    const customer = await customerWith([httpWith('show-and-restart')]);
    await killNginx();
    await customer.respond();
    const [shown] = await customer.commands();
    expect(shown?.output).toMatch(/^listen 80\nDB_PASSWORD=\[removed\]\n[\s\S]*end\n$/);
    const kept = JSON.stringify([
      await customer.incident(),
      await customer.chain.stores.incidents.timeline(incidentId),
      await customer.chain.stores.responses.latestRepair(incidentId),
      customer.mails,
    ]);
    expect(kept).not.toContain(databasePassword);
    for (const line of privateKey.trim().split('\n').slice(1, -1)) expect(kept).not.toContain(line);
  });
});
