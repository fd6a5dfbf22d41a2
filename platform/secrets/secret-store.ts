import type { SecretRef } from '../../core/ids.ts';

/** The secret, or the field in it, is not there. The message names the reference, never a value. */
export class SecretMissing extends Error {
  readonly ref: SecretRef;
  constructor(ref: SecretRef, options?: ErrorOptions) {
    super(`secret ${ref} is not in the secret store; put it there with: mimamori secret put ${ref}`, options);
    this.ref = ref;
  }
}

export interface SecretStore {
  /**
   * The value of `<secret>/<field>`. Values are kept for some minutes, as each read of the store has a price.
   * @throws SecretMissing
   */
  read(ref: SecretRef): Promise<string>;
}

export interface SecretWriter {
  /** Puts a value under `<secret>/<field>`; the secret's other fields stay. */
  putSecretField(ref: SecretRef, value: string): Promise<void>;
}
