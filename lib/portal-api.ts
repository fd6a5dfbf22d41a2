import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Construct } from 'constructs';
import type { IncidentWorkflow } from './incident-workflow.ts';
import type { MetricTable } from './metric-table.ts';
import type { MonitorTable } from './monitor-table.ts';
import type { OperatorAddress } from './operator-actions.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { SecretAccess } from './secret-access.ts';
import { heartbeatKeysSecret } from './signing-keys.ts';

export interface PortalApiProps {
  readonly home: FunctionHome;
  readonly table: MonitorTable;
  readonly metrics: MetricTable | undefined;
  readonly secrets: SecretAccess;
  readonly incident: IncidentWorkflow;
  readonly address: OperatorAddress;
}

/** The API of the portal, of programs and of the operators. */
export class PortalApi extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { home, table, metrics, secrets, incident, address }: PortalApiProps,
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
    address.route(
      'Ask',
      '/api/{proxy+}',
      HttpMethod.ANY,
      serve,
      'The function judges the token: an authorizer knows those of the user pool, not those that programs have.',
    );
  }
}
