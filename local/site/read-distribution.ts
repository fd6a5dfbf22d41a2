import { isObject, type Json, type JsonObject } from '../assembly/json.ts';
import type { Assembly } from '../assembly/read-assembly.ts';
import { TemplateError } from '../assembly/template-error.ts';
import { readBucketFiles, type StoredFile } from './bucket-files.ts';
import { EdgeFunction } from './edge-function.ts';
import { type AddedHeader, readHeadersPolicy } from './response-headers.ts';
import { wildcard } from './wildcard.ts';

/** Where a request goes, and what is done to it and its answer. */
export interface Behaviour {
  /** Undefined for all the rest. */
  readonly path: RegExp | undefined;
  readonly origin: Origin;
  readonly methods: ReadonlySet<string>;
  readonly isCompressed: boolean;
  readonly edgeFunction: EdgeFunction | undefined;
  readonly headers: readonly AddedHeader[];
}

export type Origin =
  | { readonly kind: 'files'; readonly files: ReadonlyMap<string, StoredFile> }
  | { readonly kind: 'api'; readonly domainName: string };

/** What the template's distribution serves: behaviours in the order in which they are tried, the last for everything. */
export interface Distribution {
  readonly behaviours: readonly Behaviour[];
}

/** Policies that AWS gives, by their ids. */
const cachingOptimized = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const cachingDisabled = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const allViewerExceptHost = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

/**
 * Reads the template's CloudFront distribution and what lies behind it. Nothing is cached here, so that a changed origin is seen
 * at once.
 *
 * @returns undefined when the template has none
 * @throws TemplateError for what is not simulated
 */
export function readDistribution(assembly: Assembly): Distribution | undefined {
  const [found, ...others] = assembly.resources('AWS::CloudFront::Distribution');
  if (found === undefined) return undefined;
  const where = `${found.stack}.${found.logicalId}`;
  const refuse = (what: string): never => {
    throw new TemplateError(`${where} ${what}, which is not simulated on one machine`);
  };
  if (others.length > 0) refuse('is one of several distributions');
  const config = found.properties.DistributionConfig;
  if (!isObject(config)) return refuse('has no configuration');
  if (listOf(config.CustomErrorResponses).length > 0) refuse('has error responses of its own');
  const origins = new Map(
    listOf(config.Origins).map((one) => [String(one.Id), String(one.DomainName)] as const),
  );

  const originOf = (id: Json | undefined): Origin => {
    const domainName = origins.get(String(id)) ?? '';
    if (/^[a-z0-9]+\.execute-api\./.test(domainName)) return { kind: 'api', domainName };
    const bucket = assembly
      .resources('AWS::S3::Bucket')
      .find(({ attributes }) => attributes.RegionalDomainName === domainName);
    if (bucket === undefined) return refuse(`leads to ${domainName}`);
    return { kind: 'files', files: readBucketFiles(assembly, bucket.name) };
  };

  const functionOf = (behaviour: JsonObject): EdgeFunction | undefined => {
    const [first, ...more] = listOf(behaviour.FunctionAssociations);
    if (first === undefined) return undefined;
    const edge = assembly.resources('AWS::CloudFront::Function').find(({ arn }) => arn === first.FunctionARN);
    if (edge === undefined || more.length > 0 || first.EventType !== 'viewer-request') {
      return refuse('has functions at the edge beside one for viewers’ requests');
    }
    return new EdgeFunction(String(edge.properties.FunctionCode), edge.name);
  };

  const headersOf = (id: Json | undefined): AddedHeader[] => {
    if (id === undefined) return [];
    const policy = assembly.resources('AWS::CloudFront::ResponseHeadersPolicy').find(({ ref }) => ref === id);
    return policy === undefined ? refuse(`has the headers policy ${String(id)}`) : readHeadersPolicy(policy);
  };

  const behaviourOf = (given: JsonObject, path: RegExp | undefined): Behaviour => {
    const origin = originOf(given.TargetOriginId);
    if (listOf(given.LambdaFunctionAssociations).length > 0) refuse('has functions of Lambda@Edge');
    const cachePolicy = origin.kind === 'api' ? cachingDisabled : cachingOptimized;
    if (given.CachePolicyId !== cachePolicy) {
      refuse(`caches ${origin.kind === 'api' ? 'answers of an API' : 'files by a policy of its own'}`);
    }
    if (origin.kind === 'api' && given.OriginRequestPolicyId !== allViewerExceptHost) {
      refuse('sends an API less than all of the viewer but the host');
    }
    const methods = Array.isArray(given.AllowedMethods) ? given.AllowedMethods.map(String) : ['GET', 'HEAD'];
    return {
      path,
      origin,
      methods: new Set(methods),
      // Without a cache the service compresses nothing.
      isCompressed: given.Compress === true && origin.kind === 'files',
      edgeFunction: functionOf(given),
      headers: headersOf(given.ResponseHeadersPolicyId),
    };
  };

  const fallback = isObject(config.DefaultCacheBehavior) ? config.DefaultCacheBehavior : {};
  return {
    behaviours: [
      ...listOf(config.CacheBehaviors).map((one) => behaviourOf(one, wildcard(String(one.PathPattern)))),
      behaviourOf(fallback, undefined),
    ],
  };
}

const listOf = (given: Json | undefined): JsonObject[] =>
  Array.isArray(given) ? given.filter(isObject) : [];
