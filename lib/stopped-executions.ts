import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Construct } from 'constructs';
import { machines } from '../core/machine.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { IncidentWorkflow } from './incident-workflow.ts';
import type { MonitorTable } from './monitor-table.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { Telephone } from './telephone.ts';
import { workflowArn } from './workflow-machine.ts';

export interface StoppedExecutionsProps {
  readonly home: FunctionHome;
  readonly table: MonitorTable;
  readonly incident: IncidentWorkflow;
  readonly telephone: Telephone;
}

/** Puts in order what an execution leaves behind that an operator stopped, or that an error ended. */
export class StoppedExecutions extends Construct {
  constructor(scope: Construct, id: string, { home, table, incident, telephone }: StoppedExecutionsProps) {
    super(scope, id);
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    const afterStop = new ProductFunction(this, 'AfterStop', {
      home,
      entry: 'response/after-stop',
      timeLimit: Duration.seconds(60),
    });
    table.grantItems(afterStop);
    incident.grantNews(afterStop);
    // A telephone must not ring on for calls that were stopped.
    telephone.grantLook(afterStop);
    telephone.grantHangUp(afterStop);
    afterStop.configureAsyncInvoke({ retryAttempts: 2, onFailure: new SqsDestination(deadLetters) });

    // A detection that was lost is begun anew by the sweeps; nothing of it is to be put in order.
    const tidied = machines.filter((machine) => machine !== 'detection');
    new Rule(this, 'Rule', {
      ruleName: 'mimamori-stopped-executions',
      description: 'Executions of the response that were stopped or failed',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['ABORTED', 'FAILED', 'TIMED_OUT'],
          stateMachineArn: tidied.map((machine) => workflowArn(this, machine)),
        },
      },
      targets: [new LambdaFunction(afterStop, { deadLetterQueue: deadLetters, retryAttempts: 20 })],
    });
  }
}
