import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { failed, type InvocationResult, TooManyRequests } from '../../../local/functions/invocation.ts';
import { besidePages } from '../../../local/http-api/beside-pages.ts';
import { createHttpApi } from '../../../local/http-api/http-api.ts';
import { readApiPace, readApiRoutes } from '../../../local/http-api/routes.ts';
import { Throttle } from '../../../local/http-api/throttle.ts';
import { writeAssembly } from '../assembly/write-assembly.ts';

const now = Date.parse('2026-11-21T03:12:05.250Z');

const route = (RouteKey: string, more: object = {}): object => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: {
    ApiId: { Ref: 'Api' },
    RouteKey,
    Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Proxy' }]] },
    AuthorizationType: 'NONE',
    ...more,
  },
});
const template = (routes: readonly object[], more: object = {}) =>
  readAssembly(
    writeAssembly({
      Service: {
        Resources: {
          Act: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'act' } },
          Api: {
            Type: 'AWS::ApiGatewayV2::Api',
            Properties: { Name: 'operators', ProtocolType: 'HTTP' },
          },
          Stage: {
            Type: 'AWS::ApiGatewayV2::Stage',
            Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
          },
          Proxy: {
            Type: 'AWS::ApiGatewayV2::Integration',
            Properties: {
              ApiId: { Ref: 'Api' },
              IntegrationType: 'AWS_PROXY',
              IntegrationUri: { 'Fn::GetAtt': ['Act', 'Arn'] },
              PayloadFormatVersion: '2.0',
            },
          },
          ...Object.fromEntries(routes.map((one, place) => [`Route${place}`, one])),
          ...more,
        },
        Outputs: {},
      },
    }),
    { httpEndpoint: 'http://localhost:8080' },
  );

const keys = ['GET /act/{token}', 'ANY /act/{token}', 'POST /act/fixed', 'ANY /api/{proxy+}', 'GET /mail'];

function serve(
  answer: InvocationResult | Error = { payload: '{"statusCode":200}' },
  routeKeys = keys,
  throttle?: Throttle,
) {
  const events: Record<string, unknown>[] = [];
  const assembly = template(routeKeys.map((key) => route(key)));
  const api = createHttpApi({
    routes: readApiRoutes(assembly),
    throttle,
    place: assembly.place,
    now: () => now,
    functions: {
      invoke: async (name, event) => {
        expect(name).toBe('arn:aws:lambda:ap-northeast-1:000000000000:function:act');
        events.push(JSON.parse(event));
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  });
  const pages = new Hono();
  pages.get('/', (context) => context.text('the page'));
  pages.get('/mail', (context) => context.text('the inbox'));
  const both = besidePages(pages, api);
  const ask = async (path: string, init: RequestInit = {}) =>
    await both.fetch(new Request(`http://localhost:8080${path}`, init));
  return { ask, events };
}

describe('the routes of an HTTP API', () => {
  const cases: { method: string; path: string; then: string | undefined }[] = [
    { method: 'GET', path: '/act/a.b-c', then: 'GET /act/{token}' },
    { method: 'PUT', path: '/act/a', then: 'ANY /act/{token}' },
    { method: 'POST', path: '/act/fixed', then: 'POST /act/fixed' },
    { method: 'GET', path: '/act/fixed', then: 'GET /act/{token}' },
    { method: 'GET', path: '/act', then: undefined },
    { method: 'GET', path: '/act/', then: undefined },
    { method: 'GET', path: '/act/a/b', then: undefined },
    { method: 'DELETE', path: '/api/a/b/c', then: 'ANY /api/{proxy+}' },
    { method: 'GET', path: '/api', then: undefined },
  ];
  for (const { method, path, then } of cases) {
    it(`given ${method} ${path}, when it comes, then ${then ?? 'no route'} takes it`, async () => {
      const { ask, events } = serve();
      const { status } = await ask(path, { method });
      expect([status, events[0]?.routeKey]).toEqual([then === undefined ? 404 : 200, then]);
    });
  }

  it('given a path of the pages, when a route has it too, then the page answers', async () => {
    const { ask, events } = serve(undefined, [...keys, '$default']);
    expect(await (await ask('/mail')).text()).toBe('the inbox');
    expect(await (await ask('/')).text()).toBe('the page');
    expect((await ask('/elsewhere')).status).toBe(200);
    expect(events.map(({ routeKey }) => routeKey)).toEqual(['$default']);
  });

  const faults: { given: string; routes: readonly object[]; more?: object; then: string }[] = [
    {
      given: 'an authorizer',
      routes: [route('GET /a', { AuthorizationType: 'JWT' })],
      then: 'Service.Route0 has JWT authorization, which is not simulated on one machine',
    },
    {
      given: 'another stage',
      routes: [],
      more: { Prod: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { StageName: 'prod' } } },
      then: 'Service.Prod is the stage prod; on one machine an HTTP API has its $default stage only',
    },
    {
      given: 'an integration that is no function',
      routes: [route('GET /a', { Target: 'integrations/gone' })],
      then: 'Service.Route0 goes to undefined; on one machine a route calls a function by AWS_PROXY in payload format 2.0',
    },
  ];
  for (const { given, routes, more, then } of faults) {
    it(`given ${given}, when the template is read, then the message says so`, () => {
      expect(() => readApiRoutes(template(routes, more))).toThrow(then);
    });
  }
});

describe('a request to an HTTP API', () => {
  it('given a form, when it is posted, then the function gets it as the service sends it', async () => {
    const { ask, events } = serve();
    await ask('/act/t%20k?a=1&a=2&b=x', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: 'a=1; b=2',
        'user-agent': 'ua',
      },
      body: 'deed=skip',
    });
    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /act/{token}',
      rawQueryString: 'a=1&a=2&b=x',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { a: '1,2', b: 'x' },
      pathParameters: { token: 't k' },
      body: Buffer.from('deed=skip').toString('base64'),
      isBase64Encoded: true,
      requestContext: {
        accountId: '000000000000',
        http: {
          method: 'POST',
          path: '/act/t%20k',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'ua',
        },
        stage: '$default',
        time: '21/Nov/2026:03:12:05 +0000',
        timeEpoch: now,
      },
    });
    expect(events[0]?.headers).not.toHaveProperty('cookie');
    expect(events[0]?.headers).toMatchObject({ host: 'localhost:8080', 'x-forwarded-for': '127.0.0.1' });
  });

  it('given JSON, when it is posted, then it comes as text; given nothing, then there is no body', async () => {
    const { ask, events } = serve();
    await ask('/act/a', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":"あ"}',
    });
    await ask('/act/a');
    expect(events).toMatchObject([
      { body: '{"a":"あ"}', isBase64Encoded: false },
      { isBase64Encoded: false },
    ]);
    expect(events[1]).not.toHaveProperty('body');
  });
});

