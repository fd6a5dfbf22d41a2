import { isObject } from '../assembly/json.ts';
import type { Assembly, Resource } from '../assembly/read-assembly.ts';
import { TemplateError } from '../assembly/template-error.ts';
import type { Pace } from './throttle.ts';

/** One route of an HTTP API of the template. */
export interface ApiRoute {
  readonly apiId: string;
  /** As the template writes it: `GET /a/{id}`. */
  readonly key: string;
  /** Undefined for any. */
  readonly method: string | undefined;
  /** Undefined for `$default`. */
  readonly segments: readonly string[] | undefined;
  readonly functionArn: string;
  readonly timeLimitMs: number;
}

export interface RouteMatch {
  readonly route: ApiRoute;
  readonly parameters: Readonly<Record<string, string>>;
}

const mostTimeMs = 30_000;

/**
 * The pace of the template's HTTP API, which is that of its stage; undefined when it has none.
 * @throws TemplateError for routes with a pace of their own
 */
export function readApiPace(assembly: Assembly): Pace | undefined {
  for (const { stack, logicalId, properties } of assembly.resources('AWS::ApiGatewayV2::Stage')) {
    if (properties.RouteSettings !== undefined) {
      throw new TemplateError(
        `${stack}.${logicalId} has settings of routes, which are not simulated on one machine`,
      );
    }
    const settings = properties.DefaultRouteSettings;
    if (!isObject(settings)) continue;
    const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings;
    if (typeof rate === 'number' && typeof burst === 'number') return { rate, burst };
  }
  return undefined;
}

/**
 * The routes of the template's HTTP APIs.
 *
 * @throws TemplateError for integrations, authorizers and stages that are not simulated
 */
export function readApiRoutes(assembly: Assembly): ApiRoute[] {
  for (const { stack, logicalId, properties } of assembly.resources('AWS::ApiGatewayV2::Stage')) {
    if (properties.StageName !== '$default') {
      throw new TemplateError(
        `${stack}.${logicalId} is the stage ${String(properties.StageName)}; on one machine an HTTP API has its $default stage only`,
      );
    }
  }
  const integrations = new Map(
    assembly.resources('AWS::ApiGatewayV2::Integration').map((resource) => [resource.ref, resource]),
  );
  return assembly.resources('AWS::ApiGatewayV2::Route').map((route) => readRoute(route, integrations));
}

function readRoute(
  { stack, logicalId, properties }: Resource,
  integrations: ReadonlyMap<string, Resource>,
): ApiRoute {
  const where = `${stack}.${logicalId}`;
  const { ApiId, RouteKey, Target, AuthorizationType = 'NONE' } = properties;
  if (AuthorizationType !== 'NONE') {
    throw new TemplateError(
      `${where} has ${String(AuthorizationType)} authorization, which is not simulated on one machine`,
    );
  }
  const integration = integrations.get(String(Target).replace(/^integrations\//, ''));
  const { IntegrationType, IntegrationUri, PayloadFormatVersion, TimeoutInMillis } =
    integration?.properties ?? {};
  const functionArn = /arn:aws:lambda:[^/]*:function:[A-Za-z0-9_-]+/.exec(String(IntegrationUri))?.[0];
  if (IntegrationType !== 'AWS_PROXY' || PayloadFormatVersion !== '2.0' || functionArn === undefined) {
    throw new TemplateError(
      `${where} goes to ${String(IntegrationUri)}; on one machine a route calls a function by AWS_PROXY in payload format 2.0`,
    );
  }
  const key = String(RouteKey);
  const [, method, path] = /^([A-Z]+) (\/.*)$/.exec(key) ?? [];
  if (key !== '$default' && path === undefined) {
    throw new TemplateError(`${where} has the key ${key}; write METHOD /path or $default`);
  }
  return {
    apiId: String(ApiId),
    key,
    method: method === 'ANY' ? undefined : method,
    segments: path === undefined ? undefined : segmentsOf(path),
    functionArn,
    timeLimitMs: Math.min(Number(TimeoutInMillis ?? mostTimeMs), mostTimeMs),
  };
}

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

/** The most specific route that a request fits, as the service picks it; undefined when none does. */
export function matchRoute(
  routes: readonly ApiRoute[],
  method: string,
  path: string,
): RouteMatch | undefined {
  const asked = segmentsOf(path);
  const fitting = routes.flatMap((route): (RouteMatch & { rank: string })[] => {
    if (route.method !== undefined && route.method !== method) return [];
    const parameters = parametersOf(route, asked);
    return parameters === undefined ? [] : [{ route, parameters, rank: rankOf(route) }];
  });
  return fitting.toSorted((a, b) => (a.rank < b.rank ? -1 : 1))[0];
}

/** Fixed parts come before parameters, those before a greedy one, a method before any, and `$default` last. */
const rankOf = ({ segments, method }: ApiRoute): string =>
  segments === undefined
    ? '9'
    : `${segments.map((one) => (one.endsWith('+}') ? '2' : one.startsWith('{') ? '1' : '0')).join('')}${method === undefined ? 'b' : 'a'}`;

function parametersOf({ segments }: ApiRoute, asked: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  if (segments === undefined) return parameters;
  for (const [place, wanted] of segments.entries()) {
    const given = asked[place];
    const [, name, greedy] = /^\{([A-Za-z0-9_.-]+)(\+?)\}$/.exec(wanted) ?? [];
    if (given === undefined || (name !== undefined && given === '')) return undefined;
    if (name !== undefined && greedy === '+') {
      parameters[name] = decoded(asked.slice(place).join('/'));
      return parameters;
    }
    if (name === undefined && given !== wanted) return undefined;
    if (name !== undefined) parameters[name] = decoded(given);
  }
  return asked.length === segments.length ? parameters : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
