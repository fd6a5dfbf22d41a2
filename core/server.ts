import { z } from 'zod';
import { accountId, secretRef, serverId } from './ids.ts';

export const plan = z.enum(['notify', 'respond', 'managed']);
export type Plan = z.output<typeof plan>;

/**
 * The network a server is reached by, and with it the addresses a probe may connect to:
 * `internet` public ones only, `vpn` private ones too, `local` loopback as well (one machine only).
 */
export const reach = z.enum(['internet', 'vpn', 'local']);
export type Reach = z.output<typeof reach>;

/** Connections that a sweep has open to one server at once, where the inventory does not say. */
export const defaultMaxConnections = 4;

const port = z.int().min(1).max(65_535);

export const snmpAccess = z.discriminatedUnion('version', [
  z.strictObject({ version: z.literal('2c'), port: port.default(161), community: secretRef }),
  z.strictObject({
    version: z.literal('3'),
    port: port.default(161),
    user: z.string().min(1).max(32),
    authProtocol: z.enum(['sha', 'sha224', 'sha256', 'sha384', 'sha512', 'md5']).default('sha'),
    authKey: secretRef,
    privProtocol: z.enum(['aes', 'aes256b', 'aes256r', 'des']).default('aes'),
    privKey: secretRef,
  }),
]);
export type SnmpAccess = z.output<typeof snmpAccess>;

export const sshAccess = z
  .strictObject({
    port: port.default(22),
    user: z.string().min(1).max(32),
    key: secretRef.optional(),
    password: secretRef.optional(),
    /** The pinned host key as `ssh-keygen -l` prints it: SHA256:<base64>. */
    hostKey: z
      .string()
      .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'write the fingerprint as ssh-keygen -l prints it: SHA256:…'),
  })
  .refine((access) => access.key !== undefined || access.password !== undefined, {
    error: 'give key or password, a reference to a secret',
  });
export type SshAccess = z.output<typeof sshAccess>;

/** 監視対象ホスト: one OS instance, the unit of the contract. */
export const server = z.strictObject({
  account: accountId,
  id: serverId,
  name: z.string().min(1).max(80),
  /** Host name or IP address that probes resolve once for each check. */
  address: z.string().min(1).max(253),
  plan,
  reach: reach.default('internet'),
  maxConnections: z.int().min(1).max(50).optional(),
  /** Objectives that the monthly report measures against: the age of the last backup, and the time to a recovery. */
  rpoHours: z.number().positive().max(8784).optional(),
  rtoMinutes: z.number().positive().max(525_600).optional(),
  snmp: snmpAccess.optional(),
  ssh: sshAccess.optional(),
});
export type Server = z.output<typeof server>;
