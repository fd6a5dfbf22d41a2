import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { functionsOf, readable, resourcesOf, templatesFor } from './templates.ts';

const { foundation, service } = templatesFor();

describe('the operators’ address', () => {
  it('given its stage, then its pace is bounded and its log has no link in it', () => {
    service.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 300, ThrottlingBurstLimit: 600 },
      AccessLogSettings: {
        DestinationArn: Match.anyValue(),
        Format: Match.stringLikeRegexp('context.routeKey'),
      },
    });
    const [stage] = Object.values(resourcesOf(service, 'AWS::ApiGatewayV2::Stage'));
    expect(JSON.stringify(stage?.Properties)).not.toMatch(
      /\$context\.(path|customDomain|authorizer)|requestOverride/,
    );
  });

  it('given its routes, then each is known, and only what judges by itself takes any method', () => {
    const keys = Object.values(resourcesOf(service, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) =>
      String(Properties.RouteKey),
    );
    expect(keys.sort()).toEqual([
      'ANY /api/{proxy+}',
      'ANY /heartbeat/{monitor}/{key}',
      'ANY /heartbeat/{monitor}/{key}/fail',
      'GET /auth/callback',
      'GET /auth/sign-in',
      'GET /operator/actions/{link}',
      'HEAD /operator/actions/{link}',
      'POST /auth/session',
      'POST /auth/sign-out',
      'POST /operator/actions/{link}',
    ]);
  });

  it('given every function, then it knows where links lead', () => {
    for (const { Properties } of Object.values(functionsOf(service))) {
      const { ACTION_URL } = (Properties.Environment as { Variables: Record<string, unknown> }).Variables;
      expect(readable(ACTION_URL)).toBe('OperatorsApi.ApiEndpoint');
    }
  });
});

it('given the keys of the links, then the first is made with the stack, and kept when it goes', () => {
  foundation.hasResource('AWS::SecretsManager::Secret', {
    Properties: {
      Name: 'mimamori/operator-action-links',
      GenerateSecretString: {
        SecretStringTemplate: '{"current":"k1"}',
        GenerateStringKey: 'k1',
        PasswordLength: 64,
        ExcludePunctuation: true,
      },
    },
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
  });
});
