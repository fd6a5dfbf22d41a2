import type { Node } from 'constructs';
import { z } from 'zod';
import { secretRef } from '../core/ids.ts';
import { buckets } from '../core/schedule/due.ts';

/** From the command line (`-c shards=4`) a number comes as text. */
const wholeNumber = (min: number, max: number) =>
  z.preprocess((given) => (typeof given === 'string' ? Number(given) : given), z.int().min(min).max(max));

/** What is chosen for a deployment. Each name is a key of the CDK context. */
const deploymentSettings = z
  .strictObject({
    /** Where measurements are kept. Timestream takes no new customers; `sqlite` is for one machine. */
    metricStore: z.enum(['timestream', 'sqlite']),
    /** Sweeps that share the monitors of a minute. */
    shards: wholeNumber(1, buckets),
    /** An Elastic IP that exists; without it one is made, and kept when the stack goes. */
    allocationId: z
      .string()
      .regex(/^eipalloc-[0-9a-f]+$/, 'write the id of an Elastic IP, eipalloc-…')
      .optional(),
    mailTransport: z.enum(['ses', 'smtp']),
    /** The domain of the senders' addresses; makes its identity in SES. */
    mailFromDomain: z.hostname().optional(),
    /** Where the smtp:// URL with its password lies. */
    smtpSecret: secretRef.optional(),
    maxChecksInFlight: wholeNumber(1, 10_000),
  })
  .refine(({ mailTransport, smtpSecret }) => mailTransport !== 'smtp' || smtpSecret !== undefined, {
    path: ['smtpSecret'],
    error: 'mailTransport smtp needs it: the reference of a secret that holds an smtp:// URL',
  })
  .refine(({ mailTransport, mailFromDomain }) => mailTransport === 'ses' || mailFromDomain === undefined, {
    path: ['mailFromDomain'],
    error: 'only mailTransport ses makes an identity of it; leave it out',
  });
export type DeploymentSettings = z.output<typeof deploymentSettings>;

const names = Object.keys(deploymentSettings.shape);

/** Settings that are not as they should be; the message names all of them and the mend. */
export class WrongSettings extends Error {}

/** Reads the deployment's settings from the CDK context. @throws WrongSettings */
export function readDeploymentSettings(node: Node): DeploymentSettings {
  const context = names.flatMap((name) => {
    const value: unknown = node.tryGetContext(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const { success, data, error } = deploymentSettings.safeParse(Object.fromEntries(context));
  if (success) return data;
  const faults = error.issues.map(({ path: [name = ''], message }) => {
    const value: unknown = node.tryGetContext(String(name));
    // Whoever put the secret itself where its reference belongs should not find it in a log too.
    const isSecret = name === 'smtpSecret' && value !== undefined;
    const given = isSecret ? 'not a reference' : (JSON.stringify(value) ?? 'not set');
    return `context ${String(name)} is ${given}: ${message}`;
  });
  throw new WrongSettings(`${faults.join('\n')}\nset it in cdk.json, or with -c name=value`);
}
