import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { role } from '../../core/identity/principal.ts';
import { sessionSeconds } from '../../core/identity/session.ts';
import { isGoodPassword } from '../../local/oidc/password-policy.ts';
import { makePassword } from '../../platform/directory/make-password.ts';
import { readable, resourcesOf, templatesFor } from './templates.ts';

const { foundation, service } = templatesFor();
const only = (found: ReturnType<typeof resourcesOf>) => {
  const [one, ...others] = Object.values(found);
  if (one === undefined || others.length > 0) throw new Error('there is not just one');
  return one.Properties;
};

describe('the user pool', () => {
  it('given a stranger, when they would sign up, then only administrators add people, and deleting needs two steps', () => {
    foundation.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      DeletionProtection: 'ACTIVE',
    });
  });

  it('given anybody, when they sign in, then a second factor is required, and it is no text message', () => {
    foundation.hasResourceProperties('AWS::Cognito::UserPool', {
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
      UserPoolTier: 'ESSENTIALS',
      UserPoolAddOns: Match.absent(),
    });
  });

  it('given its groups, then they are the roles, and an administrator’s comes first', () => {
    const groups = Object.values(resourcesOf(foundation, 'AWS::Cognito::UserPoolGroup')).map(
      ({ Properties: { GroupName, Precedence } }) => [GroupName, Precedence],
    );
    expect(groups).toEqual([
      ['administrator', 0],
      ['operator', 1],
      ['customer', 2],
    ]);
    expect(groups.map(([name]) => name).sort()).toEqual([...role.options].sort());
  });

  it('given its policy, when a password is made or judged on one machine, then it is the same policy', () => {
    const { Policies } = only(resourcesOf(foundation, 'AWS::Cognito::UserPool'));
    expect(Policies).toEqual({
      PasswordPolicy: {
        MinimumLength: 12,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        RequireUppercase: true,
        TemporaryPasswordValidityDays: 7,
      },
    });
    expect(isGoodPassword('Aa1-Aa1-Bb2-', 'x@acme.example')).toBe(true);
    for (const weak of ['Aa1-Aa1-Bb2', 'aa1-aa1-bb2-', 'AA1-AA1-BB2-', 'Aaa-Aaa-Bbb-', 'Aa11Aa11Bb22']) {
      expect(isGoodPassword(weak, 'x@acme.example')).toBe(false);
    }
    for (let made = 0; made < 50; made += 1)
      expect(isGoodPassword(makePassword(), 'x@acme.example')).toBe(true);
  });

  it('given its address, then it begins with the account’s number, or as the deployment says', () => {
    const domainOf = (template: typeof foundation) =>
      readable(only(resourcesOf(template, 'AWS::Cognito::UserPoolDomain')).Domain);
    expect(domainOf(foundation)).toBe('mimamori-<AWS::AccountId>');
    expect(domainOf(templatesFor({ signInPrefix: 'acme-watch' }).foundation)).toBe('acme-watch');
    for (const signInPrefix of ['my-aws', 'Acme', '-acme', 'cognito-x'])
      expect(() => templatesFor({ signInPrefix })).toThrow(/signInPrefix/);
  });
});

describe('the portal as a client of the pool', () => {
  const client = only(resourcesOf(service, 'AWS::Cognito::UserPoolClient'));

  it('given its way in, then it is the code flow, without a secret, and back to the portal alone', () => {
    expect(client).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['openid'],
      SupportedIdentityProviders: ['COGNITO'],
      PreventUserExistenceErrors: 'ENABLED',
    });
    expect((client.CallbackURLs as unknown[]).map(readable)).toEqual([
      'https://PortalDistribution.DomainName/auth/callback',
    ]);
    expect((client.LogoutURLs as unknown[]).map(readable)).toEqual([
      'https://PortalDistribution.DomainName/signed-out',
    ]);
  });

  it('given its tokens, then access is for a quarter of an hour, and renewing replaces, ends and can be revoked', () => {
    expect(client).toMatchObject({
      AccessTokenValidity: 15,
      IdTokenValidity: 15,
      RefreshTokenValidity: sessionSeconds.customer / 60,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
      EnableTokenRevocation: true,
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
      // The service refuses it together with the replacement of tokens.
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    });
  });
});

describe('the sign-in', () => {
  it('given its routes, then each has one method and goes to the one function', () => {
    const routes = Object.values(resourcesOf(service, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) =>
      String(Properties.RouteKey),
    );
    expect(routes.filter((key) => key.includes('/auth/')).sort()).toEqual([
      'GET /auth/callback',
      'GET /auth/sign-in',
      'POST /auth/session',
      'POST /auth/sign-out',
    ]);
  });
});
