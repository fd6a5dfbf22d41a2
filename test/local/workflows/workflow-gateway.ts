import { Gateway } from '../../../local/aws/gateway.ts';
import { SecretVault } from '../../../local/aws/secret-vault.ts';
import { createStepFunctionsApi } from '../../../local/workflows/api.ts';
import { temporaryDirectory } from '../assembly/write-assembly.ts';
import { silentPhone } from '../connect/sample-flow.ts';
import { samplePeople } from '../oidc/sample-people.ts';
import type { Workbench } from './workbench.ts';

/** The gateway of one machine on a free port, with the workbench's engine behind it, and nothing behind the other services. */
export async function serveWorkflows({ engine, clock }: Workbench): Promise<Gateway> {
  const warn = (message: string): void => {
    throw new Error(message);
  };
  const nothing = (): never => {
    throw new Error('only Step Functions is behind this gateway');
  };
  const gateway = await Gateway.listen({ port: 0, warn });
  const { region, accountId } = engine;
  gateway.serve({
    dynamoDb: { port: 1 },
    stepFunctions: createStepFunctionsApi(engine),
    secrets: { vault: SecretVault.open(temporaryDirectory()), clock, place: { region, accountId } },
    ses: { clock, region, mailbox: { receive: nothing } },
    lambda: { functions: { check: nothing, invoke: nothing }, invokeLater: nothing },
    events: { publish: () => [] },
    deskPhone: silentPhone(),
    people: samplePeople(),
    callerOf: () => undefined,
  });
  return gateway;
}
