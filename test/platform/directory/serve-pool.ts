import { join } from 'node:path';
import { Gateway } from '../../../local/aws/gateway.ts';
import { SecretVault } from '../../../local/aws/secret-vault.ts';
import { LocalUsers } from '../../../local/oidc/local-users.ts';
import { VirtualClock } from '../../../local/virtual-clock.ts';
import { createStepFunctionsApi } from '../../../local/workflows/api.ts';
import { WorkflowEngine } from '../../../local/workflows/engine.ts';
import { temporaryDirectory } from '../../local/assembly/write-assembly.ts';
import { silentPhone } from '../../local/connect/sample-flow.ts';
import { poolId } from '../../local/oidc/sample-people.ts';

export interface ServedPool {
  readonly users: LocalUsers;
  readonly port: number;
  close(): Promise<void>;
}

/** The gateway of one machine with a user pool behind it, and a table where one is given. */
export async function servePool(dynamoDb: { readonly port: number } = { port: 1 }): Promise<ServedPool> {
  const nothing = (): never => {
    throw new Error('only the user pool is behind this gateway');
  };
  const users = LocalUsers.open({ file: join(temporaryDirectory(), 'users.json'), now: Date.now });
  const clock = new VirtualClock(0);
  const place = { region: 'ap-northeast-1', accountId: '000000000000' };
  const engine = WorkflowEngine.open({
    file: ':memory:',
    clock,
    ...place,
    tasks: { invokeFunction: nothing },
  });
  const gateway = await Gateway.listen({ port: 0, warn: nothing });
  gateway.serve({
    dynamoDb,
    stepFunctions: createStepFunctionsApi(engine),
    secrets: { vault: SecretVault.open(temporaryDirectory()), clock, place },
    ses: { clock, region: place.region, mailbox: { receive: nothing } },
    lambda: { functions: { check: nothing, invoke: nothing }, invokeLater: nothing },
    events: { publish: () => [] },
    deskPhone: silentPhone(),
    people: { users, poolId },
    callerOf: () => undefined,
  });
  return { users, port: gateway.port, close: () => gateway.close() };
}
