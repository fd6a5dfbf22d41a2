import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IncidentWorkflow } from './incident-workflow.ts';
import type { MailDelivery } from './mail-delivery.ts';
import type { MetricTable } from './metric-table.ts';
import type { MonitorTable } from './monitor-table.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { SecretAccess } from './secret-access.ts';
import { WorkflowMachine } from './workflow-machine.ts';

export interface DetectionWorkflowProps {
  readonly home: FunctionHome;
  readonly table: MonitorTable;
  readonly metrics: MetricTable | undefined;
  readonly secrets: SecretAccess;
  readonly mail: MailDelivery;
  readonly incident: IncidentWorkflow;
}

/** The workflow that repeats a failed check until it is believed, and hands it to the incident. */
export class DetectionWorkflow extends Construct {
  readonly #machine: WorkflowMachine;

  constructor(scope: Construct, id: string, props: DetectionWorkflowProps) {
    super(scope, id);
    const { home, table, metrics, secrets, mail, incident } = props;
    const checkAgain = new ProductFunction(this, 'CheckAgain', {
      home,
      entry: 'probe/check-again',
      timeLimit: Duration.seconds(40),
      reachesCustomers: true,
    });
    const step = { home, timeLimit: Duration.seconds(25) };
    const endDetection = new ProductFunction(this, 'EndDetection', {
      ...step,
      entry: 'detection/end-detection',
    });
    const joinIncident = new ProductFunction(this, 'JoinIncident', {
      ...step,
      entry: 'incident/join-incident',
    });
    table.grantItems(checkAgain, { write: false });
    table.grantItems(endDetection);
    table.grantItems(joinIncident);
    metrics?.grantWrite(checkAgain);
    secrets.grantReadAll(checkAgain);
    incident.grantNews(endDetection);
    incident.grantNews(joinIncident);

    this.#machine = new WorkflowMachine(this, 'Workflow', {
      workflow: 'detection',
      calls: {
        CheckAgainArn: checkAgain,
        EndDetectionArn: endDetection,
        JoinIncidentArn: joinIncident,
        TellOperatorsArn: mail.tellOperators,
      },
      starts: { IncidentMachineArn: 'incident' },
    });
  }

  /** Lets a function start a detection. */
  grantStart(starter: ProductFunction): void {
    this.#machine.grantStart(starter);
  }
}
