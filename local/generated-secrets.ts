import { randomInt } from 'node:crypto';
import { isObject } from './assembly/json.ts';
import type { Assembly } from './assembly/read-assembly.ts';
import { TemplateError } from './assembly/template-error.ts';
import { AwsError } from './aws/exchange.ts';
import type { createSecretsManager } from './aws/secrets-manager.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Makes the secrets that the template has the service generate, as a first deploy does: a JSON object with one field made
 * by lot. A secret that is there stays as it is.
 *
 * @throws TemplateError for ways of generating that are not known here
 */
export function generateSecrets(assembly: Assembly, manage: ReturnType<typeof createSecretsManager>): void {
  for (const { name, properties, stack, logicalId } of assembly.resources('AWS::SecretsManager::Secret')) {
    const wanted = properties.GenerateSecretString;
    if (wanted === undefined) continue;
    const {
      SecretStringTemplate: template,
      GenerateStringKey: key,
      PasswordLength,
    } = isObject(wanted) ? wanted : {};
    if (typeof template !== 'string' || typeof key !== 'string') {
      throw new TemplateError(
        `${stack}.${logicalId} is generated without a template and a key for it, which is not done on one machine; give both`,
      );
    }
    const fields: unknown = JSON.parse(template);
    const made = randomText(Number(PasswordLength ?? 32));
    const SecretString = JSON.stringify({ ...(isObject(fields) ? fields : {}), [key]: made });
    try {
      manage('CreateSecret', { Name: name, SecretString });
    } catch (error) {
      if (!(error instanceof AwsError && error.code === 'ResourceExistsException')) throw error;
    }
  }
}

const randomText = (length: number): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
