import { Aws, CfnOutput, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  UserPool as CognitoUserPool,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  UserPoolDomain,
  UserPoolGroup,
} from 'aws-cdk-lib/aws-cognito';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { role } from '../core/identity/principal.ts';
import type { DeploymentSettings } from './deployment-settings.ts';

export interface UserPoolProps {
  readonly settings: DeploymentSettings;
}

/** What the portal and the command line do with people, and nothing more. */
const managing = [
  'AdminAddUserToGroup',
  'AdminCreateUser',
  'AdminDeleteUser',
  'AdminDisableUser',
  'AdminEnableUser',
  'AdminGetUser',
  'AdminSetUserPassword',
  'AdminUserGlobalSignOut',
  'ListUsers',
];

/** The people who sign in: customers, operators, administrators. Somebody adds them; nobody signs up. */
export class UserPool extends Construct {
  readonly pool: CognitoUserPool;
  /** Of their tokens, without a slash at the end. */
  readonly issuer: string;

  constructor(scope: Construct, id: string, { settings }: UserPoolProps) {
    super(scope, id);
    this.pool = new CognitoUserPool(this, 'Pool', {
      userPoolName: 'mimamori',
      // Managed login in its present form, and tokens that replace each other; free for 10,000 people a month.
      featurePlan: FeaturePlan.ESSENTIALS,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      // One pool cannot ask it of one group alone, and a customer's portal shows who is called at night.
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(7),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Validations.of(this.pool).acknowledge({
      id: 'AwsSolutions-COG3',
      reason:
        'Threat protection is of the Plus plan, priced by person. Everybody has a second factor, and guessing locks the name by itself.',
    });
    Validations.of(this.pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason: 'The Plus plan is priced by person; see docs/decisions.md, Sign-in.',
    });
    for (const [precedence, name] of role.options.toReversed().entries()) {
      new UserPoolGroup(this, name, { userPool: this.pool, groupName: name, precedence });
    }
    new UserPoolDomain(this, 'Domain', {
      userPool: this.pool,
      // Prefixes are one for all customers of a region; an account's number is in nobody else's.
      cognitoDomain: { domainPrefix: settings.signInPrefix ?? `mimamori-${Aws.ACCOUNT_ID}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.issuer = this.pool.userPoolProviderUrl;
    const output = new CfnOutput(this, 'Id', { value: this.pool.userPoolId });
    output.overrideLogicalId('UserPoolId');
  }

  /** Lets a function add, disable and remove people. */
  grantManagement(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: managing.map((action) => `cognito-idp:${action}`),
        resources: [this.pool.userPoolArn],
      }),
    );
  }
}
