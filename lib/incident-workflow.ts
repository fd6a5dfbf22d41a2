import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { waiter } from '../core/incident/response.ts';
import type { MailDelivery } from './mail-delivery.ts';
import type { MonitorTable } from './monitor-table.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { SecretAccess } from './secret-access.ts';
import { executionsArn, WorkflowMachine, workflowArn } from './workflow-machine.ts';

export interface IncidentWorkflowProps {
  readonly home: FunctionHome;
  readonly table: MonitorTable;
  readonly secrets: SecretAccess;
  readonly mail: MailDelivery;
}

/** The workflow of an open incident: collect, tell, wait for news, close. */
export class IncidentWorkflow extends Construct {
  /** Leaves the token of any workflow that waits for news of an incident. */
  readonly waitForNews: ProductFunction;

  constructor(scope: Construct, id: string, { home, table, secrets, mail }: IncidentWorkflowProps) {
    super(scope, id);
    const step = { home, timeLimit: Duration.seconds(25) };
    const lookAtIncident = new ProductFunction(this, 'LookAtIncident', {
      ...step,
      entry: 'incident/look-at-incident',
    });
    const beginResponse = new ProductFunction(this, 'BeginResponse', {
      ...step,
      entry: 'incident/begin-response',
    });
    this.waitForNews = new ProductFunction(this, 'WaitForNews', {
      ...step,
      entry: 'incident/wait-for-news',
    });
    const closeIncident = new ProductFunction(this, 'CloseIncident', {
      ...step,
      entry: 'incident/close-incident',
    });
    const collectInformation = new ProductFunction(this, 'CollectInformation', {
      home,
      entry: 'evidence/collect-information',
      // The workflow gives it a limit by the monitor's settings, a minute at most.
      timeLimit: Duration.seconds(65),
      memoryMb: 512,
      reachesCustomers: true,
    });
    for (const each of [lookAtIncident, beginResponse, this.waitForNews, closeIncident, collectInformation])
      table.grantItems(each);
    secrets.grantReadAll(collectInformation);

    new WorkflowMachine(this, 'Workflow', {
      workflow: 'incident',
      calls: {
        LookAtIncidentArn: lookAtIncident,
        BeginResponseArn: beginResponse,
        WaitForNewsArn: this.waitForNews,
        CloseIncidentArn: closeIncident,
        CollectInformationArn: collectInformation,
        SendIncidentMailArn: mail.sendIncidentMail,
        TellOperatorsArn: mail.tellOperators,
      },
      starts: {
        FirstResponseMachineArn: 'first-response',
        EscalationMachineArn: 'escalation',
        SecondResponseMachineArn: 'second-response',
      },
    });
    this.grantNews(lookAtIncident);
    this.#letAskForRounds(lookAtIncident);
    this.grantNews(this.waitForNews);
  }

  /** Executions of the response may end unseen: the service sends events of them at its best effort. */
  #letAskForRounds(asker: ProductFunction): void {
    for (const machine of ['first-response', 'escalation'] as const) {
      asker.addToRolePolicy(
        new PolicyStatement({
          actions: ['states:DescribeExecution'],
          resources: [executionsArn(this, machine)],
        }),
      );
      Validations.of(asker.executionRole).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:mimamori-${machine}:*]`,
        reason: 'Executions are named by incidents, which are not known when the stack is made.',
      });
    }
  }

  /** Lets a function tell an open incident what is new: its own workflow, and those of its response that wait. */
  grantNews(teller: ProductFunction): void {
    teller.addToRolePolicy(
      new PolicyStatement({
        actions: ['states:SendTaskSuccess'],
        // By name: the machines themselves refer to functions that are granted this.
        resources: waiter.options.map((machine) => workflowArn(this, machine)),
      }),
    );
  }
}
