import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { readPortalClient } from '../../../local/oidc/portal-client.ts';
import { writeAssembly } from '../assembly/write-assembly.ts';

const client = (more: object = {}) => ({
  Type: 'AWS::Cognito::UserPoolClient',
  Properties: {
    ClientName: 'portal',
    GenerateSecret: false,
    AllowedOAuthFlows: ['code'],
    CallbackURLs: [
      { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['Site', 'DomainName'] }, '/auth/callback']] },
    ],
    LogoutURLs: ['https://portal.example/'],
    ...more,
  },
});
const site = { Type: 'AWS::CloudFront::Distribution', Properties: {} };
const read = (Resources: Record<string, object>) => {
  const assembly = readAssembly(writeAssembly({ App: { Resources: { Site: site, ...Resources } } }));
  return { assembly, read: () => readPortalClient(assembly) };
};

describe('the portal as the template’s user pool knows it', () => {
  it('given its client, then it has an id as the service gives, and the paths of its ways back', () => {
    const found = read({ Client: client() }).read();
    expect(found).toEqual({
      id: expect.stringMatching(/^[a-z0-9]{26}$/),
      callbackPaths: ['/auth/callback'],
      signedOutPaths: ['/'],
    });
  });

  it('given a template without one, then nobody signs in', () => {
    expect(read({}).read()).toBeUndefined();
  });

  const refusals = [
    {
      given: 'two clients',
      resources: { A: client(), B: client({ ClientName: 'other' }) },
      says: 'has 2 user pool clients',
    },
    {
      given: 'a secret',
      resources: { A: client({ GenerateSecret: true }) },
      says: 'App.A is not a public client',
    },
    {
      given: 'another flow',
      resources: { A: client({ AllowedOAuthFlows: ['implicit'] }) },
      says: 'App.A is not a public client',
    },
  ];
  for (const { given, resources, says } of refusals) {
    it(`given ${given}, then the start says what is not simulated`, () => {
      expect(read(resources).read).toThrow(says);
    });
  }

  it('given a user pool, then its id, its ARN and its issuer are of the service’s form', () => {
    const pool = { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolName: 'mimamori' } };
    const of = (attribute: string) => ({ 'Fn::GetAtt': ['Pool', attribute] });
    const user = {
      Type: 'AWS::SSM::Parameter',
      Properties: { id: { Ref: 'Pool' }, arn: of('Arn'), issuer: of('ProviderURL') },
    };
    const [told] = read({ Pool: pool, User: user }).assembly.resources('AWS::SSM::Parameter');
    const id = String(told?.properties.id);
    expect(id).toMatch(/^ap-northeast-1_[A-Za-z0-9]{9}$/);
    expect(told?.properties).toEqual({
      id,
      arn: `arn:aws:cognito-idp:ap-northeast-1:000000000000:userpool/${id}`,
      issuer: `https://cognito-idp.ap-northeast-1.amazonaws.com/${id}`,
    });
  });
});
