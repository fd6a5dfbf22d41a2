import { CfnOutput, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { IncidentWorkflow } from './incident-workflow.ts';
import type { MonitorTable } from './monitor-table.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { SecretAccess } from './secret-access.ts';
import { linkKeysSecret } from './signing-keys.ts';

export interface OperatorActionsProps {
  readonly home: FunctionHome;
  readonly table: MonitorTable;
  readonly secrets: SecretAccess;
  readonly incident: IncidentWorkflow;
}

/** The address of the API, of the sign-in, and of the links of mails. It is made first, as every mail's links begin with it. */
export class OperatorAddress extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: 'mimamori',
      description: 'Mimamori: the API, sign-in, heartbeats, and the links of mails',
      createDefaultStage: false,
    });
    const log = new LogGroup(this, 'Log', {
      logGroupName: '/aws/vendedlogs/apis/mimamori',
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      // An open page asks four times a minute, and once for each of its parts when it is opened: this is some thousand people
      // who look at once. The functions bound each of them on their own; this bounds what all together can cost.
      throttle: { rateLimit: 300, burstLimit: 600 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        // The route, not the path: the path holds the link itself.
        format: AccessLogFormat.custom(
          JSON.stringify({
            time: '$context.requestTime',
            request: '$context.requestId',
            from: '$context.identity.sourceIp',
            route: '$context.routeKey',
            status: '$context.status',
            bytes: '$context.responseLength',
            error: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
    const output = new CfnOutput(this, 'Url', { value: this.url });
    output.overrideLogicalId('OperatorUrl');
  }

  /** Without a slash at the end. */
  get url(): string {
    return this.api.apiEndpoint;
  }

  /** Serves a route by a function. */
  route(id: string, path: string, method: HttpMethod, by: ProductFunction, reason: string): void {
    const route = new HttpRoute(this, id, {
      httpApi: this.api,
      routeKey: HttpRouteKey.with(path, method),
      integration: new HttpLambdaIntegration(`${id}Integration`, by),
    });
    Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
  }
}

/** What operators and engineers do from their mails. */
export class OperatorActions extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { home, table, secrets, incident, address }: OperatorActionsProps & { readonly address: OperatorAddress },
  ) {
    super(scope, id);
    const actions = new ProductFunction(this, 'Serve', {
      home,
      entry: 'actions/operator-actions',
      timeLimit: Duration.seconds(25),
    });
    table.grantItems(actions);
    secrets.grantRead(actions, `${linkKeysSecret}/current`);
    incident.grantNews(actions);

    const signed = 'The function judges the link itself: it is signed, expires, and acts once.';
    const path = '/operator/actions/{link}';
    address.route('OpenLink', path, HttpMethod.GET, actions, signed);
    address.route('LookAtLink', path, HttpMethod.HEAD, actions, signed);
    address.route('FollowLink', path, HttpMethod.POST, actions, signed);
  }
}
