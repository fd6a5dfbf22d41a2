import { describe, expect, it } from 'vitest';
import { buckets } from '../../core/schedule/due.ts';
import { WrongSettings } from '../../lib/deployment-settings.ts';
import { appFor } from './templates.ts';

const mend = 'set it in cdk.json, or with -c name=value';
const cases = [
  {
    given: 'no shard',
    context: { shards: '0' },
    faults: ['context shards is "0": Too small: expected number to be >=1'],
  },
  {
    given: 'more shards than buckets',
    context: { shards: buckets + 1 },
    faults: [`context shards is ${buckets + 1}: Too big: expected number to be <=${buckets}`],
  },
  {
    given: 'a store that is not known',
    context: { metricStore: 'influx' },
    faults: ['context metricStore is "influx": Invalid option: expected one of "timestream"|"sqlite"'],
  },
  {
    given: 'an IP in place of its id',
    context: { allocationId: '192.0.2.1', monitoringAddress: '192.0.2.1' },
    faults: ['context allocationId is "192.0.2.1": write the id of an Elastic IP, eipalloc-…'],
  },
  {
    given: 'an IP without its id, and a domain without its certificate',
    context: { monitoringAddress: '192.0.2.1', portalDomain: 'portal.msp.example' },
    faults: [
      'context allocationId is not set: monitoringAddress needs it: the id of the Elastic IP that has this address',
      'context portalCertificateArn is not set: portalDomain needs it: the ARN of a certificate in us-east-1 that covers the domain',
    ],
  },
  {
    given: 'an id without its IP, and a certificate without its domain',
    context: {
      allocationId: 'eipalloc-0123456789abcdef0',
      portalCertificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/0a1b2c3d',
    },
    faults: [
      'context monitoringAddress is not set: allocationId needs it: the address of that Elastic IP, which the portal shows to customers',
      'context portalDomain is not set: portalCertificateArn needs it: the domain of the portal that the certificate covers',
    ],
  },
  {
    given: 'a certificate of another region, an address and a price class that are none',
    context: {
      allocationId: 'eipalloc-0123456789abcdef0',
      monitoringAddress: '192.0.2',
      portalDomain: 'portal.msp.example',
      portalCertificateArn: 'arn:aws:acm:ap-northeast-1:111111111111:certificate/0a1b2c3d',
      portalPriceClass: 300,
    },
    faults: [
      'context monitoringAddress is "192.0.2": write the address of the Elastic IP, for example 192.0.2.10',
      'context portalCertificateArn is "arn:aws:acm:ap-northeast-1:111111111111:certificate/0a1b2c3d": write the ARN of a certificate in us-east-1, the only region that CloudFront takes them from',
      'context portalPriceClass is 300: Invalid option: expected one of "100"|"200"|"all"',
    ],
  },
  {
    given: 'SMTP without its secret',
    context: { mailTransport: 'smtp' },
    faults: [
      'context smtpSecret is not set: mailTransport smtp needs it: the reference of a secret that holds an smtp:// URL',
    ],
  },
  {
    given: 'an SES domain for SMTP',
    context: { mailTransport: 'smtp', smtpSecret: 'msp/smtp', mailFromDomain: 'msp.example' },
    faults: [
      'context mailFromDomain is "msp.example": only mailTransport ses makes an identity of it; leave it out',
    ],
  },
  {
    given: 'calls by Amazon Connect without an instance and a number',
    context: { calls: 'connect' },
    faults: [
      'context connectInstanceArn is not set: calls connect needs it: the ARN of the Amazon Connect instance that calls',
      'context connectSourcePhone is not set: calls connect needs it: a number that the instance has, in E.164 form',
    ],
  },
  {
    given: 'an instance by its id and a number without its country',
    context: { calls: 'connect', connectInstanceArn: '0a1b2c3d', connectSourcePhone: '0312345678' },
    faults: [
      'context connectInstanceArn is "0a1b2c3d": write the ARN of an Amazon Connect instance',
      'context connectSourcePhone is "0312345678": write the number in E.164 form, for example +81312345678',
    ],
  },
  {
    given: 'two faults',
    context: { shards: 'many', smtpSecret: 'smtp://user:password@host' },
    faults: [
      'context shards is "many": Invalid input: expected number, received NaN',
      'context smtpSecret is not a reference: write <account>/<field>, for example acme/web-1-ssh-key',
    ],
  },
];

describe('settings of a deployment', () => {
  for (const { given, context, faults } of cases) {
    it(`given ${given}, when the app is built, then the message names all faults and the mend`, () => {
      expect(() => appFor({ context })).toThrow(new WrongSettings([...faults, mend].join('\n')));
    });
  }

  it('given a number as text, as the command line writes it, when the app is built, then it is taken', () => {
    expect(() => appFor({ context: { shards: '4', maxChecksInFlight: '50' } })).not.toThrow();
  });
});
