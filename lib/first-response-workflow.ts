import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IncidentWorkflow } from './incident-workflow.ts';
import type { MailDelivery } from './mail-delivery.ts';
import type { MetricTable } from './metric-table.ts';
import type { MonitorTable } from './monitor-table.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { SecretAccess } from './secret-access.ts';
import { WorkflowMachine } from './workflow-machine.ts';

export interface FirstResponseWorkflowProps {
  readonly home: FunctionHome;
  readonly table: MonitorTable;
  readonly metrics: MetricTable | undefined;
  readonly secrets: SecretAccess;
  readonly mail: MailDelivery;
  readonly incident: IncidentWorkflow;
}

/** The workflow that repairs by runbooks: choose, look at the server, run, verify, the next one. */
export class FirstResponseWorkflow extends Construct {
  constructor(scope: Construct, id: string, props: FirstResponseWorkflowProps) {
    super(scope, id);
    const { home, table, metrics, secrets, mail, incident } = props;
    const step = { home, timeLimit: Duration.seconds(25) };
    const chooseRepair = new ProductFunction(this, 'ChooseRepair', {
      ...step,
      entry: 'response/choose-repair',
    });
    const endFirstResponse = new ProductFunction(this, 'EndFirstResponse', {
      ...step,
      entry: 'response/end-first-response',
    });
    const onServer = { home, memoryMb: 512, reachesCustomers: true };
    const prepareRepair = new ProductFunction(this, 'PrepareRepair', {
      ...onServer,
      entry: 'response/prepare-repair',
      // A check, the log-in, and questions of which each has its own limit.
      timeLimit: Duration.seconds(140),
    });
    const runStep = new ProductFunction(this, 'RunStep', {
      ...onServer,
      entry: 'response/run-step',
      // The log-in, and the longest step that a runbook may have.
      timeLimit: Duration.seconds(345),
    });
    const settleRepair = new ProductFunction(this, 'SettleRepair', {
      ...onServer,
      entry: 'response/settle-repair',
      timeLimit: Duration.seconds(50),
    });
    for (const each of [chooseRepair, endFirstResponse, prepareRepair, runStep, settleRepair])
      table.grantItems(each);
    for (const each of [prepareRepair, runStep, settleRepair]) secrets.grantReadAll(each);
    for (const each of [prepareRepair, settleRepair]) metrics?.grantWrite(each);
    for (const each of [prepareRepair, settleRepair, endFirstResponse]) incident.grantNews(each);

    new WorkflowMachine(this, 'Workflow', {
      workflow: 'first-response',
      calls: {
        ChooseRepairArn: chooseRepair,
        PrepareRepairArn: prepareRepair,
        RunStepArn: runStep,
        SettleRepairArn: settleRepair,
        EndFirstResponseArn: endFirstResponse,
        TellOperatorsArn: mail.tellOperators,
      },
    });
  }
}
