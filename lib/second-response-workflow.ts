import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { EscalationWorkflow } from './escalation-workflow.ts';
import type { IncidentWorkflow } from './incident-workflow.ts';
import type { MailDelivery } from './mail-delivery.ts';
import type { MonitorTable } from './monitor-table.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { SecretAccess } from './secret-access.ts';
import { linkKeysSecret } from './signing-keys.ts';
import { WorkflowMachine } from './workflow-machine.ts';

export interface SecondResponseWorkflowProps {
  readonly home: FunctionHome;
  readonly table: MonitorTable;
  readonly secrets: SecretAccess;
  readonly mail: MailDelivery;
  readonly incident: IncidentWorkflow;
  /** Its telephone rings for pages too. */
  readonly escalation: EscalationWorkflow;
}

/** The workflow of the managed plan: page engineers, tell the customer, see to the cause report. */
export class SecondResponseWorkflow extends Construct {
  constructor(scope: Construct, id: string, props: SecondResponseWorkflowProps) {
    super(scope, id);
    const { home, table, secrets, mail, incident, escalation } = props;
    const step = { home, timeLimit: Duration.seconds(25) };
    const lookAtSecondResponse = new ProductFunction(this, 'LookAtSecondResponse', {
      ...step,
      entry: 'on-call/look-at-second-response',
    });
    const nextPage = new ProductFunction(this, 'NextPage', { ...step, entry: 'on-call/next-page' });
    const tellCustomer = new ProductFunction(this, 'TellCustomer', {
      ...step,
      entry: 'on-call/tell-customer',
    });
    const endSecondResponse = new ProductFunction(this, 'EndSecondResponse', {
      ...step,
      entry: 'on-call/end-second-response',
    });
    const sender = { home, timeLimit: Duration.seconds(55) };
    const pageEngineer = new ProductFunction(this, 'PageEngineer', {
      ...sender,
      entry: 'on-call/page-engineer',
    });
    const remindOfReport = new ProductFunction(this, 'RemindOfReport', {
      ...sender,
      entry: 'on-call/remind-of-report',
    });
    for (const each of [
      lookAtSecondResponse,
      nextPage,
      tellCustomer,
      endSecondResponse,
      pageEngineer,
      remindOfReport,
    ])
      table.grantItems(each);
    for (const each of [lookAtSecondResponse, tellCustomer]) incident.grantNews(each);
    for (const each of [pageEngineer, remindOfReport]) {
      mail.grantSend(each);
      // Their mails have signed links.
      secrets.grantRead(each, `${linkKeysSecret}/current`);
    }

    new WorkflowMachine(this, 'Workflow', {
      workflow: 'second-response',
      calls: {
        LookAtSecondResponseArn: lookAtSecondResponse,
        NextPageArn: nextPage,
        PageEngineerArn: pageEngineer,
        PlaceCallArn: escalation.placeCall,
        EndCallArn: escalation.endCall,
        TellCustomerArn: tellCustomer,
        RemindOfReportArn: remindOfReport,
        EndSecondResponseArn: endSecondResponse,
        SendIncidentMailArn: mail.sendIncidentMail,
        WaitForNewsArn: incident.waitForNews,
        TellOperatorsArn: mail.tellOperators,
      },
      // A response that goes on for long goes on in a new execution of its own.
      starts: { SecondResponseMachineArn: 'second-response' },
    });
  }
}
