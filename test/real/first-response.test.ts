import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalMail, RunningMimamori, until } from '../e2e/running-mimamori.ts';
import { acceptsTcp, freePort, isRoot, makeDirectory, runAs } from './servers/child-server.ts';
import { type RealSshd, startSshd } from './servers/sshd.ts';

const speed = 30;
const service = 'mimamori-first-response';
const initScript = `/etc/init.d/${service}`;

let directory: string;
let sshd: RealSshd;
let mimamori: RunningMimamori;
let port: number;

const config = () => join(directory, 'nginx.conf');
const start = () => runAs('root', '/usr/sbin/nginx', '-c', config());
const kill = () => runAs('root', '/usr/sbin/nginx', '-c', config(), '-s', 'stop');

/** Its restart does what is written here. */
const writeInitScript = (deed: string) =>
  writeFile(initScript, `#!/bin/sh\necho "$1 $(id -un)" >>'${directory}/runs'\n${deed}\n`, { mode: 0o755 });

beforeAll(async () => {
  if (!isRoot) throw new Error('a service of ours is made here; run these tests as root');
  directory = await makeDirectory('first-response');
  port = await freePort();
  await writeFile(
    config(),
    `user root; pid ${directory}/pid; error_log ${directory}/log; events {}\nhttp { access_log off; server { listen 127.0.0.1:${port}; return 200; } }\n`,
  );
  await writeInitScript(`exec /usr/sbin/nginx -c ${config()}`);
  await start();
  sshd = await startSshd();
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
      - { name: Smith, mail: smith@acme.example, phone: "+819011110001", language: en }
    servers:
      - id: web-1
        address: 127.0.0.1
        plan: respond
        reach: local
        ssh: { port: ${sshd.port}, user: ${sshd.user}, key: real/ssh-key, hostKey: "${sshd.hostKey}" }
        monitors:
          - { id: web, check: tcp, port: ${port}, runbook: restart-service, runbookParameters: { service: ${service} }, repairLimit: { holdMinutes: 0 } }
`,
  });
  await mimamori.start();
  await mimamori.putSecret('mimamori/real', { 'ssh-key': sshd.key });
});

afterAll(async () => {
  await mimamori?.stop();
  mimamori?.remove();
  await sshd?.stop();
  if (await acceptsTcp(port)) await kill();
  await rm(initScript, { force: true });
  await rm(directory, { recursive: true, force: true });
});

const runs = () => readFile(join(directory, 'runs'), 'utf8');
const calls = async () => JSON.parse(await mimamori.page('/local/calls')) as unknown[];

/** Mails to the contact about the server's nth incident, by state. */
const told = (incident: number, state: string): Promise<LocalMail> =>
  until(`${state} of incident ${incident}`, async () =>
    (await mimamori.mails()).find(
      ({ to, headers }) =>
        to.includes('smith@acme.example') &&
        headers['x-mimamori-incident'] === `real.web-1-${incident}` &&
        headers['x-mimamori-state'] === state,
    ),
  );

describe('a real service that dies', () => {
  it('given a restart that helps, when nginx is killed, then it is restarted by SSH and sudo, and the recovery is told without a call', async () => {
    await kill();
    await told(1, 'PROBLEM');
    const recovery = await told(1, 'RECOVERED');
    expect(recovery.subject).toContain('RECOVERED');
    expect(await acceptsTcp(port)).toBe(true);
    expect(await calls()).toEqual([]);
    expect(await runs()).toBe('restart root\n');
  });

  it('given a restart that fails, when nginx is killed, then it is tried once, and the contact’s telephone rings', async () => {
    await rm(join(directory, 'runs'), { force: true });
    await writeInitScript('exit 1');
    await kill();
    await told(2, 'PROBLEM');
    await until('a call', async () => ((await calls()).length > 0 ? true : undefined));
    expect(await runs()).toBe('restart root\n');
    const [execution] = await mimamori.executions('first-response');
    expect(await mimamori.statesEntered(execution?.executionArn ?? '')).toContain(
      'Check whether it is well again',
    );
    await start();
    await told(2, 'RECOVERED');
  });
});
