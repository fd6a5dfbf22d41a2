import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { DetectionWorkflow } from './detection-workflow.ts';
import { EveryMinute } from './every-minute.ts';
import type { IncidentWorkflow } from './incident-workflow.ts';
import type { MetricTable } from './metric-table.ts';
import type { MonitorTable } from './monitor-table.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { SecretAccess } from './secret-access.ts';

export interface CheckScheduleProps {
  readonly home: FunctionHome;
  /** Sweeps that share the monitors of a minute. */
  readonly shards: number;
  readonly table: MonitorTable;
  readonly metrics: MetricTable | undefined;
  readonly secrets: SecretAccess;
  readonly detection: DetectionWorkflow;
  readonly incident: IncidentWorkflow;
}

/** Sweeps over what is due, every minute, one for each shard. */
export class CheckSchedule extends Construct {
  constructor(scope: Construct, id: string, props: CheckScheduleProps) {
    super(scope, id);
    const { home, shards, table, metrics, secrets, detection, incident } = props;
    const sweep = new ProductFunction(this, 'Sweep', {
      home,
      entry: 'probe/sweep',
      memoryMb: 512,
      // The last check begins 48 s after the minute and may take 30 s; the next sweep runs beside it.
      timeLimit: Duration.seconds(90),
      reachesCustomers: true,
    });
    table.grantItems(sweep, { indexes: ['due'] });
    metrics?.grantWrite(sweep);
    secrets.grantReadAll(sweep);
    detection.grantStart(sweep);
    incident.grantNews(sweep);

    new EveryMinute(this, 'Minute', {
      run: sweep,
      schedules: Array.from({ length: shards }, (_, shard) => ({
        name: `sweep-${shard}`,
        input: { shard, shards },
      })),
    });
  }
}
