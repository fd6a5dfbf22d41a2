import { createHmac, timingSafeEqual } from 'node:crypto';
import { type MonitorRef, monitorKey, monitorRef } from '../../core/ids.ts';
import { SecretMissing, type SecretStore } from '../../platform/secrets/secret-store.ts';

/**
 * Keys that the addresses are made with: fields `k1`, `k2`, … of one secret, and `current`, the name of the one that new
 * addresses have. Those of the others stay good while their key is there, so that a key is changed without stopping a job.
 *
 * The secret's name is longer than an account's may be: no account's secrets can be it.
 */
const secret = 'heartbeat-address-keys';
const keyName = /^k[0-9]{1,4}$/;

/** Says what is signed: a signature for anything else of ours is none of these. */
const purpose = 'mimamori heartbeat address 1\n';
/** 192 bits, in characters that every shell and crontab takes as they are. */
const macBytes = 24;

/** Where a customer's job calls: `<portal>/heartbeat/acme.web-1.backup/k1.<mac>`. Nothing is stored for it. */
export class HeartbeatAddresses {
  readonly #secrets: SecretStore;
  readonly #portalUrl: string;

  /** @param portalUrl without a slash at the end */
  constructor(secrets: SecretStore, portalUrl: string) {
    this.#secrets = secrets;
    this.#portalUrl = portalUrl;
  }

  async url(ref: MonitorRef): Promise<string> {
    const current = await this.#secrets.read(`${secret}/current`);
    const mac = macOf(ref, await this.#secrets.read(`${secret}/${current}`));
    return `${this.#portalUrl}/heartbeat/${monitorKey(ref)}/${current}.${mac.toString('base64url')}`;
  }

  /** The monitor that the two parts of an address stand for; undefined for a forged one. */
  async read(monitor: string, signature: string): Promise<MonitorRef | undefined> {
    const [account, server, id, ...more] = monitor.split('.');
    const parsed = monitorRef.safeParse({ account, server, monitor: id });
    const [name = '', mac = '', ...rest] = signature.split('.');
    if (!parsed.success || more.length > 0 || rest.length > 0 || !keyName.test(name)) return undefined;
    const key = await this.#key(name);
    if (key === undefined) return undefined;
    const wanted = macOf(parsed.data, key);
    const given = Buffer.from(mac, 'base64url');
    // Other spellings of the same bytes are refused by the comparison of the texts.
    const isGood = given.length === wanted.length && timingSafeEqual(given, wanted);
    return isGood && mac === wanted.toString('base64url') ? parsed.data : undefined;
  }

  async #key(name: string): Promise<string | undefined> {
    try {
      return await this.#secrets.read(`${secret}/${name}`);
    } catch (error) {
      if (error instanceof SecretMissing) return undefined;
      throw error;
    }
  }
}

const macOf = (ref: MonitorRef, key: string): Buffer =>
  createHmac('sha256', key).update(purpose).update(monitorKey(ref)).digest().subarray(0, macBytes);
