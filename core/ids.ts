import { z } from 'zod';

/** Lower-case words joined by hyphens: safe in keys, file names, URLs and execution names. */
const slug = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'use lower-case letters, digits and single hyphens');

// An execution is named <account>.<server>.<monitor>-<episode>; the service allows 80 characters in all.
export const accountId = slug(20);
export const serverId = slug(30);
export const monitorId = slug(20);
export const runbookId = slug(40);

export const serverRef = z.strictObject({ account: accountId, server: serverId });
export type ServerRef = z.output<typeof serverRef>;

export const monitorRef = z.strictObject({ account: accountId, server: serverId, monitor: monitorId });
export type MonitorRef = z.output<typeof monitorRef>;

/** `acme.web-1` */
export const serverKey = ({ account, server }: ServerRef): string => `${account}.${server}`;

/** `acme.web-1.https` */
export const monitorKey = ({ account, server, monitor }: MonitorRef): string =>
  `${account}.${server}.${monitor}`;

/** Name of a detection's execution: one for each failure episode, so that a repeated event starts nothing. */
export const detectionName = (ref: MonitorRef, episode: number): string => `${monitorKey(ref)}-${episode}`;

/** Id of a server's incident, and the name of its execution. */
export const incidentId = (ref: ServerRef, number: number): string => `${serverKey(ref)}-${number}`;

/** Where a secret lies: `<secret>/<field>`, one secret of the store holding many fields, as each secret has a monthly price. */
export const secretRef = z
  .string()
  .max(120)
  .regex(/^[a-z0-9-]+\/[A-Za-z0-9._-]+$/, 'write <account>/<field>, for example acme/web-1-ssh-key');
export type SecretRef = z.output<typeof secretRef>;
