import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { readDistribution } from '../../../local/site/read-distribution.ts';
import { writeAssembly } from '../assembly/write-assembly.ts';

const optimized = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const disabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const allButHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
const toFiles = { TargetOriginId: 'files', CachePolicyId: optimized, Compress: true };
const toApi = {
  TargetOriginId: 'api',
  CachePolicyId: disabled,
  OriginRequestPolicyId: allButHost,
  AllowedMethods: ['GET', 'HEAD', 'POST'],
  PathPattern: '/api/*',
};

const deployment = (more: object) => ({
  Type: 'Custom::CDKBucketDeployment',
  Properties: { SourceObjectKeys: ['site.zip'], DestinationBucketName: { Ref: 'Files' }, ...more },
});

function read(config: object, resources: Record<string, object> = {}, folder: Record<string, string> = {}) {
  const Resources = {
    Files: { Type: 'AWS::S3::Bucket' },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api' } },
    Site: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          Origins: [
            { Id: 'files', DomainName: { 'Fn::GetAtt': ['Files', 'RegionalDomainName'] } },
            {
              Id: 'api',
              DomainName: { 'Fn::Sub': '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}' },
            },
            { Id: 'elsewhere', DomainName: 'www.example' },
          ],
          DefaultCacheBehavior: toFiles,
          ...config,
        },
      },
    },
    ...resources,
  };
  return readDistribution(readAssembly(writeAssembly({ Service: { Resources } }, {}, { site: folder })));
}

describe('a distribution', () => {
  it('given paths of an API and the rest, when it is read, then they are tried in this order', () => {
    const behaviours = read({ CacheBehaviors: [toApi] })?.behaviours ?? [];
    expect(behaviours.map(({ path, origin }) => [path?.source, origin.kind])).toEqual([
      ['^\\/api\\/.*$', 'api'],
      [undefined, 'files'],
    ]);
    expect([...(behaviours[0]?.methods ?? [])]).toEqual(['GET', 'HEAD', 'POST']);
    expect([...(behaviours[1]?.methods ?? [])]).toEqual(['GET', 'HEAD']);
  });

  it('given deployments that share the files, when the bucket is read, then each file has the headers of its own', () => {
    const [site] =
      read(
        {},
        {
          Hashed: deployment({
            Exclude: ['*'],
            Include: ['assets/*'],
            SystemMetadata: { 'cache-control': 'immutable' },
          }),
          Named: deployment({ Exclude: ['assets/*'], SystemMetadata: { 'cache-control': 'no-cache' } }),
          Other: { ...deployment({ DestinationBucketName: 'another' }) },
        },
        { 'index.html': '<p>', 'assets/a/b.js': '1', 'mark.svg': '<svg/>' },
      )?.behaviours ?? [];
    const files = site?.origin.kind === 'files' ? [...site.origin.files] : [];
    expect(files.map(([key, { type, cacheControl }]) => [key, type, cacheControl]).sort()).toEqual([
      ['assets/a/b.js', 'text/javascript', 'immutable'],
      ['index.html', 'text/html', 'no-cache'],
      ['mark.svg', 'image/svg+xml', 'no-cache'],
    ]);
  });

  it('given a template without one, when it is read, then there is none', () => {
    const assembly = readAssembly(writeAssembly({ Service: { Resources: {} } }));
    expect(readDistribution(assembly)).toBeUndefined();
  });

  const headers = (config: object) => ({
    Headers: {
      Type: 'AWS::CloudFront::ResponseHeadersPolicy',
      Properties: { ResponseHeadersPolicyConfig: config },
    },
  });
  const faults: {
    given: string;
    config?: object;
    resources?: Record<string, object>;
    folder?: Record<string, string>;
    then: string;
  }[] = [
    {
      given: 'two of them',
      resources: { Second: { Type: 'AWS::CloudFront::Distribution', Properties: {} } },
      then: 'Service.Site is one of several distributions, which is not simulated on one machine',
    },
    {
      given: 'pages for errors',
      config: { CustomErrorResponses: [{ ErrorCode: 403 }] },
      then: 'has error responses of its own',
    },
    {
      given: 'an origin elsewhere',
      config: { DefaultCacheBehavior: { ...toFiles, TargetOriginId: 'elsewhere' } },
      then: 'leads to www.example',
    },
    {
      given: 'answers of the API that are cached',
      config: { CacheBehaviors: [{ ...toApi, CachePolicyId: optimized }] },
      then: 'caches answers of an API',
    },
    {
      given: 'an API that is told the host',
      config: { CacheBehaviors: [{ ...toApi, OriginRequestPolicyId: 'other' }] },
      then: 'sends an API less than all of the viewer but the host',
    },
    {
      given: 'a function of the region',
      config: { DefaultCacheBehavior: { ...toFiles, LambdaFunctionAssociations: [{}] } },
      then: 'has functions of Lambda@Edge',
    },
    {
      given: 'a function for answers',
      config: {
        DefaultCacheBehavior: {
          ...toFiles,
          FunctionAssociations: [{ EventType: 'viewer-response', FunctionARN: 'x' }],
        },
      },
      then: 'has functions at the edge beside one for viewers’ requests',
    },
    {
      given: 'headers for other origins',
      config: { DefaultCacheBehavior: { ...toFiles, ResponseHeadersPolicyId: { Ref: 'Headers' } } },
      resources: headers({ Name: 'h', CorsConfig: {} }),
      then: 'Service.Headers has CorsConfig, which is not simulated on one machine',
    },
    {
      given: 'headers that are managed elsewhere',
      config: { DefaultCacheBehavior: { ...toFiles, ResponseHeadersPolicyId: 'managed' } },
      then: 'has the headers policy managed',
    },
    {
      given: 'a file of a type that nobody knows',
      resources: { Named: deployment({}) },
      folder: { 'a.exe': 'MZ' },
      then: 'Service.Named uploads a.exe; its type is not known on one machine',
    },
    {
      given: 'files below a prefix',
      resources: { Named: deployment({ DestinationBucketKeyPrefix: 'site' }) },
      then: 'Service.Named has a prefix or is not extracted, which is not simulated on one machine',
    },
  ];
  for (const { given, config = {}, resources, folder, then } of faults) {
    it(`given ${given}, when it is read, then the message says so`, () => {
      expect(() => read(config, resources, folder)).toThrow(then);
    });
  }
});
