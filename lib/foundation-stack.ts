import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DeploymentSettings } from './deployment-settings.ts';
import { MetricTable } from './metric-table.ts';
import { MonitorTable } from './monitor-table.ts';
import { MonitoringAddress } from './monitoring-address.ts';
import { heartbeatKeysSecret, linkKeysSecret, SigningKeys } from './signing-keys.ts';
import { UserPool } from './user-pool.ts';

export interface FoundationStackProps {
  readonly settings: DeploymentSettings;
}

/** What must never be lost: the address in customers' firewalls, and what is known of customers, servers and people. */
export class FoundationStack extends Stack {
  readonly address: MonitoringAddress;
  readonly table: MonitorTable;
  readonly users: UserPool;
  /** Undefined when measurements are kept elsewhere. */
  readonly metrics: MetricTable | undefined;

  constructor(scope: Construct, id: string, { settings }: FoundationStackProps) {
    super(scope, id, {
      description: 'Mimamori: what must never be lost (fixed IP, tables, keys, people)',
      terminationProtection: true,
    });
    this.address = new MonitoringAddress(this, 'Address', {
      allocationId: settings.allocationId,
      address: settings.monitoringAddress,
    });
    this.table = new MonitorTable(this, 'Data');
    this.users = new UserPool(this, 'Users', { settings });
    new SigningKeys(this, 'LinkKeys', {
      secret: linkKeysSecret,
      description: 'Keys that sign the action links of operators’ mails',
      kept: 'Links live for three days; docs/operations.md has the two commands that change the key.',
    });
    new SigningKeys(this, 'HeartbeatKeys', {
      secret: heartbeatKeysSecret,
      description: 'Keys of the addresses that customers’ jobs call',
      kept: 'The addresses stand in customers’ crontabs; docs/operations.md has the two commands that change the key.',
    });
    this.metrics = settings.metricStore === 'timestream' ? new MetricTable(this, 'Metrics') : undefined;
  }
}
