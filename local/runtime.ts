import { rmSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import packageJson from '../package.json' with { type: 'json' };
import { openSqliteMetricStore } from '../platform/metrics/sqlite.ts';
import { createDynamoStores } from '../platform/store/dynamo/stores.ts';
import { isObject } from './assembly/json.ts';
import { type Assembly, readAssembly } from './assembly/read-assembly.ts';
import { stateMachines } from './assembly/state-machines.ts';
import { TemplateError } from './assembly/template-error.ts';
import { listUnsimulated } from './assembly/unsimulated.ts';
import { DynamoDb } from './aws/dynamodb.ts';
import { Gateway } from './aws/gateway.ts';
import { ItemExpiry } from './aws/item-expiry.ts';
import { SecretVault } from './aws/secret-vault.ts';
import { createSecretsManager } from './aws/secrets-manager.ts';
import { createTableClient } from './aws/table-client.ts';
import { readContactFlows } from './connect/contact-flow.ts';
import { DeskPhone } from './connect/desk-phone.ts';
import { openDataDirectory } from './data-directory.ts';
import { EventBus } from './events/event-bus.ts';
import { workflowEvents } from './events/workflow-events.ts';
import { createFunctionTasks } from './function-tasks.ts';
import { BoundedLog } from './functions/bounded-log.ts';
import { Functions } from './functions/functions.ts';
import { invocationsAtOnce } from './functions/local-function.ts';
import { deadLetterLine, Unattended } from './functions/unattended.ts';
import { generateSecrets } from './generated-secrets.ts';
import { WebServer } from './http/web-server.ts';
import { besidePages } from './http-api/beside-pages.ts';
import { createHttpApi } from './http-api/http-api.ts';
import { readApiPace, readApiRoutes } from './http-api/routes.ts';
import { Throttle } from './http-api/throttle.ts';
import { KeptClock } from './kept-clock.ts';
import { Mailbox } from './mailbox.ts';
import { MetricRetention } from './metric-retention.ts';
import { type DemoPerson, settleDemoPeople } from './oidc/demo-people.ts';
import { LocalUsers } from './oidc/local-users.ts';
import { createOidcServer } from './oidc/oidc-server.ts';
import { OidcStore } from './oidc/oidc-store.ts';
import { readPortalClient } from './oidc/portal-client.ts';
import { openProviderKeys } from './oidc/provider-keys.ts';
import { createPages } from './pages/pages.ts';
import { phoneSource } from './pages/phone/phone-source.ts';
import { watchFromStores } from './pages/watch-source.ts';
import { putSecretFields } from './put-secret-fields.ts';
import { Scheduler } from './schedules/scheduler.ts';
import { readDistribution } from './site/read-distribution.ts';
import { createSite } from './site/site.ts';
import { createSmtpRelay } from './smtp-relay.ts';
import { StartError } from './start-error.ts';
import { settleWatch, type Watch } from './watch.ts';
import { createStepFunctionsApi } from './workflows/api.ts';
import { WorkflowEngine } from './workflows/engine.ts';

export interface RuntimeOptions {
  /** Writes the cloud assembly that is run into an empty directory, as `app.synth()` does. */
  readonly assemble: (directory: string) => Promise<void>;
  readonly dataDirectory: string;
  /** Of the pages; 0 for any that is free. */
  readonly port: number;
  /** Of the AWS protocols; 0 for any that is free. */
  readonly awsPort: number;
  /** How many times faster than real time schedules and waits run. */
  readonly speed: number;
  /** URL of a mail server that mails are handed on to. */
  readonly smtpRelay?: string | undefined;
  readonly watch: Watch;
  /** A line for the one who started it. */
  readonly say: (line: string) => void;
}

export interface Runtime {
  readonly port: number;
  readonly awsPort: number;
  /** Whether the demo fleet is what is watched. */
  readonly isDemo: boolean;
  /** As whom one may look round the demo. */
  readonly demoPeople: readonly DemoPerson[];
  /** Ends what is under way, within seconds, and closes every file. */
  close(): Promise<void>;
}

/** Pages that are open ask again within so long. */
const lookLastsMs = 5_000;

/** How long an end waits for functions that run. */
const endLimitMs = 5_000;

/**
 * Runs the synthesized template on this machine.
 *
 * Parts start in the order of their needs and end in the other: files, ports, stores, functions, workflows (which go on
 * where they were), what is watched, and last the schedules.
 *
 * @throws StartError for what the one who starts it can mend
 */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  await using parts = new AsyncDisposableStack();
  const { say } = options;

  const data = openDataDirectory(options.dataDirectory);
  parts.defer(() => data.release());
  const events = new BoundedLog(data.file('runtime.log'));
  const clock = await plainly(() => new KeptClock({ file: data.file('clock.json'), speed: options.speed }));
  parts.defer(() => clock.close());
  const startEnded = clock.keepRealPace();
  const warn = (message: string): void => {
    events.write(`${new Date(clock.now()).toISOString()} ${message}\n`);
    say(message);
  };

  const health = { failing: async (): Promise<string[]> => ['start'] };
  const web = await listen('--port', options.port, (port) =>
    WebServer.listen({ port, health: () => health.failing() }),
  );
  parts.defer(() => web.close());
  const gateway = await listen('--aws-port', options.awsPort, (port) => Gateway.listen({ port, warn }));
  parts.defer(() => gateway.close());

  const portalUrl = `http://localhost:${web.port}`;

  // Only who holds the data directory may write it: another process's functions would load their code from there.
  const assemblyDirectory = data.file('assembly');
  rmSync(assemblyDirectory, { recursive: true, force: true });
  await options.assemble(assemblyDirectory);
  const assembly = readAssembly(assemblyDirectory, { httpEndpoint: portalUrl });
  const { place } = assembly;
  const tables = assembly.resources('AWS::DynamoDB::Table');
  const dynamoDb = await plainly(() =>
    DynamoDb.open({
      directory: data.file('dynamodb'),
      place,
      tables,
      log: new BoundedLog(data.file('dynamodb.log')),
      warn,
    }),
  );
  parts.defer(() => dynamoDb.close());
  const mailbox = Mailbox.open(data.file('mail.sqlite'));
  parts.defer(() => mailbox.close());
  const vault = await plainly(() => SecretVault.open(data.path));
  const secrets = { vault, clock, place };

  // Tokens and sessions go by real time, as their readers do: the runtime's clock may run ahead.
  const realNow = (): number => Date.now();
  const users = await plainly(() => LocalUsers.open({ file: data.file('users.json'), now: realNow }));
  const signInKeys = await plainly(() => openProviderKeys(data.file('sign-in-keys.json')));
  const signIns = OidcStore.open({ file: data.file('sign-ins.sqlite'), now: realNow });
  parts.defer(() => signIns.close());

  const metricFile = data.file('metrics.sqlite');
  const functions = new Functions({
    assembly,
    logDirectory: data.file('logs'),
    onInvocation: () => clock.keepRealPace(),
    environment: {
      AWS_REGION: place.region,
      AWS_DEFAULT_REGION: place.region,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${gateway.port}`,
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
      METRIC_FILE: metricFile,
      LOCAL_TARGETS_ALLOWED: 'true',
      ACTION_URL: `http://127.0.0.1:${web.port}`,
      PORTAL_URL: portalUrl,
      OIDC_ISSUER: `${portalUrl}/oidc`,
      WORKFLOWS_URL: '/workflows',
      CLOCK_SPEED: String(options.speed),
      MONITORING_ADDRESSES: (options.watch.kind === 'demo' ? [loopback] : ownAddresses()).join(','),
    },
  });
  parts.defer(() => functions.close());
  const deadLetters = new BoundedLog(data.file('dead-letters.log'));
  const unattended = new Unattended({
    functions,
    clock,
    assembly,
    giveUp: (letter) => {
      deadLetters.write(deadLetterLine(letter));
      warn(
        `${letter.function} failed ${letter.attempts} times and was given up (${letter.error}); ` +
          `its event is in ${data.file('dead-letters.log')}`,
      );
    },
  });

  const bus = EventBus.open({
    file: data.file('events.sqlite'),
    assembly,
    clock,
    deliver: (functionArn, event) => unattended.deliver(functionArn, event),
  });
  parts.defer(() => bus.close());

  // A call of thirty seconds is over in one where time runs thirty times faster: nobody could answer it.
  let lookedAt = Number.NEGATIVE_INFINITY;
  const isLookedAt = (): boolean => performance.now() - lookedAt < lookLastsMs;
  const deskPhone = new DeskPhone({
    file: data.file('calls.sqlite'),
    clock,
    flows: readContactFlows(assembly),
    onCall: () => (isLookedAt() ? clock.keepRealPace() : () => undefined),
    bus,
    warn,
    invoke: async (functionArn, event) => {
      const result = await functions.invoke(functionArn, event);
      if ('payload' in result) return JSON.parse(result.payload) as unknown;
      throw new Error(`${result.errorType}: ${result.errorMessage}`);
    },
  });
  parts.defer(() => deskPhone.close());

  const engine = WorkflowEngine.open({
    file: data.file('workflows.sqlite'),
    clock,
    ...place,
    maxConcurrentTasks: invocationsAtOnce,
    tasks: createFunctionTasks(functions),
    statusChanges: workflowEvents(bus),
    onFault: (message, error) => warn(`${message}: ${String(error)}`),
  });
  parts.defer(() => engine.close());
  for (const machine of stateMachines(assembly)) engine.registerMachine(machine);
  const relay = options.smtpRelay === undefined ? undefined : createSmtpRelay(options.smtpRelay);
  gateway.serve({
    dynamoDb,
    stepFunctions: createStepFunctionsApi(engine),
    secrets,
    ses: { mailbox, relay, clock, region: place.region },
    lambda: { functions, invokeLater: (name, event) => void unattended.invoke(name, event) },
    events: bus,
    deskPhone,
    people: { users, poolId: assembly.resources('AWS::Cognito::UserPool')[0]?.ref },
    callerOf: (keyId) => functions.callerOf(keyId),
  });
  bus.start();
  deskPhone.start();

  const table = {
    endpoint: dynamoDb.endpoint,
    region: place.region,
    name: sharedVariable(assembly, 'TABLE_NAME'),
  };
  const client = createTableClient(table);
  const stores = createDynamoStores({ client, table: table.name });
  const expiry = new ItemExpiry({ client, tables, clock, warn });
  parts.defer(() => expiry.close());
  expiry.start();
  const manageSecrets = createSecretsManager(secrets);
  generateSecrets(assembly, manageSecrets);
  const prefix = sharedVariable(assembly, 'SECRET_PREFIX');
  const fleet = await plainly(() =>
    settleWatch(options.watch, {
      table,
      inventories: stores.inventory,
      putSecrets: (values) => putSecretFields(manageSecrets, prefix, values),
      fleetFile: data.file('fleet.json'),
      now: () => clock.now(),
      say,
    }),
  );
  if (fleet !== undefined) parts.defer(() => fleet.close());
  const demoPeople =
    fleet === undefined
      ? []
      : await settleDemoPeople({
          users,
          identity: stores.identity,
          file: data.file('demo-people.json'),
          at: new Date(clock.now()).toISOString(),
        });
  const portalClient = readPortalClient(assembly);
  if (portalClient !== undefined) {
    const oidc = createOidcServer({
      portalUrl,
      client: portalClient,
      users,
      keys: signInKeys,
      store: signIns,
      demo: demoPeople,
      now: realNow,
      warn,
    });
    web.mount('/oidc', oidc.provider);
    web.mount('/local/token', oidc.tokens);
  }

  const unsimulated = listUnsimulated(assembly);
  if (unsimulated.length > 0) say(`In the template, but not on one machine: ${unsimulated.join(', ')}.`);

  const scheduler = new Scheduler({
    clock,
    assembly,
    stateFile: data.file('schedules.json'),
    warn,
    call: (targetArn, input) => unattended.invoke(targetArn, input),
    firstInput: sweepLastMinutes,
  });
  parts.defer(async () => {
    scheduler.close();
    unattended.close();
    await functions.idle(endLimitMs);
  });
  scheduler.start();

  const metrics = openSqliteMetricStore({ file: metricFile });
  parts.defer(() => metrics.close());
  const retention = new MetricRetention({ metrics, clock, warn });
  parts.defer(() => retention.close());
  retention.start();
  const pace = readApiPace(assembly);
  const httpApi = createHttpApi({
    routes: readApiRoutes(assembly),
    throttle: pace && new Throttle(pace, () => performance.now()),
    functions,
    place,
    now: () => clock.now(),
  });
  const pages = createPages({
    mailbox,
    watch: watchFromStores({ ...stores, metrics, now: () => clock.now() }),
    workflows: engine,
    phone: phoneSource(deskPhone, stores.inventory),
    clock,
    version: packageJson.version,
    onLook: () => {
      lookedAt = performance.now();
    },
    ...(fleet !== undefined && { fleet }),
  });
  const distribution = readDistribution(assembly);
  const site = distribution && createSite({ distribution, api: httpApi, origin: portalUrl, warn });
  web.serve(besidePages(pages, httpApi, site));
  health.failing = async () => (dynamoDb.isServing ? [] : ['table store']);
  startEnded();
  const running = parts.move();
  return {
    port: web.port,
    awsPort: gateway.port,
    isDemo: fleet !== undefined,
    demoPeople,
    close: () => running.disposeAsync(),
  };
}

