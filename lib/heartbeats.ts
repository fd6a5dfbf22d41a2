import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import type { MonitorTable } from './monitor-table.ts';
import type { OperatorAddress } from './operator-actions.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { SecretAccess } from './secret-access.ts';
import { heartbeatKeysSecret } from './signing-keys.ts';

export interface HeartbeatsProps {
  readonly home: FunctionHome;
  readonly table: MonitorTable;
  readonly secrets: SecretAccess;
  readonly address: OperatorAddress;
}

/** Takes the calls of customers' jobs. */
export class Heartbeats extends Construct {
  constructor(scope: Construct, id: string, { home, table, secrets, address }: HeartbeatsProps) {
    super(scope, id);
    const take = new ProductFunction(this, 'Take', {
      home,
      entry: 'heartbeat/take-heartbeat',
      timeLimit: Duration.seconds(10),
    });
    table.grantItems(take);
    secrets.grantRead(take, `${heartbeatKeysSecret}/current`);

    const signed = 'The function judges the address itself: it is signed, and jobs cannot sign in.';
    const path = '/heartbeat/{monitor}/{key}';
    address.route('TakeHeartbeat', path, HttpMethod.ANY, take, signed);
    address.route('TakeFailure', `${path}/fail`, HttpMethod.ANY, take, signed);
  }
}
