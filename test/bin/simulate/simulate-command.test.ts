import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CommandError } from '../../../bin/command-line.ts';
import { simulate } from '../../../bin/commands/simulate.ts';
import { runMimamori } from '../run-mimamori.ts';

const inventory = 'examples/small.yaml';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mimamori-simulate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

async function refusal(args: readonly string[]): Promise<{ message: string; exitCode: number }> {
  try {
    await simulate.run(args);
  } catch (error) {
    if (error instanceof CommandError)
      return { message: error.message.replaceAll(`${folder}/`, ''), exitCode: error.exitCode };
    throw error;
  }
  throw new Error('it was not refused');
}

describe('mimamori simulate', () => {
  it('given a script, when it is run, then the report says what was done, as JSON too', async () => {
    const script = write(
      'outages.yaml',
      `outages:
  - { server: web-1, monitor: https, from: 2026-01-01T09:30:00Z, to: 2026-01-01T09:50:00Z }
  - { account: acme, server: web-1, from: 2026-01-01T12:00:00Z, to: 2026-01-01T13:00:00Z }
`,
    );
    const { code, out, err } = await runMimamori(['simulate', inventory, '--outages', script, '--json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const report = z
      .object({
        failures: z.object({ all: z.number(), believed: z.number() }),
        mails: z.record(z.string(), z.number()),
      })
      .parse(JSON.parse(out));
    // The second is met by four liveness monitors, and makes one incident of them.
    expect(report.failures).toEqual({ all: 5, believed: 5 });
    expect(report.mails).toMatchObject({ PROBLEM: 2, RECOVERED: 2 });
  });

  it('given nothing but an inventory, when it is run, then a person reads the report', async () => {
    const { code, out } = await runMimamori([
      'simulate',
      inventory,
      '--days',
      '0.1',
      '--start',
      '2026-03-01',
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^From 2026-03-01T00:00:00.000Z to 2026-03-01T02:24:00.000Z: 1 server, 8 monitors\n[\s\S]*It took [\d.]+ s, [\d,]+ times less than it lasts\.\n$/,
    );
  });

  const refusals = [
    { words: ['--days', '0'], message: '--days is "0"; give a number from 0.01 to 400' },
    { words: ['--days', 'ten'], message: '--days is "ten"; give a number from 0.01 to 400' },
    { words: ['--seed', '1.5'], message: '--seed is "1.5"; give a whole number from 0 to 4294967296' },
    {
      words: ['--start', '2026-02-30'],
      message: '--start is "2026-02-30"; give an instant in UTC, like 2026-01-01T00:00:00Z, or a day',
    },
    {
      words: ['--start', 'now'],
      message: '--start is "now"; give an instant in UTC, like 2026-01-01T00:00:00Z, or a day',
    },
    {
      words: ['--seed', '2', '--outages', 'x.yaml'],
      message:
        '--seed and --outages exclude each other: a script leaves nothing to chance; take one of them out',
    },
    {
      words: ['--days', '400', '--failures-per-monitor-day', '1000'],
      message: 'about 3,200,008 failures would be drawn, 500,000 at most; give fewer --days or lower rates',
    },
  ];
  for (const { words, message } of refusals) {
    it(`given ${words.join(' ')}, when it is run, then it is refused with the mend`, async () => {
      expect(await refusal([inventory, ...words])).toEqual({ message, exitCode: 2 });
    });
  }

  it('given a script with faults, when it is run, then each is told with its line and mend, and nothing is simulated', async () => {
    const script = write(
      'faulty.yaml',
      `outages:
  - { server: web-2, from: 2026-01-01T09:30:00Z, to: 2026-01-01T09:50:00Z }
  - { server: web-1, monitor: htps, from: 2026-01-01T09:30:00Z, to: 2026-01-01T09:50:00Z }
  - { server: web-1, from: 2026-01-01T09:30:00Z, to: 2026-01-01T09:30:00Z }
  - { account: acne, server: web-1, from: 2026-01-01T09:30:00Z, to: 2026-01-01T09:31:00Z }
`,
    );
    expect((await refusal([inventory, '--outages', script])).message.split('\n')).toEqual([
      'faulty.yaml:2: outages[0].server is "web-2", which the inventory does not have; did you mean web-1? known servers are web-1',
      'faulty.yaml:3: outages[1].monitor is "htps", which web-1 does not have; did you mean https? known monitors are host, ssh, agent, https, cpu, memory, load, disk',
      'faulty.yaml:4: outages[2].to is not after from; give the instant at which all is well again',
      'faulty.yaml:5: outages[3].account is "acne", which has no web-1; did you mean acme? known accounts are acme',
      '',
      '4 problems; nothing was simulated.',
    ]);
  });

  it('given a script of another form, when it is run, then the form is told', async () => {
    const script = write(
      'form.yaml',
      `outages:
  - { server: web-1, since: 2026-01-01T09:30:00Z, to: tomorrow, severity: bad }
`,
    );
    expect((await refusal([inventory, '--outages', script])).message.split('\n')).toEqual([
      'form.yaml:2: outages[0].from is missing; give an instant in UTC, like 2026-01-01T09:30:00Z',
      'form.yaml:2: outages[0].since is not known here; known keys are account, server, monitor, from, to, severity',
      'form.yaml:2: outages[0].to is "tomorrow"; write an instant in UTC, like 2026-01-01T09:30:00Z',
      'form.yaml:2: outages[0].severity is "bad"; known values are critical, warning, unknown',
      '',
      '4 problems; nothing was simulated.',
    ]);
  });

  it('given a script that is not there, when it is run, then its path is told', async () => {
    expect(await refusal([inventory, '--outages', join(folder, 'none.yaml')])).toEqual({
      message: 'none.yaml is not there; give the path of an inventory file or directory',
      exitCode: 1,
    });
  });
});
