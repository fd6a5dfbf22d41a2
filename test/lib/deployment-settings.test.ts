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
    context: { allocationId: '192.0.2.1' },
    faults: ['context allocationId is "192.0.2.1": write the id of an Elastic IP, eipalloc-…'],
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
