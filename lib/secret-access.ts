import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { SecretRef } from '../core/ids.ts';
import type { ProductFunction } from './product-function.ts';

/** Secrets are put in by the command line, one for each account; the template has only the right to read them. */
export class SecretAccess {
  readonly prefix = 'mimamori/';
  readonly #stack: Stack;

  constructor(scope: Construct) {
    this.#stack = Stack.of(scope);
  }

  /** Lets a function log in to what is watched. */
  grantReadAll(reader: ProductFunction): void {
    this.#grant(reader, '*');
    Validations.of(reader.executionRole).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${this.prefix}*]`,
      reason:
        'Accounts come and go with the inventory, not with a deployment; their secrets share the prefix.',
    });
  }

  /** Lets a function read the one secret that a reference points into. */
  grantRead(reader: IGrantable, ref: SecretRef): void {
    const secret = ref.slice(0, ref.indexOf('/'));
    // The service ends every secret's ARN in six characters of its own.
    this.#grant(reader, `${secret}-??????`);
  }

  #grant(reader: IGrantable, name: string): void {
    const secretArn = this.#stack.formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${this.prefix}${name}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    reader.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }),
    );
  }
}
