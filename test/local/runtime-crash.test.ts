import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, it } from 'vitest';
import { temporaryDirectory } from './assembly/write-assembly.ts';
import { smallApp } from './small-app.ts';

const script = new URL('./run-small-app.ts', import.meta.url).pathname;

async function start(data: string, assembly: string) {
  const child = spawn(process.execPath, [script, data, assembly], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const [port, awsPort] = String(line).split(' ');
  const mails = async (): Promise<{ subject: string; at: string }[]> =>
    (await (await fetch(`http://127.0.0.1:${port}/local/mail`)).json()) as { subject: string; at: string }[];
  const workflows = new SFNClient({
    endpoint: `http://127.0.0.1:${awsPort}`,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  const ended = async (statusFilter: 'SUCCEEDED' | 'FAILED', machine = 'tell'): Promise<string[]> => {
    const stateMachineArn = `arn:aws:states:ap-northeast-1:000000000000:stateMachine:${machine}`;
    const { executions } = await workflows.send(new ListExecutionsCommand({ stateMachineArn, statusFilter }));
    return (executions ?? []).map(({ name }) => name ?? '');
  };
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exit;
  };
  return { mails, ended, kill };
}

it('given it is killed again and again, when it goes on, then no started workflow loses its mail or the event of its end, and time never goes back', async () => {
  const data = temporaryDirectory();
  const assembly = smallApp();
  let before = 0;
  for (let round = 0; round < 4; round++) {
    const { mails, kill } = await start(data, assembly);
    await expect
      .poll(async () => (await mails()).length, { timeout: 8_000, interval: 20 })
      .toBeGreaterThan(before + 3);
    before = (await mails()).length;
    await kill();
  }
  const { mails, ended, kill } = await start(data, assembly);
  await expect
    .poll(async () => (await mails()).length, { timeout: 8_000, interval: 20 })
    .toBeGreaterThan(before + 3);
  const [failed, succeeded] = [await ended('FAILED'), await ended('SUCCEEDED')];
  await expect
    .poll(() => ended('SUCCEEDED', 'noted'), { timeout: 5_000 })
    .toEqual(expect.arrayContaining(succeeded));
  const all = await mails();
  await kill();
  const times = all.map(({ at }) => at);
  expect(times).toEqual([...times].sort());
  const told = new Set(all.map(({ subject }) => subject.replaceAll(':', '-')));
  expect(failed).toEqual([]);
  expect(succeeded.length).toBeGreaterThanOrEqual(15);
  expect(succeeded.filter((name) => !told.has(name))).toEqual([]);
  // Each of the four kills may repeat what was being sent, and nothing else.
  expect(all.length - told.size).toBeLessThanOrEqual(4);
});
