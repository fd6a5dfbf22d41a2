import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { functionsOf, readable, resourcesOf, templatesFor } from './templates.ts';

const { foundation, service } = templatesFor();

describe('the operators’ address', () => {
  it('given its stage, then its pace is bounded and its log has no link in it', () => {
    service.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
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

  it('given its routes, then there is none but for links and the API, and none for any method', () => {
    const keys = Object.values(resourcesOf(service, 'AWS::ApiGatewayV2::Route')).map(({ Properties }) =>
      String(Properties.RouteKey),
    );
    expect(keys).toContain('GET /operator/actions/{link}');
    expect(keys).toContain('POST /api/operator/incidents/{incident}/actions');
    for (const key of keys) expect(key).toMatch(/^(GET|HEAD|POST) \/(operator\/actions\/|api\/operator\/)/);
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
