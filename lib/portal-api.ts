import { Duration, Validations } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type Machine, machines } from '../core/machine.ts';
import type { IncidentWorkflow } from './incident-workflow.ts';
import type { MetricTable } from './metric-table.ts';
import type { MonitorTable } from './monitor-table.ts';
import type { OperatorAddress } from './operator-actions.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { SecretAccess } from './secret-access.ts';
import { heartbeatKeysSecret } from './signing-keys.ts';
import type { UserPool } from './user-pool.ts';
import { executionsArn, workflowArn } from './workflow-machine.ts';

export interface PortalApiProps {
  readonly home: FunctionHome;
  readonly table: MonitorTable;
  readonly metrics: MetricTable | undefined;
  readonly secrets: SecretAccess;
  readonly incident: IncidentWorkflow;
  readonly address: OperatorAddress;
  readonly users: UserPool;
}

/** The API of the portal, of programs and of the operators. */
export class PortalApi extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { home, table, metrics, secrets, incident, address, users }: PortalApiProps,
  ) {
    super(scope, id);
    const serve = new ProductFunction(this, 'Serve', {
      home,
      entry: 'api/serve-api',
      // Somebody waits for it: with the memory grows the processor that packs a month of measurements.
      memoryMb: 1024,
      timeLimit: Duration.seconds(25),
    });
    table.grantItems(serve, { indexes: ['list', 'account'] });
    metrics?.grantRead(serve);
    secrets.grantRead(serve, `${heartbeatKeysSecret}/current`);
    incident.grantNews(serve);
    users.grantManagement(serve);
    for (const machine of machines) this.#letLook(serve, machine);
    address.route(
      'Ask',
      '/api/{proxy+}',
      HttpMethod.ANY,
      serve,
      'The function judges the token: an authorizer knows those of the user pool, not those that programs have.',
    );
  }

  /** Operators see what runs, what failed, and in which step. The data of executions is not read. */
  #letLook(looker: ProductFunction, machine: Machine): void {
    const look = (actions: string[], resource: string) =>
      looker.addToRolePolicy(new PolicyStatement({ actions, resources: [resource] }));
    look(['states:ListExecutions'], workflowArn(this, machine));
    look(['states:DescribeExecution', 'states:GetExecutionHistory'], executionsArn(this, machine));
    Validations.of(looker.executionRole).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:mimamori-${machine}:*]`,
      reason: 'Executions are named by incidents and failures, which are not known when the stack is made.',
    });
  }
}
