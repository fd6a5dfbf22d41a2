import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Assembly } from '../../local/assembly/read-assembly.ts';
import { SecretVault } from '../../local/aws/secret-vault.ts';
import { createSecretsManager } from '../../local/aws/secrets-manager.ts';
import { generateSecrets } from '../../local/generated-secrets.ts';
import { VirtualClock } from '../../local/virtual-clock.ts';

const directory = mkdtempSync(join(tmpdir(), 'mimamori-generated-'));
afterAll(() => rmSync(directory, { recursive: true }));

const place = { region: 'ap-northeast-1', accountId: '000000000000' };
const assemblyWith = (GenerateSecretString: object): Assembly =>
  ({
    place,
    resources: () => [
      { name: 'mimamori/keys', stack: 'S', logicalId: 'Keys', properties: { GenerateSecretString } },
    ],
  }) as unknown as Assembly;
const wanted = { SecretStringTemplate: '{"current":"k1"}', GenerateStringKey: 'k1', PasswordLength: 64 };
const vault = SecretVault.open(directory);
const manage = createSecretsManager({ vault, clock: new VirtualClock(0), place });
const read = () =>
  (manage('GetSecretValue', { SecretId: 'mimamori/keys' }) as { SecretString: string }).SecretString;

it('given a secret that the template generates, when the runtime starts twice, then it is made once, by lot', () => {
  generateSecrets(assemblyWith(wanted), manage);
  const made = read();
  expect(JSON.parse(made)).toEqual({ current: 'k1', k1: expect.stringMatching(/^[A-Za-z0-9]{64}$/) });
  generateSecrets(assemblyWith(wanted), manage);
  expect(read()).toBe(made);
});

it('given a way of generating that is not known here, then the message names the resource and the mend', () => {
  expect(() => generateSecrets(assemblyWith({ PasswordLength: 8 }), manage)).toThrow(
    'S.Keys is generated without a template and a key for it, which is not done on one machine; give both',
  );
});
