import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** The secret of the links' keys; lambdas/actions/action-link.ts reads it. */
export const linkKeysSecret = 'operator-action-links';

/**
 * What signs the links of operators' mails: field `k1`, made with the stack and known to nobody, and `current`, the name
 * of the field that signs. A key is changed by putting `k2` and then making it `current`.
 */
export class LinkKeys extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const secret = new Secret(this, 'Secret', {
      secretName: `mimamori/${linkKeysSecret}`,
      description: 'Keys that sign the action links of operators’ mails',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ current: 'k1' }),
        generateStringKey: 'k1',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Links live for three days; docs/operations.md has the two commands that change the key.',
    });
  }
}
