import { Duration } from 'aws-cdk-lib';
import {
  CfnManagedLoginBranding,
  OAuthScope,
  UserPoolClient,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { UserPool } from './user-pool.ts';

export interface PortalClientProps {
  readonly users: UserPool;
  /** Without a slash at the end. */
  readonly portalUrl: string;
}

/** The portal as the user pool knows it. It has no secret: what a code is worth, its verifier proves. */
export class PortalClient extends Construct {
  readonly id: string;

  constructor(scope: Construct, id: string, { users, portalUrl }: PortalClientProps) {
    super(scope, id);
    const client = new UserPoolClient(this, 'Client', {
      userPool: users.pool,
      userPoolClientName: 'portal',
      generateSecret: false,
      // Without a choice the pool would allow a way to renew tokens that does not go with their replacement.
      authFlows: { userSrp: true },
      oAuth: {
        flows: { authorizationCodeGrant: true, implicitCodeGrant: false },
        scopes: [OAuthScope.OPENID],
        callbackUrls: [`${portalUrl}/auth/callback`],
        logoutUrls: [`${portalUrl}/signed-out`],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      // The longest session: a customer's. core/identity/session.ts has the shorter ones.
      refreshTokenValidity: Duration.days(30),
      // Two tabs may ask at once, and an answer may be lost.
      refreshTokenRotationGracePeriod: Duration.seconds(60),
    });
    // The pages of the sign-in are not shown before they have a style, be it the service's own.
    new CfnManagedLoginBranding(this, 'Branding', {
      userPoolId: users.pool.userPoolId,
      clientId: client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
    this.id = client.userPoolClientId;
  }
}
