import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

export interface SecretsManagerServer extends AsyncDisposable {
  readonly client: SecretsManagerClient;
  /** What lies in the store, by name; undefined is a secret without a value. */
  readonly secrets: Map<string, string | undefined>;
  /** Names of the operations that were called, in order. */
  readonly calls: string[];
  /** What the next call is answered with in place of the truth. */
  next: { status: number; body: string } | undefined;
}

/** A small Secrets Manager on a free port: three operations of its JSON protocol. */
export async function startSecretsManager(): Promise<SecretsManagerServer> {
  const secrets = new Map<string, string | undefined>();
  const calls: string[] = [];

  const answer = (operation: string, input: Record<string, string>): { status: number; body: string } => {
    const { SecretId = '', Name = '', SecretString } = input;
    const error = (type: string) => ({ status: 400, body: JSON.stringify({ __type: type, message: type }) });
    const done = (output: object) => ({ status: 200, body: JSON.stringify(output) });
    switch (operation) {
      case 'GetSecretValue': {
        const value = secrets.get(SecretId);
        return value === undefined ? error('ResourceNotFoundException') : done({ SecretString: value });
      }
      case 'CreateSecret':
        if (secrets.has(Name)) return error('ResourceExistsException');
        secrets.set(Name, SecretString);
        return done({ Name });
      case 'PutSecretValue':
        if (!secrets.has(SecretId)) return error('ResourceNotFoundException');
        secrets.set(SecretId, SecretString);
        return done({ Name: SecretId });
      default:
        return error('InvalidAction');
    }
  };

  const http = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).replace('secretsmanager.', '');
    calls.push(operation);
    const truth = answer(operation, JSON.parse(await text(request)));
    const { status, body } = server.next ?? truth;
    server.next = undefined;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');

  const client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const server: SecretsManagerServer = {
    client,
    secrets,
    calls,
    next: undefined,
    async [Symbol.asyncDispose]() {
      client.destroy();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
}
