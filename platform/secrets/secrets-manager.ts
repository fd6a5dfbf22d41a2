import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type SecretRef, secretRef } from '../../core/ids.ts';
import { SecretMissing, type SecretStore, type SecretWriter } from './secret-store.ts';

/** How long a value is used without asking again: a changed password is in use after this at the latest. */
const keptMs = 5 * 60_000;
/** The service's own limit on a secret. */
const secretLimitBytes = 65_536;

/** The fields of one secret; undefined when the secret is not there. */
type Fields = Readonly<Record<string, string>> | undefined;

interface Kept {
  readonly fields: Promise<Fields>;
  readonly untilMs: number;
}

export interface SecretsManagerOptions {
  readonly client: SecretsManagerClient;
  /** `mimamori/`: secret `acme/x` is then the field `x` of the secret `mimamori/acme`. */
  readonly prefix: string;
  /** Measures how old a value is, in milliseconds. @default performance.now */
  readonly elapsedMs?: () => number;
}

/**
 * Secrets in AWS Secrets Manager, each a JSON object of text fields.
 *
 * Errors say which secret and what kind of failure, and keep no cause: the client hangs the whole answer on an error
 * it raises while reading one, and a parser quotes the text it stumbled over.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function createSecretsManagerStore(options: SecretsManagerOptions): SecretStore & SecretWriter {
  return new SecretsManagerStore(options);
}

class SecretsManagerStore implements SecretStore, SecretWriter {
  readonly #client: SecretsManagerClient;
  readonly #prefix: string;
  readonly #elapsedMs: () => number;
  readonly #kept = new Map<string, Kept>();

  constructor({ client, prefix, elapsedMs = () => performance.now() }: SecretsManagerOptions) {
    this.#client = client;
    this.#prefix = prefix;
    this.#elapsedMs = elapsedMs;
  }

  async read(ref: SecretRef) {
    const { secret, field } = split(ref);
    const fields = await this.#fields(secret);
    // A field may be called `constructor`: only what the secret itself has counts.
    const value = fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (value === undefined) throw new SecretMissing(ref);
    return value;
  }

  /** One write of the whole secret: of two at the same moment, one may be lost, as the service has no conditional write. */
  async putSecretField(ref: SecretRef, value: string) {
    const { secret, field } = split(ref);
    const name = this.#prefix + secret;
    try {
      const before = await this.#fetch(name);
      if (before === undefined && (await this.#create(name, textOf(ref, name, { [field]: value })))) return;
      // It was made meanwhile, or the template has made it without a value.
      const fields = before ?? (await this.#fetch(name));
      const SecretString = textOf(ref, name, { ...fields, [field]: value });
      const command = new PutSecretValueCommand({ SecretId: name, SecretString });
      await this.#client.send(command).catch(refused(name, 'written'));
    } finally {
      this.#kept.delete(secret);
    }
  }

  #fields(secret: string): Promise<Fields> {
    const kept = this.#kept.get(secret);
    if (kept !== undefined && this.#elapsedMs() < kept.untilMs) return kept.fields;
    const fields = this.#fetch(this.#prefix + secret);
    const fresh: Kept = { fields, untilMs: this.#elapsedMs() + keptMs };
    this.#kept.set(secret, fresh);
    const forget = () => {
      if (this.#kept.get(secret) === fresh) this.#kept.delete(secret);
    };
    // A failure is not kept, nor that a secret is missing: whoever is told to put it there tries again at once.
    fields.then((found) => found === undefined && forget(), forget);
    return fields;
  }

  async #fetch(name: string): Promise<Fields> {
    const command = new GetSecretValueCommand({ SecretId: name });
    const answer = await this.#client.send(command).catch(refused(name, 'read', 'ResourceNotFoundException'));
    return answer && fieldsOf(name, answer.SecretString ?? '');
  }

  /** @returns false when it exists */
  async #create(name: string, text: string): Promise<boolean> {
    const command = new CreateSecretCommand({ Name: name, SecretString: text });
    const answer = await this.#client.send(command).catch(refused(name, 'made', 'ResourceExistsException'));
    return answer !== undefined;
  }
}

function fieldsOf(name: string, text: string): Record<string, string> {
  const parsed = parse(text);
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  const entries = isObject ? Object.entries(parsed) : [];
  if (!isObject || !entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    throw new Error(
      `secret ${name} is not a JSON object of text fields; write its fields with: mimamori secret put <secret>/<field>`,
    );
  }
  return Object.fromEntries(entries);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The name of an answer's kind, or the system's code where no answer came: `ECONNREFUSED`. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Answers undefined to the expected kind of error, and throws every other without what it holds. */
const refused = (secret: string, deed: string, expected?: string) => (error: unknown) => {
  const kind = kindOf(error);
  if (kind === expected) return undefined;
  throw new Error(
    `secret ${secret} could not be ${deed} (${kind}); look at the role's rights and at the way to Secrets Manager`,
  );
};

/** @throws when the secret would be too large */
function textOf(ref: SecretRef, secret: string, fields: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(fields);
  if (Buffer.byteLength(text) <= secretLimitBytes) return text;
  throw new Error(
    `${ref} was not put: with it secret ${secret} would have more than ${secretLimitBytes} bytes; put it under another secret's name`,
  );
}

function split(ref: SecretRef): { secret: string; field: string } {
  const [secret = '', field = ''] = secretRef.parse(ref).split('/');
  return { secret, field };
}
