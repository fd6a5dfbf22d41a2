import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { apiPaths, contentPolicy } from '../../lib/portal-site.ts';
import { rightsOf, roleIdOf } from './rights.ts';
import { functionsOf, readable, resourcesOf, templatesFor } from './templates.ts';

const { service } = templatesFor();
const own = templatesFor({
  portalDomain: 'portal.msp.example',
  portalCertificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/0a1b2c3d',
  portalPriceClass: 'all',
}).service;

interface Behaviour {
  readonly PathPattern?: string;
  readonly TargetOriginId: string;
  readonly AllowedMethods?: string[];
  readonly CachePolicyId: string;
  readonly OriginRequestPolicyId?: string;
  readonly ResponseHeadersPolicyId: unknown;
  readonly ViewerProtocolPolicy: string;
  readonly FunctionAssociations?: unknown[];
}
interface Config {
  readonly DefaultCacheBehavior: Behaviour;
  readonly CacheBehaviors: Behaviour[];
  readonly Origins: Record<string, unknown>[];
  readonly [key: string]: unknown;
}
const configOf = (template: typeof service): Config => {
  const [distribution] = Object.values(resourcesOf(template, 'AWS::CloudFront::Distribution'));
  return distribution?.Properties.DistributionConfig as Config;
};
const config = configOf(service);
const [[headersId, headers] = ['', undefined]] = Object.entries(
  resourcesOf(service, 'AWS::CloudFront::ResponseHeadersPolicy'),
);

/** Ids that AWS gives its own policies. */
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const cachingOptimized = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const allViewerExceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

describe('the distribution', () => {
  it('given the paths of the API, then they go to it by TLS, uncached, with all that the viewer sent but the host', () => {
    expect(config.CacheBehaviors.map(({ PathPattern }) => PathPattern)).toEqual([...apiPaths]);
    for (const behaviour of config.CacheBehaviors) {
      expect(behaviour).toMatchObject({
        CachePolicyId: cachingDisabled,
        OriginRequestPolicyId: allViewerExceptHost,
        ViewerProtocolPolicy: 'https-only',
        ResponseHeadersPolicyId: { Ref: headersId },
      });
      expect(behaviour.AllowedMethods).toContain('DELETE');
      expect(behaviour.FunctionAssociations).toBeUndefined();
      const origin = config.Origins.find(({ Id }) => Id === behaviour.TargetOriginId);
      expect(readable(origin?.DomainName)).toBe('OperatorsApi.execute-api.<AWS::Region>.<AWS::URLSuffix>');
      expect(origin?.CustomOriginConfig).toMatchObject({
        OriginProtocolPolicy: 'https-only',
        OriginSSLProtocols: ['TLSv1.2'],
      });
    }
  });

  it('given everything else, then it is the site in the private bucket, and every page is index.html', () => {
    const behaviour = config.DefaultCacheBehavior;
    expect(behaviour).toMatchObject({
      CachePolicyId: cachingOptimized,
      ViewerProtocolPolicy: 'redirect-to-https',
      ResponseHeadersPolicyId: { Ref: headersId },
      Compress: true,
      FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: expect.anything() }],
    });
    const origin = config.Origins.find(({ Id }) => Id === behaviour.TargetOriginId);
    expect(readable(origin?.DomainName)).toBe('PortalFiles.RegionalDomainName');
    expect(readable(origin?.OriginAccessControlId)).toMatch(
      /^PortalDistributionOrigin1S3OriginAccessControl.*\.Id$/,
    );
    service.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: { SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
    service.hasResourceProperties('AWS::CloudFront::Function', {
      FunctionConfig: { Runtime: 'cloudfront-js-2.0' },
      AutoPublish: true,
    });
    expect(config.CustomErrorResponses, 'they would hide what the API refuses').toBeUndefined();
  });

  it('given how it is reached, then by HTTP/2 and 3, from places near Japan, and without a domain of one’s own', () => {
    expect(config).toMatchObject({
      HttpVersion: 'http2and3',
      IPV6Enabled: true,
      PriceClass: 'PriceClass_200',
    });
    expect(config.Aliases).toBeUndefined();
    expect(readable(service.findOutputs('PortalUrl').PortalUrl?.Value)).toBe(
      'https://PortalDistribution.DomainName',
    );
  });

  it('given a domain and its certificate, then the portal has that name, by TLS 1.2 and newer, and DNS is told where to lead', () => {
    expect(configOf(own)).toMatchObject({
      Aliases: ['portal.msp.example'],
      PriceClass: 'PriceClass_All',
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
    });
    own.hasOutput('PortalUrl', { Value: 'https://portal.msp.example' });
    expect(readable(own.findOutputs('PortalDnsTarget').PortalDnsTarget?.Value)).toBe(
      'PortalDistribution.DomainName',
    );
  });

  it('given its headers, then the policy is strict, and what the API says of itself stands', () => {
    expect(headers?.Properties.ResponseHeadersPolicyConfig).toMatchObject({
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { ContentSecurityPolicy: contentPolicy, Override: false },
        ContentTypeOptions: { Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'same-origin', Override: false },
        StrictTransportSecurity: {
          AccessControlMaxAgeSec: 63_072_000,
          IncludeSubdomains: true,
          Override: true,
        },
      },
      CustomHeadersConfig: {
        Items: [
          { Header: 'Cross-Origin-Opener-Policy', Value: 'same-origin', Override: false },
          { Header: 'Cross-Origin-Resource-Policy', Value: 'same-origin', Override: false },
          {
            Header: 'Permissions-Policy',
            Value: 'camera=(), geolocation=(), microphone=()',
            Override: false,
          },
        ],
      },
    });
    expect(contentPolicy).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
  });

  it('given operators’ links and keys of heartbeats in addresses, then the distribution keeps no log of addresses', () => {
    expect(config.Logging).toBeUndefined();
  });
});

