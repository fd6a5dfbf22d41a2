import { ArnFormat, type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Entry, entryName } from './function-code.ts';
import type { MonitoringNetwork } from './monitoring-network.ts';

/** What all functions share. */
export interface FunctionHome {
  readonly code: Code;
  readonly environment: Readonly<Record<string, string>>;
  readonly network: MonitoringNetwork;
}

export interface ProductFunctionProps {
  readonly home: FunctionHome;
  readonly entry: Entry;
  /** Memory in MB; the share of a processor grows with it. @default 256 */
  readonly memoryMb?: number;
  readonly timeLimit: Duration;
  /** Whether it reaches customers' servers, and so leaves by the fixed address. @default false */
  readonly reachesCustomers?: boolean;
}

/** Names of customers' servers are looked up by as many at once: a slow DNS server must not hold up the others. */
const lookupThreads = { UV_THREADPOOL_SIZE: '64' };

const interfaceActions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * One function of the product. Its role may write its own log and nothing else: each construct grants what it needs.
 *
 * No function reserves concurrency: a new AWS account has ten executions in all, and refuses every reservation.
 */
export class ProductFunction extends LambdaFunction {
  readonly executionRole: Role;

  constructor(scope: Construct, id: string, props: ProductFunctionProps) {
    const { home, entry, memoryMb = 256, timeLimit, reachesCustomers = false } = props;
    const functionName = `mimamori-${entryName(entry)}`;
    const logGroup = new LogGroup(scope, `${id}Log`, {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Our own role, as the one that the library makes has managed policies that allow every log group.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    if (reachesCustomers) grantNetworkInterfaces(role, functionName);

    super(scope, id, {
      functionName,
      code: home.code,
      handler: `${entryName(entry)}.handler`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: memoryMb,
      timeout: timeLimit,
      environment: { ...home.environment, ...(reachesCustomers && lookupThreads) },
      logGroup,
      role,
      ...(reachesCustomers && { vpc: home.network.vpc, securityGroups: [home.network.outbound] }),
    });
    this.executionRole = role;
  }
}

/** The service attaches functions to the network with their own role; their code is kept from doing so itself. */
function grantNetworkInterfaces(role: Role, functionName: string): void {
  const functionArn = Stack.of(role).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  role.addToPolicy(new PolicyStatement({ actions: interfaceActions, resources: ['*'] }));
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions: interfaceActions,
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } },
    }),
  );
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'Network interfaces have no ARN before they exist. A second statement denies the same to the code of the function.',
  });
}
