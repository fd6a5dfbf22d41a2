import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, writeWhole } from '../whole-file.ts';

const version = z.object({
  id: z.string(),
  stages: z.array(z.string()),
  createdMs: z.number(),
  text: z.string().optional(),
  /** Base64. */
  binary: z.string().optional(),
});
const secret = z.object({
  name: z.string(),
  description: z.string().optional(),
  createdMs: z.number(),
  changedMs: z.number(),
  deletedMs: z.number().optional(),
  versions: z.array(version),
});
const secrets = z.array(secret);
export type SecretVersion = z.output<typeof version>;
export type Secret = z.output<typeof secret>;

/** First byte of the file: how the rest is made. */
const format = 1;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Secrets in one file, encrypted with AES-256-GCM under a key that lies next to it. Both files are the owner's alone.
 * The key keeps secrets out of backups and copies of the one file; it is no defence against who owns both.
 */
export class SecretVault {
  readonly #file: string;
  readonly #key: Buffer;
  readonly #secrets: Map<string, Secret>;

  /**
   * @param directory holds `secrets.key` and `secrets.enc`, made if absent
   * @throws when the file does not open with the key; the message names both files
   */
  static open(directory: string): SecretVault {
    const keyFile = join(directory, 'secrets.key');
    const file = join(directory, 'secrets.enc');
    const sealed = readIfThere(file);
    const key = readIfThere(keyFile) ?? (sealed === undefined ? makeKey(keyFile) : undefined);
    if (key === undefined || key.length !== 32) {
      throw new Error(
        `${keyFile} is missing or broken, and without it ${file} cannot be read; put the key back`,
      );
    }
    chmodSync(keyFile, 0o600);
    if (sealed === undefined) return new SecretVault(file, key, []);
    let text: string;
    try {
      text = unseal(sealed, key);
    } catch (cause) {
      throw new Error(
        `${file} does not open with ${keyFile}; put back the key that belongs to it, or delete both and put the secrets anew`,
        { cause },
      );
    }
    return new SecretVault(file, key, secrets.parse(JSON.parse(text)));
  }

  private constructor(file: string, key: Buffer, kept: readonly Secret[]) {
    this.#file = file;
    this.#key = key;
    this.#secrets = new Map(kept.map((one) => [one.name, one]));
  }

  find(name: string): Secret | undefined {
    return this.#secrets.get(name);
  }

  all(): Secret[] {
    return [...this.#secrets.values()];
  }

  /** Is on disk when it returns. */
  save(changed: Secret): void {
    this.#secrets.set(changed.name, changed);
    this.#write();
  }

  remove(name: string): void {
    this.#secrets.delete(name);
    this.#write();
  }

  #write(): void {
    writeWhole(this.#file, seal(JSON.stringify(this.all()), this.#key));
  }
}

function seal(text: string, key: Buffer): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.of(format));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(format), iv, cipher.getAuthTag(), sealed]);
}

function unseal(file: Buffer, key: Buffer): string {
  if (file[0] !== format) throw new Error(`its format is ${file[0]}, known is ${format}`);
  const iv = file.subarray(1, 1 + ivBytes);
  const tag = file.subarray(1 + ivBytes, 1 + ivBytes + tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
    .setAAD(Buffer.of(format))
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(file.subarray(1 + ivBytes + tagBytes)), decipher.final()]).toString();
}

function makeKey(file: string): Buffer {
  const key = randomBytes(32);
  writeWhole(file, key);
  return key;
}