describe('the bucket of the site', () => {
  const buckets = Object.entries(resourcesOf(service, 'AWS::S3::Bucket'));

  for (const [id, bucket] of buckets) {
    it(`given ${id}, then it is private, encrypted, kept, and refuses whoever comes without TLS`, () => {
      expect(bucket).toMatchObject({
        DeletionPolicy: 'Retain',
        Properties: {
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
            ],
          },
        },
      });
      service.hasResourceProperties('AWS::S3::BucketPolicy', {
        Bucket: { Ref: id },
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      });
    });
  }

  it('given who reads it, then each access is logged for 90 days, and only the distribution may', () => {
    expect(buckets).toHaveLength(2);
    service.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
    });
    service.hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: { Ref: Match.stringLikeRegexp('^PortalLog') } },
    });
    const [files] = Object.values(resourcesOf(service, 'AWS::S3::BucketPolicy')).filter(({ Properties }) =>
      readable(Properties.Bucket).startsWith('PortalFiles'),
    );
    const policy = files?.Properties.PolicyDocument as
      | { Statement: { Effect: string; Action: string; Principal: unknown; Condition: unknown }[] }
      | undefined;
    const allowed = (policy?.Statement ?? []).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Action }) => Action)).toEqual(['s3:GetObject', 's3:ListBucket']);
    for (const { Principal, Condition } of allowed) {
      expect(Principal).toEqual({ Service: 'cloudfront.amazonaws.com' });
      expect(JSON.stringify(Condition)).toContain('PortalDistribution');
    }
  });

  it('given a deployment, then hashed files come first and stay for open pages; the rest is asked for anew and replaced', () => {
    const deployments = Object.entries(resourcesOf(service, 'Custom::CDKBucketDeployment'));
    const said = deployments.map(([, { Properties, DependsOn = [] }]) => ({
      Include: Properties.Include,
      Exclude: Properties.Exclude,
      Prune: Properties.Prune,
      SystemMetadata: Properties.SystemMetadata,
      after: DependsOn.filter((id) => deployments.some(([other]) => other === id)),
    }));
    expect(said).toEqual([
      {
        Include: ['assets/*'],
        Exclude: ['*'],
        Prune: false,
        SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
        after: [],
      },
      {
        Include: undefined,
        Exclude: ['assets/*'],
        Prune: true,
        SystemMetadata: { 'cache-control': 'no-cache' },
        after: [deployments[0]?.[0]],
      },
    ]);
  });

  it('given the function that uploads, then it reads the one archive and writes the one bucket, and nothing more', () => {
    const uploads = Object.entries(resourcesOf(service, 'AWS::Lambda::Function')).filter(
      ([id]) => !(id in functionsOf(service)),
    );
    expect(uploads).toHaveLength(1);
    const rights = rightsOf(service, roleIdOf(uploads[0]?.[1].Properties ?? {})).map((right) =>
      right.replace(/[0-9a-f]{64}/, '<hash>'),
    );
    expect(rights).toEqual([
      'logs:CreateLogStream PortalDeployLog.Arn',
      'logs:PutLogEvents PortalDeployLog.Arn',
      's3:DeleteObject PortalFiles.Arn/*',
      's3:GetObject arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/<hash>.zip',
      's3:ListBucket PortalFiles.Arn',
      's3:PutObject PortalFiles.Arn/*',
    ]);
  });
});

describe('what functions are told', () => {
  const told = (template: typeof service, name: string) => {
    const environments = Object.values(functionsOf(template)).map(
      ({ Properties }) => Properties.Environment as { Variables: Record<string, unknown> },
    );
    return readable(environments[0]?.Variables[name]);
  };
  const cases = [
    { name: 'PORTAL_URL', template: service, then: 'https://PortalDistribution.DomainName' },
    { name: 'PORTAL_URL', template: own, then: 'https://portal.msp.example' },
    {
      name: 'WORKFLOWS_URL',
      template: service,
      then: 'https://<AWS::Region>.console.aws.amazon.com/states/home?region=<AWS::Region>',
    },
    {
      name: 'MONITORING_ADDRESSES',
      template: service,
      then: 'MimamoriFoundation:ExportsOutputFnGetAttAddressEipPublicIp',
    },
    {
      name: 'MONITORING_ADDRESSES',
      template: templatesFor({ allocationId: 'eipalloc-0123456789abcdef0', monitoringAddress: '192.0.2.10' })
        .service,
      then: '192.0.2.10',
    },
  ];
  for (const { name, template, then } of cases) {
    it(`given ${name}, then it is ${then}`, () => {
      expect(told(template, name)).toMatch(then.startsWith('Mimamori') ? new RegExp(`^${then}`) : then);
    });
  }
});
