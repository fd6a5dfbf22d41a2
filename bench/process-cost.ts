/** What processes cost, from Linux's own accounts. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** `getconf CLK_TCK` of every Linux that Node runs on. */
const ticksPerSecond = 100;

/** User and system time of a process with all its threads so far, ms; in steps of 10. */
export function cpuMsOf(pid: number): number {
  // The name, in brackets, may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** User and system time of one run of a program, with its start and its children, ms: the shell's own account of many. */
export async function cpuMsOfProgram(
  runs: number,
  program: string,
  args: readonly string[],
): Promise<number> {
  const script = `for i in $(seq ${runs}); do "$@" >/dev/null || exit 1; done; times`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', program, ...args]);
  const ofChildren = stdout.trim().split('\n').at(-1) ?? '';
  const seconds = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  );
  return (seconds * 1000) / runs;
}
