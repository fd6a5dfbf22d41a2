import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IncidentWorkflow } from './incident-workflow.ts';
import type { MailDelivery } from './mail-delivery.ts';
import type { MonitorTable } from './monitor-table.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { Telephone } from './telephone.ts';
import { WorkflowMachine } from './workflow-machine.ts';

export interface EscalationWorkflowProps {
  readonly home: FunctionHome;
  readonly table: MonitorTable;
  readonly mail: MailDelivery;
  readonly incident: IncidentWorkflow;
  readonly telephone: Telephone;
}

/** The workflow that calls the contacts until one confirms. */
export class EscalationWorkflow extends Construct {
  readonly placeCall: ProductFunction;
  readonly endCall: ProductFunction;

  constructor(scope: Construct, id: string, props: EscalationWorkflowProps) {
    super(scope, id);
    const { home, table, mail, incident, telephone } = props;
    const step = { home, timeLimit: Duration.seconds(25) };
    const nextCall = new ProductFunction(this, 'NextCall', { ...step, entry: 'call/next-call' });
    const placeCall = new ProductFunction(this, 'PlaceCall', { ...step, entry: 'call/place-call' });
    const lookAtCall = new ProductFunction(this, 'LookAtCall', { ...step, entry: 'call/look-at-call' });
    const endCall = new ProductFunction(this, 'EndCall', {
      home,
      entry: 'call/end-call',
      // It asks the telephone service twice.
      timeLimit: Duration.seconds(40),
    });
    const endEscalation = new ProductFunction(this, 'EndEscalation', {
      ...step,
      entry: 'call/end-escalation',
    });
    for (const each of [nextCall, placeCall, lookAtCall, endCall, endEscalation]) table.grantItems(each);
    this.placeCall = placeCall;
    this.endCall = endCall;
    telephone.grantPlace(placeCall);
    telephone.grantLook(lookAtCall);
    telephone.grantLook(endCall);
    telephone.grantHangUp(endCall);
    incident.grantNews(endEscalation);

    new WorkflowMachine(this, 'Workflow', {
      workflow: 'escalation',
      calls: {
        NextCallArn: nextCall,
        PlaceCallArn: placeCall,
        LookAtCallArn: lookAtCall,
        EndCallArn: endCall,
        EndEscalationArn: endEscalation,
        WaitForNewsArn: incident.waitForNews,
        TellOperatorsArn: mail.tellOperators,
      },
    });
  }
}
