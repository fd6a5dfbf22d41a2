import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), 'mimamori-test-synth-'));
});
afterEach(() => rmSync(output, { recursive: true }));

/** Runs the pinned CLI as `npx cdk` does, with no way to the network and no credentials. */
function cdk(...args: string[]) {
  const bin = resolve('node_modules/.bin');
  const { status, stdout, stderr } = spawnSync(join(bin, 'cdk'), args, {
    env: {
      PATH: `${bin}${delimiter}${process.env.PATH}`,
      HOME: output,
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    encoding: 'utf8',
  });
  return { status, said: `${stdout}${stderr}`.trim().split('\n') };
}

describe('the command line', () => {
  it('given no network, when the app is synthesized, then both templates are written without a word of warning', () => {
    const directory = join(output, 'assembly');
    const { status, said } = cdk('synth', '--quiet', '--output', directory);
    expect(said).toEqual([
      `Successfully synthesized to ${directory}`,
      'Supply a stack id (MimamoriFoundation, MimamoriService) to display its template.',
    ]);
    expect(status).toBe(0);
    expect(readdirSync(directory)).toEqual(
      expect.arrayContaining(['MimamoriFoundation.template.json', 'MimamoriService.template.json']),
    );
  }, 60_000);

  const wrong = [
    {
      given: 'a wrong setting',
      setting: 'shards=0',
      wanted: [
        'context shards is "0": Too small: expected number to be >=1',
        'set it in cdk.json, or with -c name=value',
      ],
    },
    {
      given: "one machine's metric store",
      setting: 'metricStore=sqlite',
      wanted: [
        'context metricStore is "sqlite": a file of one machine, which functions in the cloud do not have; give timestream',
      ],
    },
  ];
  for (const { given, setting, wanted } of wrong) {
    it(`given ${given}, when the app is synthesized, then the message says what and the mend, without a stack trace`, () => {
      const { status, said } = cdk('synth', '--quiet', '--output', join(output, 'none'), '-c', setting);
      expect(said.slice(0, wanted.length)).toEqual(wanted);
      expect(said.join('\n')).not.toContain('    at ');
      expect(status).not.toBe(0);
    }, 60_000);
  }
});
