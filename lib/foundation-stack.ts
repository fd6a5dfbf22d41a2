import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeploymentSettings } from './deployment-settings.ts';
import { LinkKeys } from './link-keys.ts';
import { MetricTable } from './metric-table.ts';
import { MonitorTable } from './monitor-table.ts';
import { MonitoringAddress } from './monitoring-address.ts';

export interface FoundationStackProps {
  readonly settings: DeploymentSettings;
}

/** What must never be lost: the address in customers' firewalls, and what is known of customers and servers. */
export class FoundationStack extends Stack {
  readonly address: MonitoringAddress;
  readonly table: MonitorTable;
  /** Undefined when measurements are kept elsewhere. */
  readonly metrics: MetricTable | undefined;

  constructor(scope: Construct, id: string, { settings }: FoundationStackProps) {
    super(scope, id, {
      description: 'Mimamori: what must never be lost (fixed IP, tables, keys)',
      terminationProtection: true,
    });
    this.address = new MonitoringAddress(this, 'Address', {
      allocationId: settings.allocationId,
      address: settings.monitoringAddress,
    });
    this.table = new MonitorTable(this, 'Data');
    new LinkKeys(this, 'LinkKeys');
    this.metrics = settings.metricStore === 'timestream' ? new MetricTable(this, 'Metrics') : undefined;
  }
}
