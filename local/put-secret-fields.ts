import { AwsError } from './aws/exchange.ts';
import type { createSecretsManager } from './aws/secrets-manager.ts';

/**
 * Puts values under their references: `acme/key` is the field `key` of the secret `<prefix>acme`, a JSON object.
 * Other fields of a secret stay; a value that is there already is not written again.
 */
export function putSecretFields(
  manage: ReturnType<typeof createSecretsManager>,
  prefix: string,
  values: Readonly<Record<string, string>>,
): void {
  const secrets = new Map<string, Record<string, string>>();
  for (const [reference, value] of Object.entries(values)) {
    const slash = reference.indexOf('/');
    const name = `${prefix}${reference.slice(0, slash)}`;
    secrets.set(name, { ...secrets.get(name), [reference.slice(slash + 1)]: value });
  }
  for (const [name, fields] of secrets) {
    const before = readFields(manage, name);
    const wanted = { ...before, ...fields };
    if (before === undefined) {
      manage('CreateSecret', { Name: name, SecretString: JSON.stringify(wanted) });
    } else if (JSON.stringify(before) !== JSON.stringify(wanted)) {
      manage('PutSecretValue', { SecretId: name, SecretString: JSON.stringify(wanted) });
    }
  }
}

function readFields(
  manage: ReturnType<typeof createSecretsManager>,
  name: string,
): Record<string, string> | undefined {
  try {
    const { SecretString } = manage('GetSecretValue', { SecretId: name }) as { SecretString?: string };
    return JSON.parse(SecretString ?? '{}') as Record<string, string>;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
