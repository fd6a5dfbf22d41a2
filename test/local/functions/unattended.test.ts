import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { failed, type InvocationResult, TooManyRequests } from '../../../local/functions/invocation.ts';
import { type DeadLetter, deadLetterLine, Unattended } from '../../../local/functions/unattended.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { writeAssembly } from '../assembly/write-assembly.ts';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const fails: InvocationResult = failed('TypeError', 'no such thing');
const works: InvocationResult = { payload: 'null' };

const assembly = (policy?: object) =>
  readAssembly(
    writeAssembly({
      Service: {
        Resources: {
          Sweep: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'sweep' } },
          ...(policy && {
            Policy: {
              Type: 'AWS::Lambda::EventInvokeConfig',
              Properties: { FunctionName: { Ref: 'Sweep' }, Qualifier: '$LATEST', ...policy },
            },
          }),
        },
      },
    }),
  );

/** Invokes once, with these answers in turn, and lets a day pass. */
async function invoke(
  answers: readonly (InvocationResult | Error)[],
  policy?: object,
  closeAfterSeconds?: number,
) {
  const clock = new VirtualClock(start);
  const seconds: number[] = [];
  const letters: DeadLetter[] = [];
  const unattended = new Unattended({
    clock,
    assembly: assembly(policy),
    giveUp: (letter) => letters.push(letter),
    functions: {
      invoke: async () => {
        const answer = answers[seconds.length] ?? works;
        seconds.push((clock.now() - start) / 1000);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await unattended.invoke('arn:aws:lambda:x:0:function:sweep', '{"time":"t"}');
  if (closeAfterSeconds !== undefined) {
    await clock.advanceTo(start + closeAfterSeconds * 1000, settle);
    unattended.close();
  }
  await clock.advanceTo(start + 86_400_000, settle);
  return { seconds, letters };
}

describe('an invocation that nobody waits for', () => {
  const cases: {
    given: string;
    answers: (InvocationResult | Error)[];
    policy?: object;
    then: number[];
    lost: number;
  }[] = [
    { given: 'one that works', answers: [works], then: [0], lost: 0 },
    {
      given: 'one that works at the second repeat',
      answers: [fails, fails, works],
      then: [0, 60, 180],
      lost: 0,
    },
    { given: 'one that always fails', answers: [fails, fails, fails, fails], then: [0, 60, 180], lost: 1 },
    {
      given: 'no free place at first',
      answers: [new TooManyRequests('Rate Exceeded.'), works],
      then: [0, 60],
      lost: 0,
    },
    {
      given: 'a template that allows one repeat',
      answers: [fails, fails, works],
      policy: { MaximumRetryAttempts: 1 },
      then: [0, 60],
      lost: 1,
    },
    {
      given: 'a template that allows none',
      answers: [fails, works],
      policy: { MaximumRetryAttempts: 0 },
      then: [0],
      lost: 1,
    },
    {
      given: 'a template that allows two minutes',
      answers: [fails, fails, works],
      policy: { MaximumEventAgeInSeconds: 120 },
      then: [0, 60],
      lost: 1,
    },
  ];
  for (const { given, answers, policy, then, lost } of cases) {
    it(`given ${given}, when a day passes, then it ran at ${then.join(', ')} s and ${lost} was given up`, async () => {
      const { seconds, letters } = await invoke(answers, policy);
      expect([seconds, letters.length]).toEqual([then, lost]);
    });
  }

  it('given it was given up, when the note is read, then it says what, when and why on one line', async () => {
    const { letters } = await invoke([fails, fails, fails]);
    expect(letters.map(deadLetterLine)).toEqual([
      '{"at":"2026-01-01T00:03:00.000Z","function":"sweep","event":{"time":"t"},"attempts":3,"error":"TypeError: no such thing"}\n',
    ]);
  });

  it('given it was closed, when a repeat is due, then nothing runs', async () => {
    expect((await invoke([fails, works], undefined, 30)).seconds).toEqual([0]);
  });
});
