import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { User } from '../../core/identity/principal.ts';
import { monitorKey } from '../../core/ids.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { createApi, type RequestBindings } from '../../lambdas/api/app.ts';
import { sha256 } from '../../lambdas/api/authenticate.ts';
import type { ApiPorts } from '../../lambdas/api/ports.ts';
import { createCognitoDirectory } from '../../platform/directory/cognito.ts';
import { createMemoryMetricStore } from '../../platform/metrics/memory.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import type { Stores } from '../../platform/store/stores.ts';
import type { Executions } from '../../platform/workflows/executions.ts';
import { twoAccounts } from './two-accounts.ts';

export const issuer = 'https://issuer.example/pool';
export const clientId = 'portal-client';
/** When requests of these tests come. */
export const now = '2026-11-21T03:04:05.000Z';

const signing = await generateKeyPair('RS256');
const jwk = { ...(await exportJWK(signing.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };

/** An access token as the user pool writes it; `change` replaces claims. */
export const accessToken = (
  subject: string,
  groups: readonly string[],
  change: JWTPayload = {},
  { key = signing.privateKey, header = { alg: 'RS256', kid: 'k1' }, hasEnd = true } = {},
): Promise<string> =>
  new SignJWT({
    sub: subject,
    iss: issuer,
    token_use: 'access',
    client_id: clientId,
    'cognito:groups': [...groups],
    ...(hasEnd && { exp: Math.floor(Date.now() / 1000) + 600 }),
    ...change,
  })
    .setProtectedHeader(header)
    .sign(key);

export const publicKey = { jwk, key: signing.publicKey };

export const people = {
  /** Of acme. */
  hanako: {
    subject: 'sub-hanako',
    mail: 'hanako@acme.example',
    name: 'Hanako Sato',
    role: 'customer',
    account: 'acme',
    language: 'ja',
    createdAt: now,
  },
  /** Of globex. */
  gerd: {
    subject: 'sub-gerd',
    mail: 'gerd@globex.example',
    name: 'Gerd Globex',
    role: 'customer',
    account: 'globex',
    language: 'en',
    createdAt: now,
  },
  olga: {
    subject: 'sub-olga',
    mail: 'olga@msp.example',
    name: 'Olga Operator',
    role: 'operator',
    language: 'en',
    createdAt: now,
  },
  ada: {
    subject: 'sub-ada',
    mail: 'ada@msp.example',
    name: 'Ada Administrator',
    role: 'administrator',
    language: 'en',
    createdAt: now,
  },
} as const satisfies Record<string, User>;
export type Person = keyof typeof people;

/** Where nothing was ever started. */
export const noExecutions: Executions = {
  list: async () => [],
  execution: async () => undefined,
  step: async () => undefined,
  url: (machine, name) => `/workflows/${machine}:${name}`,
  machineUrl: (machine) => `/workflows/machine/${machine}`,
};

export interface Asking {
  readonly method?: string;
  readonly as?: Person | undefined;
  /** What follows `Bearer `, in place of a person. */
  readonly bearer?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bindings?: Partial<RequestBindings>;
}

/** The API over stores, by default in memory, with two accounts, their people, and requests that are signed as theirs. */
export async function openPortal(
  { watched = twoAccounts, ...change }: Partial<ApiPorts> & { watched?: Inventory } = {},
  stores: Stores = createMemoryStores(),
) {
  const metrics = createMemoryMetricStore();
  const logged: unknown[] = [];
  const ports: ApiPorts = {
    ...stores,
    metrics,
    workflows: {
      start: async () => 'started',
      isRunning: async () => false,
      succeed: async () => 'nobody-waits',
    },
    executions: noExecutions,
    people: createCognitoDirectory(new CognitoIdentityProviderClient({ region: 'us-east-1' }), 'none'),
    issuer: { issuer, clientId, keys: createLocalJWKSet({ keys: [jwk] }) },
    portalUrl: 'https://portal.example',
    monitoringAddresses: ['203.0.113.7'],
    workflowsUrl: '/workflows',
    speed: 1,
    shards: 1,
    reportFont: async () => {
      throw new Error('no PDF is made here');
    },
    heartbeatUrl: async (ref) => `https://portal.example/heartbeat/${monitorKey(ref)}/k1.mac`,
    log: {
      error: (...all: unknown[]) => void logged.push(all),
      warn: (...all: unknown[]) => void logged.push(all),
    },
    ...change,
  };
  await stores.inventory.replace(0, watched);
  for (const user of Object.values(people)) await stores.identity.saveUser(user);
  const api = createApi(ports);

  const ask = async (
    path: string,
    { method = 'GET', as, bearer, body, headers = {}, bindings }: Asking = {},
  ) => {
    const token =
      bearer ?? (as === undefined ? undefined : await accessToken(people[as].subject, [people[as].role]));
    return api.fetch(
      new Request(`http://api.invalid/api/v1${path}`, {
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
      { at: now, requestId: 'request-1', sourceAddress: '198.51.100.1', ...bindings },
    );
  };

  return { api, ports, stores, metrics, logged, ask };
}

/** An API token of an account, or of the MSP, with its secret. */
export const secretOf = (id: string): string => `secret-of-${id}-0123456789abcdef`;
export const bearerOf = (id: string): string => `mim_${id}_${secretOf(id)}`;
export const hashOf = (id: string): string => sha256(secretOf(id));
