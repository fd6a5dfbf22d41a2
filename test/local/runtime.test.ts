import { cpSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Runtime, type RuntimeOptions, startRuntime } from '../../local/runtime.ts';
import { temporaryDirectory } from './assembly/write-assembly.ts';
import { smallApp } from './small-app.ts';

const assemblyDirectory = smallApp();
const running: Runtime[] = [];
afterEach(async () => {
  for (const runtime of running.splice(0)) await runtime.close();
});

async function start(more: Partial<RuntimeOptions> = {}) {
  const said: string[] = [];
  const runtime = await startRuntime({
    assemble: async (directory) => cpSync(assemblyDirectory, directory, { recursive: true }),
    dataDirectory: join(temporaryDirectory(), 'data'),
    port: 0,
    awsPort: 0,
    speed: 600,
    watch: { kind: 'stored' },
    say: (line) => said.push(line),
    ...more,
  });
  running.push(runtime);
  const url = `http://127.0.0.1:${runtime.port}`;
  const subjects = async (): Promise<string[]> =>
    ((await (await fetch(`${url}/local/mail`)).json()) as { subject: string }[]).map(
      ({ subject }) => subject,
    );
  return { runtime, said, url, subjects };
}

describe('the one-machine runtime', () => {
  it('given a template, when it runs, then schedule, workflow, function and mail work together', async () => {
    const { url, said, subjects } = await start();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    await expect
      .poll(subjects, { timeout: 5_000 })
      .toContainEqual(expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/));
    expect(said).toContain('In the template, but not on one machine: 1 × AWS::CloudWatch::Alarm.');
    expect(said).toContain(
      'Nothing is watched yet: apply an inventory with mimamori apply, or start with --inventory FILE.',
    );
  });

  it('given it was stopped, when it starts on the same data, then mails and times go on', async () => {
    const dataDirectory = temporaryDirectory();
    const first = await start({ dataDirectory });
    await expect.poll(first.subjects, { timeout: 5_000 }).not.toHaveLength(0);
    const before = await first.subjects();
    await running.pop()?.close();
    const second = await start({ dataDirectory });
    expect((await second.subjects()).slice(0, before.length)).toEqual(before);
    await expect
      .poll(async () => (await second.subjects()).length, { timeout: 5_000 })
      .toBeGreaterThan(before.length + 5);
    const all = await second.subjects();
    expect(new Set(all).size).toBe(all.length);
  });

  it('given a function that always fails, when a schedule calls it, then it is repeated as told and then given up', async () => {
    const dataDirectory = temporaryDirectory();
    const { said } = await start({ dataDirectory });
    const file = join(dataDirectory, 'dead-letters.log');
    const message = `failing failed 2 times and was given up (RangeError: as always); its event is in ${file}`;
    await expect.poll(() => said, { timeout: 5_000 }).toContain(message);
    const [letter = ''] = readFileSync(file, 'utf8').split('\n');
    expect(JSON.parse(letter)).toMatchObject({
      function: 'failing',
      attempts: 2,
      error: 'RangeError: as always',
    });
    expect(readFileSync(join(dataDirectory, 'runtime.log'), 'utf8')).toContain(message);
  });
});

describe('who may read the pages', () => {
  const status = (
    port: number,
    method: string,
    headers: Record<string, string>,
  ): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, method, path: '/local/mail', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      call.on('error', reject).end();
    });
  const cases: { given: string; method: string; headers: Record<string, string>; then: number }[] = [
    {
      given: 'the own page',
      method: 'POST',
      headers: { host: 'localhost:8080', origin: 'http://localhost:8080' },
      then: 404,
    },
    { given: 'a script without a browser', method: 'GET', headers: { host: '127.0.0.1' }, then: 200 },
    {
      given: 'a form of another site',
      method: 'POST',
      headers: { host: 'localhost', origin: 'https://evil.example' },
      then: 403,
    },
    {
      given: 'a page without an origin of its own',
      method: 'POST',
      headers: { host: 'localhost', origin: 'null' },
      then: 403,
    },
    {
      given: 'a name bound to this machine from outside',
      method: 'GET',
      headers: { host: 'evil.example' },
      then: 403,
    },
    {
      given: 'a name that only begins like ours',
      method: 'GET',
      headers: { host: 'localhost.evil.example' },
      then: 403,
    },
  ];
  it('given each of them, when it calls, then only those of this machine get an answer', async () => {
    const { runtime } = await start();
    for (const { given, method, headers, then } of cases) {
      expect([given, await status(runtime.port, method, headers)]).toEqual([given, then]);
    }
  });
});

describe('what the one who starts it can mend', () => {
  it('given a taken port, when it starts, then the message names port and option', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const rest = 'on 127.0.0.1 is in use by another program; stop it, or give another port with';
    await expect(start({ port })).rejects.toThrow(`port ${port} ${rest} --port`);
    await expect(start({ awsPort: port })).rejects.toThrow(`port ${port} ${rest} --aws-port`);
    other.close();
  });

  it('given a data directory in use, when it starts, then the message names the process', async () => {
    const dataDirectory = temporaryDirectory();
    await start({ dataDirectory });
    await expect(start({ dataDirectory })).rejects.toThrow(
      `data directory ${dataDirectory} is in use by process ${process.pid}; stop that one, or give this one another ` +
        'directory with --data DIR',
    );
  });

  it('given a relay that is no mail server, when it starts, then the message shows no password', async () => {
    await expect(start({ smtpRelay: 'http://user:hunter2@host' })).rejects.toThrow(
      'the SMTP relay is not a URL of a mail server; write smtp://user:password@host:587',
    );
  });

  it('given a start that failed, when it is tried again, then nothing is left in its way', async () => {
    const dataDirectory = temporaryDirectory();
    await expect(start({ dataDirectory, smtpRelay: 'no' })).rejects.toThrow('SMTP relay');
    const { url } = await start({ dataDirectory });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});
