import { CfnOutput, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-timestream';
import { Construct } from 'constructs';
import type { ProductFunction } from './product-function.ts';

const database = 'mimamori';
const table = 'checks';

/** Graphs reach 13 months back. */
const keptDays = 397;

/** Measurements in Timestream for LiveAnalytics. */
export class MetricTable extends Construct {
  readonly database = database;
  readonly table = table;
  readonly #tableArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const inDatabase = new CfnDatabase(this, 'Database', { databaseName: database });
    const checks = new CfnTable(this, 'Table', {
      databaseName: database,
      tableName: table,
      retentionProperties: {
        MemoryStoreRetentionPeriodInHours: '24',
        MagneticStoreRetentionPeriodInDays: String(keptDays),
      },
      // A point that was held up for more than a day is late, not lost.
      magneticStoreWriteProperties: { EnableMagneticStoreWrites: true },
      // Every read is of one server: the service then looks at its part only.
      schema: {
        compositePartitionKey: [{ type: 'DIMENSION', name: 'server', enforcementInRecord: 'REQUIRED' }],
      },
    });
    checks.addResourceDependency(inDatabase);
    for (const resource of [inDatabase, checks]) {
      resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
      Validations.of(resource).acknowledge({
        id: 'CloudFormation-Validate::W3697',
        reason:
          'Accounts that have Timestream may go on using it; the others choose another metricStore (docs/decisions.md).',
      });
    }
    Validations.of(inDatabase).acknowledge({
      id: 'AwsSolutions-TS3',
      reason:
        'Encrypted with the key that AWS keeps for the service; a key of our own would guard response times.',
    });
    this.#tableArn = checks.attrArn;
    const output = new CfnOutput(this, 'MetricTable', { value: `${database}.${table}` });
    output.overrideLogicalId('MetricTable');
  }

  /** Lets a function store measurements. */
  grantWrite(grantee: IGrantable): void {
    this.#allow(grantee, 'timestream:WriteRecords');
  }

  /** Lets a function read measurements, and have them put into buckets. */
  grantRead(reader: ProductFunction): void {
    this.#allow(reader, 'timestream:Select');
    Validations.of(reader.executionRole).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason:
        'The client of Timestream asks where to go, a question for which the service takes no resource.',
    });
  }

  #allow(grantee: IGrantable, action: string): void {
    const statements = [
      { actions: [action], resources: [this.#tableArn] },
      // The client asks where to go; the service takes no resource for this question.
      { actions: ['timestream:DescribeEndpoints'], resources: ['*'] },
    ];
    for (const statement of statements)
      grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement(statement));
  }
}
