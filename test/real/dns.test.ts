import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Case, expectToFollow, testCases } from './check.ts';
import type { RealServer } from './servers/child-server.ts';
import { startNsd } from './servers/nsd.ts';

/** More than the 512 bytes of a datagram without EDNS. */
const longText = (i: number) => `part-${i}-${'x'.repeat(200)}`;

const zones = {
  'shop.example': `
$ORIGIN shop.example.
$TTL 60
@       SOA   ns hostmaster 2026112101 3600 900 604800 60
@       NS    ns
@       MX    10 mail
@       MX    20 backup.mail.example.
@       TXT   "v=spf1 ip4:192.0.2.0/24 -all"
@       TXT   "first half, " "second half"
ns      A     127.0.0.1
mail    A     192.0.2.25
www     A     192.0.2.10
www     A     192.0.2.11
www     AAAA  2001:db8::10
shop    CNAME www
away    CNAME www.elsewhere.example.
_imaps._tcp SRV 0 5 993 mail
*.wild  A     192.0.2.99
${Array.from({ length: 12 }, (_, i) => `big TXT "${longText(i)}"`).join('\n')}
`,
  'lost.example': undefined,
};

let nsd: RealServer;
beforeAll(async () => {
  nsd = await startNsd({ zones });
});
afterAll(() => nsd?.remove());

describe('NSD', () => {
  const www = { name: 'www.shop.example', answers: { allOf: ['192.0.2.10', '192.0.2.11'] } };

  it('given NSD, when it stands still, stops and starts, then dns follows', () =>
    expectToFollow(nsd, 'dns', www));

  const dns = (given: string, settings: Record<string, unknown>, then: Case['then'], said: string): Case => ({
    given,
    server: () => nsd,
    type: 'dns',
    settings,
    then,
    said,
  });
  testCases([
    dns('both addresses of a name', www, 'ok', 'answered www.shop.example A = 192.0.2.1'),
    dns('a name in capitals', { ...www, name: 'WWW.Shop.Example.' }, 'ok', '(+1)'),
    dns(
      'an IPv6 address written at length',
      { name: 'www.shop.example', type: 'AAAA', answers: { allOf: ['2001:0db8:0::0010'] } },
      'ok',
      'AAAA = 2001:db8::10',
    ),
    dns(
      'two mail exchangers',
      {
        name: 'shop.example',
        type: 'MX',
        answers: { allOf: ['10 mail.shop.example', 'backup.mail.example'] },
      },
      'ok',
      'answered shop.example MX = ',
    ),
    dns(
      'a text in two pieces',
      { name: 'shop.example', type: 'TXT', answers: { allOf: ['first half, second half'] } },
      'ok',
      'answered shop.example TXT = ',
    ),
    dns(
      'the serial number of a zone',
      { name: 'shop.example', type: 'SOA', answers: { allOf: ['2026112101', 'ns.shop.example'] } },
      'ok',
      'SOA = ns.shop.example hostmaster.shop.example 2026112101',
    ),
    dns(
      'a service',
      {
        name: '_imaps._tcp.shop.example',
        type: 'SRV',
        answers: { allOf: ['0 5 993 mail.shop.example'] },
      },
      'ok',
      'SRV = 0 5 993 mail.shop.example',
    ),
    dns('an alias within the zone', { ...www, name: 'shop.shop.example' }, 'ok', '(+1)'),
    dns(
      'an alias into a zone that the server does not have',
      { name: 'away.shop.example' },
      'critical',
      'has no record for away.shop.example A',
    ),
    dns(
      'a name that a wildcard answers',
      { name: 'any.wild.shop.example', answers: { allOf: ['192.0.2.99'] } },
      'ok',
      'any.wild.shop.example A = 192.0.2.99',
    ),
    dns(
      'one of several addresses wanted',
      { name: 'www.shop.example', answers: { anyOf: ['192.0.2.77', '192.0.2.11'] } },
      'ok',
      '(+1)',
    ),
    dns(
      'a wrong address',
      { name: 'www.shop.example', answers: { allOf: ['192.0.2.10', '192.0.2.12'] } },
      'critical',
      'has no "192.0.2.12" in its answer for www.shop.example A: 192.0.2.1',
    ),
    dns(
      'an old serial number',
      { name: 'shop.example', type: 'SOA', answers: { allOf: ['2026112100'] } },
      'critical',
      'has no "2026112100" in its answer',
    ),
    dns(
      'a name without a record of the type',
      { name: 'mail.shop.example', type: 'AAAA' },
      'critical',
      'has no record for mail.shop.example AAAA',
    ),
    dns(
      'a name that does not exist',
      { name: 'gone.shop.example' },
      'critical',
      'says that gone.shop.example does not exist (NXDOMAIN)',
    ),
    dns(
      'a zone that it does not serve',
      { name: 'other.example' },
      'critical',
      'answered REFUSED for other.example A',
    ),
    dns(
      'a zone whose file is lost',
      { name: 'lost.example', type: 'SOA' },
      'critical',
      'answered SERVFAIL for lost.example SOA',
    ),
    dns(
      'an answer that no datagram holds, so that it comes by TCP',
      { name: 'big.shop.example', type: 'TXT', answers: { allOf: [longText(0), longText(11)] } },
      'ok',
      '(+11)',
    ),
  ]);
});
