import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

// The stores know the same names by platform/store/table-definition.ts; a test holds the two together.
const indexes = {
  due: { partitionKey: 'gsi1pk', sortKey: 'gsi1sk' },
  list: { partitionKey: 'gsi2pk', sortKey: 'gsi2sk' },
  account: { partitionKey: 'gsi3pk', sortKey: 'gsi3sk' },
} as const;
export type TableIndex = keyof typeof indexes;

export interface TableAccess {
  /** @default true */
  readonly write?: boolean;
  /** Indexes that are queried. @default none */
  readonly indexes?: readonly TableIndex[];
}

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** The single table: accounts, servers, monitors and their state, incidents, mails on their way. */
export class MonitorTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      tableName: 'mimamori',
      partitionKey: text('pk'),
      sortKey: text('sk'),
      timeToLiveAttribute: 'expires',
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const [indexName, { partitionKey, sortKey }] of Object.entries(indexes))
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: text(partitionKey),
        sortKey: text(sortKey),
        projectionType: ProjectionType.ALL,
      });
    const output = new CfnOutput(this, 'TableName', { value: this.table.tableName });
    output.overrideLogicalId('TableName');
  }

  /** Lets a function read and write items by key. Nothing scans, and only the inventory's own commands delete. */
  grantItems(grantee: IGrantable, { write = true, indexes: queried = [] }: TableAccess = {}): void {
    const { tableArn } = this.table;
    const allow = (actions: string[], resources: string[]) =>
      grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
    allow(['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'], [tableArn]);
    if (write) allow(['dynamodb:PutItem', 'dynamodb:UpdateItem'], [tableArn]);
    if (queried.length > 0)
      allow(
        ['dynamodb:Query'],
        queried.map((index) => `${tableArn}/index/${index}`),
      );
  }
}
