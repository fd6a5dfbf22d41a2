import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeskPhone } from '../connect/desk-phone.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { StepFunctionsApi } from '../workflows/api.ts';
import { type CognitoOptions, createCognito } from './cognito.ts';
import { connectPath, createConnect } from './connect.ts';
import { createEventBridge } from './event-bridge.ts';
import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type Caller,
  jsonError,
  jsonResponse,
} from './exchange.ts';
import { createLambdaInvoke, type LambdaInvokeOptions, restError } from './lambda-invoke.ts';
import { namesLoopback } from './loopback.ts';
import { createSecretsManager, type SecretsManagerOptions } from './secrets-manager.ts';
import { createSes, type SesOptions, xmlError } from './ses.ts';

export interface GatewayOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly warn: (message: string) => void;
}

/** What answers behind the gateway. */
export interface GatewayServices {
  /** Where the table store listens. */
  readonly dynamoDb: { readonly port: number };
  readonly stepFunctions: StepFunctionsApi;
  readonly secrets: SecretsManagerOptions;
  readonly ses: SesOptions;
  readonly lambda: LambdaInvokeOptions;
  readonly events: Pick<EventBus, 'publish'>;
  readonly deskPhone: DeskPhone;
  readonly people: CognitoOptions;
  /** The function that signs with a key. */
  readonly callerOf: (accessKeyId: string) => string | undefined;
}

/** A mail of 10 MB in base64, as a form. */
const largestBodyBytes = 16 * 1024 * 1024;
const bodyLimitMs = 30_000;

const simulated =
  'DynamoDB, Step Functions, Secrets Manager, EventBridge PutEvents, SES SendRawEmail, Lambda Invoke, Connect voice calls, Cognito users';

/**
 * One server for the AWS protocols, on loopback only. The SDK and the CLI reach it by AWS_ENDPOINT_URL. It listens
 * before its services are there, as they have to know its port; until then it asks callers to try again.
 */
export class Gateway {
  readonly #server: Server;
  #answer: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined;

  /** @throws when the port is taken */
  static async listen({ port, warn }: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(warn);
    await new Promise<void>((resolve, reject) => {
      gateway.#server.once('error', reject);
      gateway.#server.listen(port, '127.0.0.1', resolve);
    });
    return gateway;
  }

  private constructor(warn: GatewayOptions['warn']) {
    this.#server = createServer({ requestTimeout: bodyLimitMs }, (request, response) => {
      if (!namesLoopback(request.headers) || request.headers.origin !== undefined) {
        // Browsers have no business here: a page on the net could otherwise send mail or read secrets.
        response.writeHead(403).end('the AWS protocols are for programs on this machine\n');
      } else if (this.#answer === undefined) {
        response.writeHead(503, { 'retry-after': '1' }).end();
      } else {
        this.#answer(request, response).catch((error: unknown) => {
          warn(`the AWS gateway could not answer ${request.method} ${request.url}: ${String(error)}`);
          if (!response.headersSent) response.writeHead(500);
          response.end();
        });
      }
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  serve(services: GatewayServices): void {
    const route = createRouter(services);
    this.#answer = (request, response) => answer(request, response, route, services);
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }
}

type Route = (request: AwsRequest) => Promise<AwsResponse>;

function createRouter({
  stepFunctions,
  secrets,
  ses,
  lambda,
  events,
  deskPhone,
  people,
}: GatewayServices): Route {
  const secretsManager = createSecretsManager(secrets);
  const sendMail = createSes(ses);
  const invoke = createLambdaInvoke(lambda);
  const connect = createConnect(deskPhone);
  const eventBridge = createEventBridge(events);
  const cognito = createCognito(people);
  return async (request) => {
    const { headers, body, path } = request;
    const [service = '', operation = ''] = (headers['x-amz-target'] ?? '').split('.');
    try {
      if (service === 'secretsmanager') return jsonResponse(secretsManager(operation, parseJson(body)));
      if (service === 'AWSEvents') return jsonResponse(eventBridge(operation, parseJson(body)));
      if (service === 'AWSCognitoIdentityProviderService') {
        return jsonResponse(await cognito(operation, parseJson(body)));
      }
      if (service === 'AWSStepFunctions') {
        const answer = await stepFunctions.handle(operation, parseJson(body));
        const response = jsonResponse(answer.body, answer.status);
        const own = { 'content-type': 'application/x-amz-json-1.0', ...answer.headers };
        return { ...response, headers: { ...response.headers, ...own } };
      }
    } catch (error) {
      if (error instanceof AwsError) return jsonError(error);
      throw error;
    }
    if (service !== '') return jsonError(notSimulated(`${service} ${operation}`));
    if (path.startsWith('/2015-03-31/')) return invoke(request);
    if (connectPath.test(path)) return connect(request);
    if (headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
      const form = new URLSearchParams(body.toString());
      const signedFor = signedService(headers.authorization);
      if (signedFor === 'ses' || signedFor === 'email') return sendMail(form);
      return xmlError(notSimulated(`${signedFor ?? 'the service'} ${form.get('Action') ?? ''}`.trim()));
    }
    return restError(
      notSimulated(`${signedService(headers.authorization) ?? 'the service'} ${request.method} ${path}`),
    );
  };
}

const notSimulated = (what: string): AwsError =>
  new AwsError(
    'UnknownOperationException',
    `${what} is not simulated on one machine; simulated are ${simulated}`,
    404,
  );

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  route: Route,
  { dynamoDb, callerOf }: GatewayServices,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  if (String(request.headers['x-amz-target']).startsWith('DynamoDB')) {
    await forward(request, body, response, dynamoDb.port);
    return;
  }
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
  );
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const {
    status,
    headers: own,
    body: reply,
  } = await route({
    method: request.method ?? 'GET',
    path: pathname,
    headers,
    body,
    caller: callerIn(headers.authorization, callerOf),
  });
  response.writeHead(status, { ...own, 'content-length': Buffer.byteLength(reply) }).end(reply);
}

/** @returns undefined when it is longer than the limit */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > largestBodyBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Hands a call on to the table store, which speaks the protocol itself. */
function forward(
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  port: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { connection: _own, 'transfer-encoding': _chunked, ...headers } = request.headers;
    const onward = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method: request.method,
        path: request.url,
        headers: { ...headers, host: `127.0.0.1:${port}`, 'content-length': body.length },
      },
      (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
        reply.on('error', reject);
        response.on('close', resolve);
      },
    );
    onward.on('error', reject);
    onward.end(body);
  });
}

const credentialPattern = /Credential=([^/,\s]+)\/[0-9]{8}\/[^/,\s]+\/([^/,\s]+)\/aws4_request/;

const signedService = (authorization: string | undefined): string | undefined =>
  credentialPattern.exec(authorization ?? '')?.[2];

function callerIn(authorization: string | undefined, callerOf: GatewayServices['callerOf']): Caller {
  const accessKeyId = credentialPattern.exec(authorization ?? '')?.[1];
  return { accessKeyId, functionName: accessKeyId === undefined ? undefined : callerOf(accessKeyId) };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
}
