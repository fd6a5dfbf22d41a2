import { type Answer, TRUNCATED_RESPONSE } from 'dns-packet';
import { startNsd } from '../servers/nsd.ts';
import { differs, rowsOf, soon, type Target } from './row.ts';
import { nobodyListens, shared } from './scripted.ts';
import { dnsServer, records } from './scripted-dns.ts';

const zone = `$ORIGIN shop.example.
$TTL 300
@ IN SOA ns1 hostmaster 2026112101 3600 600 86400 300
@ IN NS ns1
@ IN MX 10 mail
@ IN TXT "v=spf1 -all"
ns1 IN A 192.0.2.1
www IN A 192.0.2.10
www IN AAAA 2001:db8::10
many IN A 192.0.2.20
many IN A 192.0.2.21
alias IN CNAME www
_sip._tcp IN SRV 5 10 5060 www
big IN TXT "${'a'.repeat(250)}" "${'b'.repeat(250)}" "${'c'.repeat(250)}"
`;
const nsd = shared(() => startNsd({ zones: { 'shop.example': zone, 'lost.example': undefined } }));
const nsdPort: Target = async () => (await nsd()).port;

const name = 'www.shop.example';
const a = (data: string, owner = name): Answer => ({ type: 'A', name: owner, ttl: 60, data });

const because = {
  digFails:
    'check_dig warns when dig ends without an answer. Resolvers end so, too, and nobody finds the name',
  digWarns:
    'check_dig warns of an answer without the expected record. What resolves to the wrong place is down, or in the hands of somebody else',
} as const;

const asked = (host: string) => ({ args: ['-H', host], settings: { name: host } });

const checkDnsRows = rowsOf({ plugin: 'check_dns', check: 'dns' }, [
  { given: 'NSD, a name with an address', target: nsdPort, ...asked(name), says: 'ok' },
  {
    given: 'NSD, the expected address',
    target: nsdPort,
    args: ['-H', name, '-a', '192.0.2.10,2001:db8::10'],
    settings: { name, answers: { allOf: ['192.0.2.10'] } },
    says: 'ok',
  },
  {
    given: 'NSD, another address than the expected one',
    target: nsdPort,
    args: ['-H', name, '-a', '192.0.2.99'],
    settings: { name, answers: { allOf: ['192.0.2.99'] } },
    says: 'critical',
  },
  {
    given: 'NSD, one of two addresses is expected',
    target: nsdPort,
    args: ['-H', 'many.shop.example', '-a', '192.0.2.20', '-a', '192.0.2.21'],
    settings: { name: 'many.shop.example', answers: { anyOf: ['192.0.2.20'] } },
    says: 'ok',
  },
  {
    given: 'NSD, a name that leads to another by CNAME',
    target: nsdPort,
    ...asked('alias.shop.example'),
    says: 'ok',
  },
  {
    given: 'NSD, a name that is not there (NXDOMAIN)',
    target: nsdPort,
    ...asked('nobody.shop.example'),
    says: 'critical',
  },
  {
    given: 'NSD, a name of a zone that it does not serve (REFUSED)',
    target: nsdPort,
    ...asked('www.other.example'),
    says: 'critical',
  },
  {
    given: 'NSD, a zone whose file is lost (SERVFAIL)',
    target: nsdPort,
    ...asked('www.lost.example'),
    says: 'critical',
  },
  { given: 'NSD, a name without an address', target: nsdPort, ...asked('shop.example'), says: 'critical' },
  {
    given: 'a server that cannot read the question (FORMERR)',
    target: dnsServer(records([], { rcode: 1 })),
    ...asked(name),
    says: 'critical',
  },
  {
    given: 'a server that knows no such question (NOTIMP)',
    target: dnsServer(records([], { rcode: 4 })),
    ...asked(name),
    says: 'critical',
  },
  {
    given: 'a server that keeps silent',
    target: dnsServer(() => undefined),
    ...asked(name),
    ...soon,
    says: 'critical',
  },
  { given: 'a port where nobody listens', target: nobodyListens, ...asked(name), says: 'critical' },
]);

