import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientOf } from '../table-on-dynalite.ts';

export type Fault = 'before it reaches the table' | 'after it reached the table';

const isWrite = (command: string | undefined) => /^(Put|Update|Delete|BatchWrite)Item/.test(command ?? '');

/** The process that held the client is gone. */
export class ProcessEnded extends Error {}

/**
 * A client whose process ends at its write number `at`, counted from 1: that write, and all that comes after, fails,
 * and the first of them may have reached the table.
 */
export function clientThatDies(endpoint: string, at: number, fault: Fault) {
  const client: DynamoDBClient = clientOf(endpoint);
  const counted = { writes: 0, isDead: false };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (isWrite(context.commandName?.replace('Command', ''))) counted.writes += 1;
      if (counted.isDead) throw new ProcessEnded();
      if (counted.writes < at) return next(args);
      counted.isDead = true;
      if (fault === 'after it reached the table') await next(args);
      throw new ProcessEnded();
    },
    { step: 'initialize', name: 'processEnds' },
  );
  return { client, counted };
}