describe('the limits of an HTTP API', () => {
  const stage = (settings: object) => ({
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { StageName: '$default', ...settings } },
  });

  it('given a stage with a pace, when it is read, then it is that; without one there is none', () => {
    const pace = { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 };
    expect(readApiPace(template([], stage({ DefaultRouteSettings: pace })))).toEqual({ rate: 20, burst: 40 });
    expect(readApiPace(template([]))).toBeUndefined();
    expect(() => readApiPace(template([], stage({ RouteSettings: { 'GET /a': pace } })))).toThrow(
      'Service.Stage has settings of routes, which are not simulated on one machine',
    );
  });

  it('given a pace of two in a second and three at once, when requests come faster, then they are refused until there is room', () => {
    let atMs = 0;
    const throttle = new Throttle({ rate: 2, burst: 3 }, () => atMs);
    const taken = (milliseconds: readonly number[]) =>
      milliseconds.map((ms) => {
        atMs = ms;
        return throttle.take();
      });
    expect(taken([0, 0, 0, 0, 499, 500, 501, 1_000])).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
    expect(taken([60_000, 60_000, 60_000, 60_000])).toEqual([true, true, true, false]);
  });

  it('given a request that comes too soon, or is too large, then the function hears nothing of it', async () => {
    const { ask, events } = serve(undefined, keys, new Throttle({ rate: 1, burst: 1 }, () => 0));
    const big = await ask('/act/a', { method: 'POST', body: 'x'.repeat(10_000_001) });
    expect([big.status, await big.text()]).toEqual([413, '{"message":"Request Too Long"}']);
    const next = await ask('/act/a');
    expect([next.status, await next.text()]).toEqual([429, '{"message":"Too Many Requests"}']);
    expect(events).toEqual([]);
  });
});

describe('an answer of an HTTP API', () => {
  const cases: {
    given: string;
    answer: InvocationResult | Error;
    status: number;
    body: string;
    type: string;
  }[] = [
    {
      given: 'a page',
      answer: { payload: '{"statusCode":201,"headers":{"Content-Type":"text/html"},"body":"<p>"}' },
      status: 201,
      body: '<p>',
      type: 'text/html',
    },
    {
      given: 'base64',
      answer: { payload: '{"statusCode":200,"body":"aGk=","isBase64Encoded":true}' },
      status: 200,
      body: 'hi',
      type: 'text/plain; charset=utf-8',
    },
    {
      given: 'plain JSON',
      answer: { payload: '{"a":1}' },
      status: 200,
      body: '{"a":1}',
      type: 'application/json',
    },
    {
      given: 'a status that is none',
      answer: { payload: '{"statusCode":"no"}' },
      status: 500,
      body: '{"message":"Internal Server Error"}',
      type: 'application/json',
    },
    {
      given: 'a failure',
      answer: failed('TypeError', 'secret'),
      status: 500,
      body: '{"message":"Internal Server Error"}',
      type: 'application/json',
    },
    {
      given: 'too many at once',
      answer: new TooManyRequests('Rate Exceeded.'),
      status: 503,
      body: '{"message":"Service Unavailable"}',
      type: 'application/json',
    },
  ];
  for (const { given, answer, status, body, type } of cases) {
    it(`given ${given}, when a function answers so, then the caller gets ${status}`, async () => {
      const response = await serve(answer).ask('/act/a');
      expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
        status,
        body,
        type,
      ]);
    });
  }

  it('given cookies, when a function sets them, then each is a header of its own', async () => {
    const payload = JSON.stringify({
      statusCode: 204,
      cookies: ['a=1; Secure', 'b=2'],
      headers: { 'Content-Length': '7' },
    });
    const response = await serve({ payload }).ask('/act/a');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2']);
    expect(response.headers.get('content-length')).toBeNull();
  });
});

it("given the template, when a function asks for the API's address, then it is the one of this machine", () => {
  const [sweep] = template([], {
    Sweep: {
      Type: 'AWS::Lambda::Function',
      Properties: { Environment: { Variables: { ACTION_URL: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } } },
    },
  })
    .resources('AWS::Lambda::Function')
    .filter(({ logicalId }) => logicalId === 'Sweep');
  expect(sweep?.properties).toEqual({ Environment: { Variables: { ACTION_URL: 'http://localhost:8080' } } });
});
