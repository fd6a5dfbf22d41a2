import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** The secret of the links' keys; lambdas/actions/action-link.ts reads it. */
export const linkKeysSecret = 'operator-action-links';

/** The secret of the keys of heartbeats' addresses; lambdas/heartbeat/heartbeat-address.ts reads it. */
export const heartbeatKeysSecret = 'heartbeat-address-keys';

export interface SigningKeysProps {
  /** Behind `mimamori/`. Longer than an account's name may be, so that no account's secrets can be it. */
  readonly secret: string;
  readonly description: string;
  /** Why they are not changed by a schedule. */
  readonly kept: string;
}

/**
 * Keys that addresses are signed with: field `k1`, made with the stack and known to nobody, and `current`, the name of the
 * field that signs. A key is changed by putting `k2` and then making it `current`.
 */
export class SigningKeys extends Construct {
  constructor(scope: Construct, id: string, { secret, description, kept }: SigningKeysProps) {
    super(scope, id);
    const made = new Secret(this, 'Secret', {
      secretName: `mimamori/${secret}`,
      description,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ current: 'k1' }),
        generateStringKey: 'k1',
        passwordLength: 64,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(made).acknowledge({ id: 'AwsSolutions-SMG4', reason: kept });
  }
}