const dig = (host: string, type: string, expected: string) => ({
  args: ['-l', host, '-T', type, '-a', expected],
  settings: { name: host, type, answers: { allOf: [expected.replace(/"/g, '')] } },
});

const checkDigRows = rowsOf({ plugin: 'check_dig', check: 'dns' }, [
  {
    given: 'NSD, the expected IPv6 address',
    target: nsdPort,
    ...dig(name, 'AAAA', '2001:db8::10'),
    says: 'ok',
  },
  {
    given: 'NSD, the expected mail server',
    target: nsdPort,
    args: ['-l', 'shop.example', '-T', 'MX', '-a', '10 mail.shop.example.'],
    settings: { name: 'shop.example', type: 'MX', answers: { allOf: ['10 mail.shop.example.'] } },
    says: 'ok',
  },
  {
    given: 'NSD, another mail server than the expected one',
    target: nsdPort,
    args: ['-l', 'shop.example', '-T', 'MX', '-a', 'mx.other.example.'],
    settings: { name: 'shop.example', type: 'MX', answers: { allOf: ['mx.other.example.'] } },
    says: differs('critical', 'warning', because.digWarns),
  },
  {
    given: 'NSD, the expected text',
    target: nsdPort,
    ...dig('shop.example', 'TXT', '"v=spf1 -all"'),
    says: 'ok',
  },
  {
    given: 'NSD, the expected service',
    target: nsdPort,
    ...dig('_sip._tcp.shop.example', 'SRV', '5 10 5060 www.shop.example.'),
    says: 'ok',
  },
  {
    given: 'NSD, the expected serial number',
    target: nsdPort,
    args: ['-l', 'shop.example', '-T', 'SOA', '-a', '2026112101'],
    settings: { name: 'shop.example', type: 'SOA', answers: { allOf: ['2026112101'] } },
    says: 'ok',
  },
  {
    given: 'NSD, an answer that is too long for UDP',
    target: nsdPort,
    args: ['-l', 'big.shop.example', '-T', 'TXT', '-A', '+noedns', '-a', 'aaaa'],
    settings: { name: 'big.shop.example', type: 'TXT' },
    says: 'ok',
  },
  {
    given: 'NSD, no record of the type',
    target: nsdPort,
    args: ['-l', 'ns1.shop.example', '-T', 'AAAA'],
    settings: { name: 'ns1.shop.example', type: 'AAAA' },
    says: 'critical',
  },
  {
    given: 'a cut answer, and nobody at the TCP port',
    target: dnsServer(records([], { flags: TRUNCATED_RESPONSE }), () => undefined),
    args: ['-l', name],
    settings: { name },
    limitSeconds: 3,
    says: differs('critical', 'warning', because.digFails),
  },
  {
    given: 'an answer to another question',
    target: dnsServer(({ id }) =>
      records([a('192.0.2.10', 'www.other.example')])(
        { id: id ?? 0, questions: [{ type: 'A', name: 'www.other.example' }] },
        Buffer.alloc(0),
      ),
    ),
    args: ['-l', name],
    settings: { name },
    ...soon,
    says: 'critical',
  },
  {
    given: 'answers under another number',
    target: dnsServer((query) =>
      records([a('192.0.2.10')])({ ...query, id: ((query.id ?? 0) + 1) % 65_536 }, Buffer.alloc(0)),
    ),
    args: ['-l', name],
    settings: { name },
    ...soon,
    says: 'critical',
  },
  {
    given: 'an answer that is cut off in its head',
    target: dnsServer((_, bytes) => bytes.subarray(0, 6)),
    args: ['-l', name],
    settings: { name },
    ...soon,
    says: 'critical',
  },
]);

export const dnsRows = [...checkDnsRows, ...checkDigRows];