/**
 * The first sweep takes what was due in the last five minutes, the longest interval of the everyday monitors: each of
 * them is checked within seconds. All at the present minute, as repeats are counted from it.
 */
function sweepLastMinutes(input: string): string {
  const event: unknown = JSON.parse(input);
  return isObject(event) && 'shard' in event ? JSON.stringify({ ...event, minutes: 5 }) : input;
}

const loopback = '127.0.0.1';

/** Where checks of this machine come from, as far as it knows: what stands between it and a server may show another address. */
function ownAddresses(): string[] {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses = []) => addresses)
    .filter(({ internal, family, scopeid }) => !internal && (family === 'IPv4' || scopeid === 0))
    .map(({ address }) => address);
  return found.length === 0 ? [loopback] : found;
}

/** A variable that the template gives to its functions. */
function sharedVariable(assembly: Assembly, name: string): string {
  for (const { properties } of assembly.resources('AWS::Lambda::Function')) {
    const { Environment } = properties;
    const variables = isObject(Environment) && isObject(Environment.Variables) ? Environment.Variables : {};
    const value = variables[name];
    if (typeof value === 'string') return value;
  }
  throw new TemplateError(
    `no function of the template has ${name} in its environment; synthesize the app again`,
  );
}

/** For parts whose messages say the mend: the one who starts it needs no more than that. */
async function plainly<T>(open: () => T | Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    throw new StartError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

async function listen<T>(option: string, port: number, open: (port: number) => Promise<T>): Promise<T> {
  try {
    return await open(port);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EADDRINUSE') {
      throw new StartError(
        `port ${port} on 127.0.0.1 is in use by another program; stop it, or give another port with ${option}`,
        {
          cause,
        },
      );
    }
    if (code === 'EACCES') {
      throw new StartError(
        `port ${port} on 127.0.0.1 may not be used by this user; give one above 1023 with ${option}`,
        { cause },
      );
    }
    throw cause;
  }
}
