import snmp from 'net-snmp';

/** Two keys for each agent; each entry takes some 200 bytes. */
const maxKeys = 20_000;
const lookEvery = 1000;
let sessions = 0;

/**
 * Keeps the library's cache of derived keys bounded; call it once for each v3 session.
 *
 * The library keeps a key for each password and engine for ever, as deriving one takes a megabyte of hashing. A
 * hostile agent gives itself a new engine at each check.
 */
export function boundKeyCache(): void {
  sessions += 1;
  if (sessions % lookEvery !== 0) return;
  if (Object.keys(snmp.Authentication.authToKeyCache).length > maxKeys)
    snmp.Authentication.authToKeyCache = {};
}
