import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Browser } from '../auth/browser.ts';
import { runMimamori } from '../bin/run-mimamori.ts';
import { temporaryDirectory } from './assembly/write-assembly.ts';

const script = new URL('./run-start.ts', import.meta.url).pathname;
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

interface Started {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly output: () => string;
  readonly errors: () => string;
  readonly exit: Promise<number | null>;
}

function start(...args: string[]): Started {
  const child = spawn(process.execPath, [script, '--port', '0', '--aws-port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (piece) => (printed.stdout += String(piece)));
  child.stderr.on('data', (piece) => (printed.stderr += String(piece)));
  return {
    child,
    output: () => printed.stdout,
    errors: () => printed.stderr,
    exit: once(child, 'exit').then(([code]) => code as number | null),
  };
}

const inventory = `
settings:
  mailFrom: alerts@msp.example
  operators: { mail: [desk@msp.example] }
  referenceEndpoints: []
accounts:
  - id: acme
    name: Acme
    servers:
      - id: web-1
        name: Web
        address: 127.0.0.1
        plan: notify
        reach: local
        monitors:
          - { id: app, check: tcp, port: PORT }
`;

function fileOf(text: string): string {
  const file = join(temporaryDirectory(), 'acme.yaml');
  writeFileSync(file, text);
  return file;
}

async function untilReady({ output, errors, exit }: Started): Promise<string> {
  let code: number | null | undefined;
  void exit.then((ended) => (code = ended));
  await expect
    .poll(() => (code === undefined ? output() : errors()), { timeout: 25_000, interval: 50 })
    .toContain('Mimamori is watching');
  return /http:\/\/localhost:\d+/.exec(output())?.[0] ?? '';
}

it('given an inventory, when it is started, then it watches, keeps a second one away, and ends with 0', async () => {
  const data = temporaryDirectory();
  const file = fileOf(inventory.replace('PORT', '22'));
  const first = start('--inventory', file, '--data', data);
  const page = await untilReady(first);
  expect(first.output()).toContain('Watching 1 account, 1 server, 1 monitor.');
  expect(await (await fetch(`${page}/healthz`)).json()).toEqual({ status: 'ok' });
  const second = start('--inventory', file, '--data', data);
  expect(await second.exit).toBe(1);
  expect(second.errors()).toBe(
    `data directory ${data} is in use by process ${first.child.pid}; stop that one, or give this one another directory ` +
      'with --data DIR\n',
  );
  first.child.kill('SIGTERM');
  expect(await first.exit).toBe(0);
  expect(first.output()).toContain('Ending; what is under way goes on at the next start.');
});

it('given an inventory, when somebody is added, then they sign in by the template’s own functions, and nobody is offered', async () => {
  const running = start(
    '--inventory',
    fileOf(inventory.replace('PORT', '22')),
    '--data',
    temporaryDirectory(),
  );
  const page = await untilReady(running);
  const awsPort = /user add MAIL .* --local (\d+)/.exec(running.output())?.[1] ?? '';
  const mail = 'taro@acme.example';
  const password = 'Kumo-no-Ito-1918';
  const add = [
    'user',
    'add',
    mail,
    '--role',
    'customer',
    '--account',
    'acme',
    '--name',
    'Taro',
    '--local',
    awsPort,
  ];
  expect(await runMimamori(add, { input: password })).toMatchObject({ code: 0, err: '' });

  const browser = new Browser(page, 'en');
  const form = await browser.open('/auth/sign-in?to=/servers');
  expect(form.text).not.toContain('name="demo"');
  const arrived = await browser.submit(form, { mail, password }, (url) => !/\/(auth|oidc)\//.test(url));
  expect(arrived.url).toBe(`${page}/servers`);
  const session = await browser.post('/auth/session');
  const { access_token } = JSON.parse(session.text) as { access_token: string };
  const me = await fetch(`${page}/api/v1/me`, { headers: { authorization: `Bearer ${access_token}` } });
  expect(await me.json()).toMatchObject({ name: 'Taro', role: 'customer', account: { id: 'acme' } });
  running.child.kill('SIGTERM');
  expect(await running.exit).toBe(0);
  expect(running.output() + running.errors()).not.toContain(password);
}, 60_000);

describe('npm start that cannot', () => {
  const data = temporaryDirectory();
  const locked = join(temporaryDirectory(), 'locked');
  mkdirSync(locked);
  chmodSync(locked, 0o500);
  const file = fileOf(inventory.replace('PORT', '70000').replace('plan: notify', 'plan: none'));

  const cases: { given: string; args: string[]; then: string | RegExp }[] = [
    {
      given: 'an inventory that is not there',
      args: ['--inventory', '/nowhere/acme.yaml'],
      then: 'inventory /nowhere/acme.yaml cannot be read (ENOENT); give --inventory a YAML file that this user can read\n',
    },
    {
      given: 'an inventory with faults',
      args: ['--inventory', file],
      then: new RegExp(
        `^${file}:13: servers\\[0\\]\\.plan .*\n${file}:16: monitors\\[0\\]\\.port is 70000; .*\nThe inventory has 2 faults; nothing was started\\.\n$`,
      ),
    },
    {
      given: 'an option that is not known',
      args: ['--sped', '3'],
      then: /^Unknown option '--sped'.*\n\nmimamori start: /,
    },
    {
      given: 'a port that is none',
      args: ['--aws-port', '99999'],
      then: '--aws-port is 99999; give a port, 1 to 65535, or 0 for any that is free\n',
    },
    {
      given: 'a speed that is none',
      args: ['--speed', 'fast'],
      then: '--speed is fast; give how many times faster time runs, 1 to 1000\n',
    },
    {
      given: 'a data directory that is a file',
      args: ['--no-demo', '--data', file],
      then: `data directory ${file} cannot be written to (EEXIST); give another one with --data DIR, or change its owner or mode\n`,
    },
  ];
  for (const { given, args, then } of cases) {
    it(`given ${given}, when it is started, then one message says the mend and the exit code is 1`, async () => {
      const { exit, errors } = start('--data', data, ...args);
      expect(await exit).toBe(1);
      if (typeof then === 'string') expect(errors()).toBe(then);
      else expect(errors()).toMatch(then);
    });
  }

  it('given a taken port, when it is started, then the message names it and the exit code is 1', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const { exit, errors } = start('--no-demo', '--data', temporaryDirectory(), '--port', String(port));
    expect(await exit).toBe(1);
    expect(errors()).toBe(
      `port ${port} on 127.0.0.1 is in use by another program; stop it, or give another port with --port\n`,
    );
    other.close();
  });
});
