import { readFileSync } from 'node:fs';
import { Duration, Validations } from 'aws-cdk-lib';
import { CfnContactFlow, CfnIntegrationAssociation } from 'aws-cdk-lib/aws-connect';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import type { IncidentWorkflow } from './incident-workflow.ts';
import type { MonitorTable } from './monitor-table.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';

export interface TelephoneProps {
  readonly home: FunctionHome;
  readonly settings: DeploymentSettings;
  readonly table: MonitorTable;
  readonly incident: IncidentWorkflow;
}

/**
 * Calls by Amazon Connect: the contact flow that reports a failure, and what it and the service tell us. The instance and
 * its number cannot be ordered by a deployment; without them there are no calls, and this is empty.
 */
export class Telephone extends Construct {
  readonly #instanceArn: string | undefined;
  readonly #flow: CfnContactFlow | undefined;

  constructor(scope: Construct, id: string, { home, settings, table, incident }: TelephoneProps) {
    super(scope, id);
    const { calls, connectInstanceArn } = settings;
    if (calls !== 'connect' || connectInstanceArn === undefined) return;
    this.#instanceArn = connectInstanceArn;

    const takeKey = new ProductFunction(this, 'TakeKey', {
      home,
      entry: 'call/take-key',
      // The contact flow waits for eight seconds.
      timeLimit: Duration.seconds(7),
    });
    const contactEvent = new ProductFunction(this, 'ContactEvent', {
      home,
      entry: 'call/contact-event',
      timeLimit: Duration.seconds(25),
    });
    for (const each of [takeKey, contactEvent]) {
      table.grantItems(each);
      incident.grantNews(each);
    }
    this.#hearOf(contactEvent, connectInstanceArn);
    this.#flow = this.#reportBy(takeKey, connectInstanceArn);
  }

  /** Lets a function place calls. */
  grantPlace(caller: ProductFunction): void {
    if (this.#flow === undefined) return;
    this.#grant(caller, ['connect:StartOutboundVoiceContact']);
    caller.addEnvironment('CONNECT_FLOW_ID', this.#flow.attrContactFlowArn);
  }

  /** Lets a function ask how a call stands. */
  grantLook(looker: ProductFunction): void {
    this.#grant(looker, ['connect:DescribeContact']);
  }

  /** Lets a function end calls. */
  grantHangUp(ender: ProductFunction): void {
    this.#grant(ender, ['connect:StopContact']);
  }

  #grant(grantee: ProductFunction, actions: string[]): void {
    if (this.#instanceArn === undefined) return;
    const resource = `${this.#instanceArn}/contact/*`;
    grantee.addToRolePolicy(new PolicyStatement({ actions, resources: [resource] }));
    Validations.of(grantee.executionRole).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${resource}]`,
      reason: 'The id of a call is not known before it is placed.',
    });
  }

  /** Picked up, hung up: what makes the workflow quicker than looking would. */
  #hearOf(contactEvent: ProductFunction, instanceArn: string): void {
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    contactEvent.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.minutes(2),
      onFailure: new SqsDestination(deadLetters),
    });
    new Rule(this, 'ContactEvents', {
      ruleName: 'mimamori-contact-events',
      description: 'Calls that were picked up or ended',
      eventPattern: {
        source: ['aws.connect'],
        detailType: ['Amazon Connect Contact Event'],
        detail: { eventType: ['CONNECTED_TO_SYSTEM', 'DISCONNECTED'], instanceArn: [instanceArn] },
      },
      targets: [
        new LambdaFunction(contactEvent, {
          deadLetterQueue: deadLetters,
          retryAttempts: 2,
          maxEventAge: Duration.minutes(2),
        }),
      ],
    });
  }

  #reportBy(takeKey: ProductFunction, instanceArn: string): CfnContactFlow {
    takeKey.addPermission('ContactFlow', {
      principal: new ServicePrincipal('connect.amazonaws.com'),
      sourceArn: instanceArn,
    });
    const association = new CfnIntegrationAssociation(this, 'TakeKeyAssociation', {
      instanceId: instanceArn,
      integrationType: 'LAMBDA_FUNCTION',
      integrationArn: takeKey.functionArn,
    });
    const content = readFileSync(new URL('../connect-flows/report-failure.json', import.meta.url), 'utf8');
    const flow = new CfnContactFlow(this, 'ReportFailure', {
      instanceArn,
      name: 'mimamori-report-failure',
      description: 'Reports a failure by telephone and takes the key that confirms it',
      type: 'CONTACT_FLOW',
      content: JSON.stringify(JSON.parse(content)).replace(/\$\{TakeKeyArn\}/, takeKey.functionArn),
    });
    flow.addResourceDependency(association);
    return flow;
  }
}
