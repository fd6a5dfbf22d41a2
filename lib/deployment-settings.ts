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
    /** The address of that Elastic IP, which customers are told. */
    monitoringAddress: z.ipv4('write the address of the Elastic IP, for example 192.0.2.10').optional(),
    /** The portal's own domain, with a certificate for it; without them it has a name of CloudFront's. */
    portalDomain: z.hostname().optional(),
    /** Of a certificate that covers the domain. CloudFront takes those of us-east-1 only. */
    portalCertificateArn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate\/[A-Za-z0-9-]+$/,
        'write the ARN of a certificate in us-east-1, the only region that CloudFront takes them from',
      )
      .optional(),
    /** From how much of the world the portal is near: `100` has no place in Asia. */
    portalPriceClass: z.preprocess(String, z.enum(['100', '200', 'all'])),
    /** What the address of the sign-in begins with; without it `mimamori-` and the account's number. */
    signInPrefix: z
      .string()
      .regex(
        /^(?!.*(aws|amazon|cognito))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
        'write lower-case letters, digits and hyphens, without the words aws, amazon and cognito',
      )
      .optional(),
    mailTransport: z.enum(['ses', 'smtp']),
    /** The domain of the senders' addresses; makes its identity in SES. */
    mailFromDomain: z.hostname().optional(),
    /** Where the smtp:// URL with its password lies. */
    smtpSecret: secretRef.optional(),
    /** By whom contacts are called; with `none` they are told by mail only. */
    calls: z.enum(['none', 'connect']),
    /** The Amazon Connect instance that calls. Only a person can set one up, and order its number. */
    connectInstanceArn: z
      .string()
      .regex(
        /^arn:aws[a-z-]*:connect:[a-z0-9-]+:[0-9]{12}:instance\/[A-Za-z0-9-]+$/,
        'write the ARN of an Amazon Connect instance',
      )
      .optional(),
    /** The number of the instance that is shown to whom it calls. */
    connectSourcePhone: z
      .string()
      .regex(/^\+[1-9][0-9]{6,14}$/, 'write the number in E.164 form, for example +81312345678')
      .optional(),
    maxChecksInFlight: wholeNumber(1, 10_000),
  })
  .refine(
    ({ allocationId, monitoringAddress }) => allocationId === undefined || monitoringAddress !== undefined,
    {
      path: ['monitoringAddress'],
      error: 'allocationId needs it: the address of that Elastic IP, which the portal shows to customers',
    },
  )
  .refine(
    ({ allocationId, monitoringAddress }) => allocationId !== undefined || monitoringAddress === undefined,
    {
      path: ['allocationId'],
      error: 'monitoringAddress needs it: the id of the Elastic IP that has this address',
    },
  )
  .refine(
    ({ portalDomain, portalCertificateArn }) =>
      portalDomain === undefined || portalCertificateArn !== undefined,
    {
      path: ['portalCertificateArn'],
      error: 'portalDomain needs it: the ARN of a certificate in us-east-1 that covers the domain',
    },
  )
  .refine(
    ({ portalDomain, portalCertificateArn }) =>
      portalDomain !== undefined || portalCertificateArn === undefined,
    {
      path: ['portalDomain'],
      error: 'portalCertificateArn needs it: the domain of the portal that the certificate covers',
    },
  )
  .refine(({ mailTransport, smtpSecret }) => mailTransport !== 'smtp' || smtpSecret !== undefined, {
    path: ['smtpSecret'],
    error: 'mailTransport smtp needs it: the reference of a secret that holds an smtp:// URL',
  })
  .refine(({ mailTransport, mailFromDomain }) => mailTransport === 'ses' || mailFromDomain === undefined, {
    path: ['mailFromDomain'],
    error: 'only mailTransport ses makes an identity of it; leave it out',
  })
  .refine(({ calls, connectInstanceArn }) => calls !== 'connect' || connectInstanceArn !== undefined, {
    path: ['connectInstanceArn'],
    error: 'calls connect needs it: the ARN of the Amazon Connect instance that calls',
  })
  .refine(({ calls, connectSourcePhone }) => calls !== 'connect' || connectSourcePhone !== undefined, {
    path: ['connectSourcePhone'],
    error: 'calls connect needs it: a number that the instance has, in E.164 form',
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
