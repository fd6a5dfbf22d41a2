/**
 * Builds a function's ports from its environment, each on first use and once in a process.
 * The template sets the variables, in the cloud and on one machine.
 */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { ConnectClient } from '@aws-sdk/client-connect';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Machine } from '../core/machine.ts';
import type { CallPort } from './calls/call-port.ts';
import { createConnectCalls } from './calls/connect.ts';
import { createNoCalls } from './calls/none.ts';
import { createCognitoDirectory } from './directory/cognito.ts';
import type { UserDirectory } from './directory/user-directory.ts';
import type { MailSender } from './mail/mail-sender.ts';
import { createSesSender } from './mail/ses.ts';
import { createSmtpSender } from './mail/smtp.ts';
import type { MetricStore, SeriesStore } from './metrics/metric-store.ts';
import { openSqliteMetricStore } from './metrics/sqlite.ts';
import { createTimestreamMetricStore } from './metrics/timestream.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import { createSecretsManagerStore } from './secrets/secrets-manager.ts';
import { createDynamoStores } from './store/dynamo/stores.ts';
import type { Stores } from './store/stores.ts';
import type { Executions } from './workflows/executions.ts';
import { createStepFunctionsWorkflows } from './workflows/step-functions.ts';
import { createStepFunctionsExecutions } from './workflows/step-functions-executions.ts';
import type { Workflows } from './workflows/workflows.ts';

/** @throws when it is not set; the message names it */
export function environment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set; the template sets it, in the cloud and on one machine`);
  }
  return value;
}

/** A function's handler, whose ports are built at its first event: importing the file builds nothing. */
export function onFirstEvent<R>(build: () => (event: unknown) => R): (event: unknown) => R {
  const built = once(build);
  return (event) => built()(event);
}

function once<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}

export const stores: () => Stores = once(() =>
  createDynamoStores({ client: new DynamoDBClient({}), table: environment('TABLE_NAME') }),
);

export const secretStore: () => SecretStore = once(() =>
  createSecretsManagerStore({ client: new SecretsManagerClient({}), prefix: environment('SECRET_PREFIX') }),
);

const machineArns = (): Readonly<Record<Machine, string>> => ({
  detection: environment('DETECTION_MACHINE_ARN'),
  incident: environment('INCIDENT_MACHINE_ARN'),
  'first-response': environment('FIRST_RESPONSE_MACHINE_ARN'),
  escalation: environment('ESCALATION_MACHINE_ARN'),
  'second-response': environment('SECOND_RESPONSE_MACHINE_ARN'),
});

export const workflows: () => Workflows = once(() =>
  createStepFunctionsWorkflows(new SFNClient({ retryMode: 'adaptive', maxAttempts: 8 }), machineArns()),
);

/** With a client of its own: pages that look must not slow down what is to be told. */
export const executions: () => Executions = once(() =>
  createStepFunctionsExecutions(
    new SFNClient({ maxAttempts: 3 }),
    machineArns(),
    environment('WORKFLOWS_URL'),
  ),
);

export const metricStore: () => MetricStore & SeriesStore = once(() => {
  const kind = environment('METRIC_STORE');
  if (kind === 'sqlite') return openSqliteMetricStore({ file: environment('METRIC_FILE') });
  if (kind === 'timestream') {
    return createTimestreamMetricStore({
      database: environment('METRIC_DATABASE'),
      table: environment('METRIC_TABLE'),
    });
  }
  throw new Error(`METRIC_STORE is "${kind}"; known stores are timestream, sqlite`);
});

export const mailSender: () => MailSender = once(() => {
  const kind = environment('MAIL_TRANSPORT');
  if (kind === 'ses') {
    return createSesSender({
      client: new SESClient({}),
      region: environment('AWS_REGION'),
      configurationSet: environment('SES_CONFIGURATION_SET'),
    });
  }
  if (kind === 'smtp') {
    return createSmtpSender({ url: () => secretStore().read(environment('SMTP_SECRET')) });
  }
  throw new Error(`MAIL_TRANSPORT is "${kind}"; known transports are ses, smtp`);
});

export const userDirectory: () => UserDirectory = once(() =>
  createCognitoDirectory(new CognitoIdentityProviderClient({}), environment('USER_POOL_ID')),
);

export const callPort: () => CallPort = once(() => {
  const kind = environment('CALL_PROVIDER');
  if (kind === 'none') return createNoCalls();
  if (kind === 'connect') {
    return createConnectCalls({
      client: new ConnectClient({ maxAttempts: 5 }),
      instanceId: environment('CONNECT_INSTANCE_ID'),
      // Only the function that places calls has it: the flow itself names a function of ours.
      flowId: () => environment('CONNECT_FLOW_ID'),
      sourcePhone: environment('CONNECT_SOURCE_PHONE'),
    });
  }
  throw new Error(`CALL_PROVIDER is "${kind}"; known providers are connect, none`);
});

/** Whether servers may be reached by loopback: only the one-machine runtime says so. */
export const localTargetsAllowed = (): boolean => process.env.LOCAL_TARGETS_ALLOWED === 'true';
