import type { SecretRef } from '../../core/ids.ts';
import { SecretMissing, type SecretStore, type SecretWriter } from './secret-store.ts';

/** Secrets in memory, by reference: for runs in virtual time. */
export function createMemorySecretStore(
  given: Readonly<Record<SecretRef, string>> = {},
): SecretStore & SecretWriter {
  const values = new Map(Object.entries(given));
  return {
    async read(ref) {
      const value = values.get(ref);
      if (value === undefined) throw new SecretMissing(ref);
      return value;
    },
    async putSecretField(ref, value) {
      values.set(ref, value);
    },
  };
}
