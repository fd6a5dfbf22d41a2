import type { Stack } from 'aws-cdk-lib';
import type { DeploymentSettings } from './deployment-settings.ts';
import { configurationSetName } from './mail-delivery.ts';
import type { MetricTable } from './metric-table.ts';
import type { MonitorTable } from './monitor-table.ts';
import type { MonitoringAddress } from './monitoring-address.ts';
import type { OperatorAddress } from './operator-actions.ts';
import type { PortalClient } from './portal-client.ts';
import type { PortalSite } from './portal-site.ts';
import type { SecretAccess } from './secret-access.ts';
import type { UserPool } from './user-pool.ts';
import { workflowArn } from './workflow-machine.ts';

export interface FunctionEnvironmentProps {
  readonly settings: DeploymentSettings;
  readonly table: MonitorTable;
  readonly metrics: MetricTable | undefined;
  readonly secrets: SecretAccess;
  readonly operators: OperatorAddress;
  readonly address: MonitoringAddress;
  readonly portal: PortalSite;
  readonly users: UserPool;
  readonly client: PortalClient;
}

/** What every function finds in its environment; platform/environment.ts reads it. One machine adds its own paths. */
export function functionEnvironment(
  stack: Stack,
  { settings, table, metrics, secrets, operators, address, portal, users, client }: FunctionEnvironmentProps,
): Record<string, string> {
  return {
    TABLE_NAME: table.table.tableName,
    METRIC_STORE: settings.metricStore,
    ...(metrics && { METRIC_DATABASE: metrics.database, METRIC_TABLE: metrics.table }),
    SECRET_PREFIX: secrets.prefix,
    ACTION_URL: operators.url,
    PORTAL_URL: portal.url,
    OIDC_ISSUER: users.issuer,
    OIDC_CLIENT_ID: client.id,
    USER_POOL_ID: users.pool.userPoolId,
    WORKFLOWS_URL: workflowsUrl(stack),
    MONITORING_ADDRESSES: address.address,
    DETECTION_MACHINE_ARN: workflowArn(stack, 'detection'),
    INCIDENT_MACHINE_ARN: workflowArn(stack, 'incident'),
    FIRST_RESPONSE_MACHINE_ARN: workflowArn(stack, 'first-response'),
    ESCALATION_MACHINE_ARN: workflowArn(stack, 'escalation'),
    SECOND_RESPONSE_MACHINE_ARN: workflowArn(stack, 'second-response'),
    MAIL_TRANSPORT: settings.mailTransport,
    ...(settings.mailTransport === 'ses' && { SES_CONFIGURATION_SET: configurationSetName }),
    ...(settings.smtpSecret !== undefined && { SMTP_SECRET: settings.smtpSecret }),
    CALL_PROVIDER: settings.calls,
    ...(settings.calls === 'connect' && {
      CONNECT_INSTANCE_ID: settings.connectInstanceArn?.split('/').at(-1) ?? '',
      CONNECT_SOURCE_PHONE: settings.connectSourcePhone ?? '',
    }),
    SHARDS: String(settings.shards),
    MAX_CHECKS_IN_FLIGHT: String(settings.maxChecksInFlight),
  };
}

/** Where operators look at executions: the console, which finds one by `#/v2/executions/details/<its ARN>`. */
const workflowsUrl = ({ region }: Stack): string =>
  `https://${region}.console.aws.amazon.com/states/home?region=${region}`;
