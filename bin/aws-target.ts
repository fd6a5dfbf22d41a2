import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { tableDefinition } from '../platform/store/table-definition.ts';
import { CommandError } from './command-line.ts';

/** Where a command works: the cloud by the usual AWS environment, or one machine. */
export interface Target {
  readonly isLocal: boolean;
  /** As a message names it. */
  readonly name: string;
  readonly table: string;
  dynamo(): DynamoDBClient;
  secrets(): SecretsManagerClient;
  people(): CognitoIdentityProviderClient;
}

export const targetOptions = {
  local: { type: 'string' },
  table: { type: 'string', default: tableDefinition.name },
  region: { type: 'string' },
} as const;

export const targetUsage = `  --local [PORT]   one machine, at the port of its AWS protocols (4566), in place of the cloud
  --table NAME     the table (mimamori)
  --region REGION  the region, in place of the one that AWS_REGION or the profile gives`;

const defaultPort = 4566;

/** `--local` may stand without its port. */
export const withLocalPort = (args: readonly string[]): string[] => {
  const at = args.indexOf('--local');
  if (at < 0) return [...args];
  const next = args[at + 1];
  const hasPort = next !== undefined && /^[0-9]+$/.test(next);
  const port = hasPort ? next : String(defaultPort);
  return [...args.slice(0, at), `--local=${port}`, ...args.slice(at + (hasPort ? 2 : 1))];
};

interface TargetValues {
  readonly local?: string | undefined;
  readonly table: string;
  readonly region?: string | undefined;
}

/** @throws CommandError with exit code 2 for a port or a table that is none */
export function readTarget({ local, table, region }: TargetValues): Target {
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(table)) {
    throw new CommandError('--table has no name of a table after it; give one, for example mimamori', 2);
  }
  if (local === undefined) {
    const options = {
      ...(region === undefined ? {} : { region }),
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 5000, requestTimeout: 30_000 },
    };
    return {
      isLocal: false,
      name: region === undefined ? 'AWS' : `AWS in ${region}`,
      table,
      dynamo: () => new DynamoDBClient(options),
      secrets: () => new SecretsManagerClient(options),
      people: () => new CognitoIdentityProviderClient(options),
    };
  }
  const port = Number(local);
  if (!/^[0-9]{1,5}$/.test(local) || port < 1 || port > 65_535) {
    throw new CommandError('--local has no port after it; give one, 1 to 65535, or none for 4566', 2);
  }
  const endpoint = `http://127.0.0.1:${port}`;
  const options = {
    endpoint,
    region: 'ap-northeast-1',
    // One machine knows its functions by their keys; whoever else calls is the person at the machine.
    credentials: { accessKeyId: 'mimamori', secretAccessKey: 'mimamori' },
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 30_000 },
  };
  return {
    isLocal: true,
    name: endpoint,
    table,
    dynamo: () => new DynamoDBClient(options),
    secrets: () => new SecretsManagerClient(options),
    people: () => new CognitoIdentityProviderClient(options),
  };
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'TimeoutError',
]);
const refused = new Set([
  'AccessDeniedException',
  'UnrecognizedClientException',
  'ExpiredTokenException',
  'ExpiredToken',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
]);

/**
 * One plain message for what commonly goes wrong on the way to a target.
 *
 * @returns undefined for what is not of this kind; it is a fault of ours
 */
export function explainTargetError(error: unknown, target: Target): CommandError | undefined {
  const names = namesIn(error);
  const first = (known: ReadonlySet<string>) => names.find((name) => known.has(name));
  const cause = { cause: error };
  const silence = first(unreachable);
  if (silence !== undefined) {
    const mend = target.isLocal
      ? 'start Mimamori there with npm start, or give the port of its AWS protocols: --local PORT'
      : 'look at the network and the region';
    return new CommandError(`${target.name} does not answer (${silence}); ${mend}`, 1, cause);
  }
  if (names.includes('ResourceNotFoundException')) {
    const mend = target.isLocal
      ? 'give the name it has with --table'
      : 'deploy first (npx cdk deploy --all), or give the right --region and --table';
    return new CommandError(`table ${target.table} is not there in ${target.name}; ${mend}`, 1, cause);
  }
  if (names.includes('CredentialsProviderError')) {
    return new CommandError(
      'no AWS credentials were found; sign in (aws sso login) or set AWS_PROFILE, or use --local for one machine',
      1,
      cause,
    );
  }
  const refusal = first(refused);
  if (refusal !== undefined) {
    return new CommandError(
      `${target.name} refused the call (${refusal}); look at the credentials and their rights on table ${target.table}`,
      1,
      cause,
    );
  }
  // What the client calls an answer it cannot read, and one that names no kind of error.
  if (names.includes('SyntaxError') || names.includes('Unknown')) {
    const mend = target.isLocal
      ? 'give the port of its AWS protocols: --local PORT'
      : 'look at AWS_ENDPOINT_URL';
    return new CommandError(`${target.name} answers, but not as AWS does; ${mend}`, 1, cause);
  }
  if (error instanceof Error && /region is missing/i.test(error.message)) {
    return new CommandError('no region is set; give --region or set AWS_REGION', 1, cause);
  }
  const fault = serviceFault(error);
  if (fault !== undefined) {
    const text = `${target.name} could not do it (${fault}); try again in a minute, and look at its state if it stays so`;
    return new CommandError(text, 1, cause);
  }
  return undefined;
}

/** The kind of a service's own error, wherever in the chain it lies. */
function serviceFault(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 8) return undefined;
  return '$metadata' in error ? error.name : serviceFault(error.cause, depth + 1);
}

/** Names and codes of an error and all that caused it. */
function namesIn(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 8) return [];
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const inner = error instanceof AggregateError ? error.errors : [];
  return [error.name, ...code, ...[error.cause, ...inner].flatMap((cause) => namesIn(cause, depth + 1))];
}
