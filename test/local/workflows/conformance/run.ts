// Plays a file of recorded executions against the interpreter and counts what is alike.
// Run: npm run test:conformance [-- FILE]      (see docs/workflows.md)
import { existsSync } from 'node:fs';
import path from 'node:path';
import { judgeCase, type Verdict } from './judge-case.ts';
import { playCase } from './play-case.ts';
import { defaultFile, type RecordedCase, readCases } from './recorded-case.ts';

const taken = 'the definition was taken';
const [named] = process.argv.slice(2);
const file = named === undefined ? defaultFile : path.resolve(process.env.INIT_CWD ?? '.', named);
if (existsSync(file)) process.exitCode = await run(readCases(file));
else if (named === undefined)
  console.log(`There are no recordings at ${file}; name a file of cases to play it.`);
else {
  console.error(`${file} is not there; name a file with one case a line`);
  process.exitCode = 1;
}

async function run(cases: readonly RecordedCase[]): Promise<number> {
  const verdicts: Verdict[] = [];
  for (const recorded of cases) verdicts.push(await verdictOn(recorded));
  tellMisses(verdicts);
  const categories = [...new Set(verdicts.map(({ category }) => category))].sort();
  for (const category of categories) {
    const those = verdicts.filter((verdict) => verdict.category === category);
    console.log(`${category}: ${counts(those)}`);
  }
  console.log(`conformance: ${counts(verdicts)}`);
  return verdicts.some(({ status, refused }) => status?.miss !== undefined || refused?.miss === taken)
    ? 1
    : 0;
}

async function verdictOn(recorded: RecordedCase): Promise<Verdict> {
  const { id, category } = recorded;
  if (recorded.inputIncomplete === true) return { id, category, skipped: 'its input is known in part only' };
  try {
    return judgeCase(recorded, await playCase(recorded));
  } catch (error) {
    const miss = `it could not be played: ${error instanceof Error ? error.message : String(error)}`;
    return {
      id,
      category,
      ...(recorded.kind === 'createError' ? { refused: { miss: taken } } : { status: { miss } }),
    };
  }
}

function tellMisses(verdicts: readonly Verdict[]): void {
  for (const { id, skipped, status, types, causes, refused, details } of verdicts) {
    if (skipped !== undefined) console.log(`${id}\n  left out: ${skipped}`);
    for (const [what, judged] of Object.entries({ status, types, causes, refused, details })) {
      if (judged?.miss !== undefined) console.log(`${id}\n  ${what}: ${judged.miss}`);
    }
  }
}

function counts(verdicts: readonly Verdict[]): string {
  const share = (what: 'status' | 'types' | 'causes' | 'refused'): string => {
    const judged = verdicts.flatMap((verdict) => verdict[what] ?? []);
    const right = judged.filter(({ miss }) => miss === undefined || (what === 'refused' && miss !== taken));
    return `${right.length}/${judged.length}`;
  };
  return `${share('status')} status, ${share('types')} event types, ${share('causes')} causes, ${share('refused')} refused`;
}
