import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { verificationMinutes } from '../core/access/access.ts';
import type { MonitorTable } from './monitor-table.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import { RegularRun } from './regular-run.ts';
import type { SecretAccess } from './secret-access.ts';

export interface AccessVerificationProps {
  readonly home: FunctionHome;
  readonly table: MonitorTable;
  readonly secrets: SecretAccess;
}

/** Verifies every server's access once a day, some in each quarter of an hour. */
export class AccessVerification extends Construct {
  constructor(scope: Construct, id: string, { home, table, secrets }: AccessVerificationProps) {
    super(scope, id);
    const verify = new ProductFunction(this, 'Verify', {
      home,
      entry: 'access/verify-access',
      // It reads the whole inventory.
      memoryMb: 1024,
      timeLimit: Duration.minutes(15),
      reachesCustomers: true,
    });
    table.grantItems(verify);
    secrets.grantReadAll(verify);
    new RegularRun(this, 'Quarter', {
      run: verify,
      every: Duration.minutes(verificationMinutes),
      maxAge: Duration.minutes(verificationMinutes),
      schedules: [{ name: 'verify-access' }],
    });
  }
}
