import { describe, expect, it } from 'vitest';
import { RedriveRequests } from '../../../local/workflows/redrive-requests.ts';

/** Asks for redrives, and tells which were really done. */
function counted() {
  const requests = new RedriveRequests();
  const done: string[] = [];
  const ask = (executionArn: string, clientToken: string | undefined, nowMs: number) =>
    requests.once({ executionArn, clientToken }, nowMs, async () => {
      done.push(`${executionArn} ${clientToken}`);
      return { redriveDate: nowMs };
    });
  return { ask, done };
}

describe('redrives by their tokens', () => {
  it('given ten later tokens of an execution, when the first comes again, then it is a new request', async () => {
    const { ask, done } = counted();
    for (let index = 0; index <= 10; index++) await ask('e', `t${index}`, 0);
    expect(await ask('e', 't1', 5)).toEqual({ redriveDate: 0 });
    expect(await ask('e', 't0', 5)).toEqual({ redriveDate: 5 });
    expect(done).toHaveLength(12);
  });

  it('given the token of one execution, when it comes with another, then that is redriven too', async () => {
    const { ask, done } = counted();
    await ask('a', 't', 0);
    await ask('b', 't', 0);
    expect(done).toEqual(['a t', 'b t']);
  });

  it('given no token, when a redrive is asked for twice, then each is done', async () => {
    const { ask, done } = counted();
    await ask('a', undefined, 0);
    await ask('a', undefined, 0);
    expect(done).toHaveLength(2);
  });

  it('given more executions than are known, when the longest known comes again, then it is a new request', async () => {
    const { ask, done } = counted();
    for (let index = 0; index <= 10_000; index++) await ask(`e${index}`, 't', 0);
    done.length = 0;
    await ask('e1', 't', 1);
    await ask('e0', 't', 1);
    expect(done).toEqual(['e0 t']);
  });
});
