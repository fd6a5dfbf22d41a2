import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reach } from '../../../core/server.ts';
import { AddressRefused, NameNotFound, resolveTarget } from '../../../platform/network/target-address.ts';

const names =
  (...found: string[]) =>
  async () =>
    found.map((address) => ({ address }));

const resolve = (host: string, reach: Reach = 'internet', localAllowed = false) =>
  resolveTarget(host, reach, { localAllowed, lookup: names(host) });

/** By reach: internet, vpn, local, local on one machine. */
type Row = readonly [address: string, allowed: string, connectsTo?: string];

const everywhere = 'internet vpn local here';
const privately = 'vpn local here';
const rows: readonly Row[] = [
  ['8.8.8.8', everywhere],
  ['1.1.1.1', everywhere],
  ['172.15.255.255', everywhere],
  ['172.32.0.0', everywhere],
  ['100.63.255.255', everywhere],
  ['100.128.0.0', everywhere],
  ['2606:4700:4700::1111', everywhere],
  ['2400:cb00::1', everywhere],
  ['::ffff:8.8.8.8', everywhere, '8.8.8.8'],
  ['64:ff9b::8.8.8.8', everywhere, '64:ff9b::808:808'],
  ['10.0.0.0', privately],
  ['10.255.255.255', privately],
  ['172.16.0.1', privately],
  ['172.31.255.254', privately],
  ['192.168.0.1', privately],
  ['100.64.0.1', privately],
  ['fc00::1', privately],
  ['fd12:3456::1', privately],
  ['::ffff:10.1.2.3', privately, '10.1.2.3'],
  ['64:ff9b::10.1.2.3', privately, '64:ff9b::a01:203'],
  ['127.0.0.1', 'here'],
  ['127.255.255.254', 'here'],
  ['::1', 'here'],
  ['::ffff:127.0.0.1', 'here', '127.0.0.1'],
  ['::ffff:7f00:1', 'here', '127.0.0.1'],
  ['64:ff9b::127.0.0.1', 'here', '64:ff9b::7f00:1'],
  ['0.0.0.0', ''],
  ['0.1.2.3', ''],
  ['::', ''],
  ['169.254.169.254', ''],
  ['169.254.170.2', ''],
  ['169.254.0.1', ''],
  ['::ffff:169.254.169.254', ''],
  ['64:ff9b::a9fe:a9fe', ''],
  ['fd00:ec2::254', ''],
  ['fd00:ec2::23', ''],
  ['fd20:ce::254', ''],
  ['100.100.100.200', ''],
  ['168.63.129.16', ''],
  ['192.0.0.192', ''],
  ['fe80::1', ''],
  ['fe80::1%eth0', ''],
  ['fec0::1', ''],
  ['224.0.0.1', ''],
  ['239.255.255.255', ''],
  ['ff02::1', ''],
  ['240.0.0.1', ''],
  ['255.255.255.255', ''],
  ['192.0.2.1', ''],
  ['198.51.100.1', ''],
  ['203.0.113.1', ''],
  ['198.18.0.1', ''],
  ['192.88.99.1', ''],
  ['2001:db8::1', ''],
  ['2002:7f00:1::', ''],
  ['2002:808:808::1', ''],
  ['2001:0:53aa:64c::1', ''],
  ['64:ff9b:1::8.8.8.8', ''],
  ['::8.8.8.8', ''],
  ['::127.0.0.1', ''],
  ['100::1', ''],
  ['4000::1', ''],
];

describe('where probes may go', () => {
  const reaches = [
    { reach: 'internet', localAllowed: true, word: 'internet' },
    { reach: 'vpn', localAllowed: true, word: 'vpn' },
    { reach: 'local', localAllowed: false, word: 'local' },
    { reach: 'local', localAllowed: true, word: 'here' },
  ] as const;
  for (const [address, allowed, connectsTo = address] of rows) {
    for (const { reach, localAllowed, word } of reaches) {
      const isAllowed = allowed.split(' ').includes(word);
      it(`given ${address} and reach ${reach}${word === 'here' ? ' on one machine' : ''}, then it is ${isAllowed ? 'reached' : 'refused'}`, async () => {
        const work = resolve(address, reach, localAllowed);
        if (isAllowed) {
          expect(await work).toEqual({ address: connectsTo, family: connectsTo.includes(':') ? 6 : 4 });
        } else {
          await expect(work).rejects.toBeInstanceOf(AddressRefused);
        }
      });
    }
  }
});

describe('odd spellings', () => {
  const odd = [
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '127.1',
    '0177.0.0.1',
    '127.0.0.01',
    '127.0.0.1.',
    '１２７.０.０.１',
    '127。0。0。1',
    '[::1]',
    '[2606:4700:4700::1111]',
    '1.1.1.1:80',
    'a b',
    'a\nb',
    '-x.example',
    'x..example',
    '',
    '.',
    'http://example.jp/',
    'user@example.jp',
    `${'a'.repeat(64)}.example`,
    'a/../b',
  ];
  for (const host of odd) {
    it(`given ${JSON.stringify(host)}, when it is resolved, then it is refused unasked`, async () => {
      const lookup = () => expect.fail('the resolver was asked');
      const work = resolveTarget(host, 'local', { localAllowed: true, lookup });
      await expect(work).rejects.toBeInstanceOf(AddressRefused);
    });
  }

  it('given a name in Japanese, when it is resolved, then the resolver is asked in ASCII', async () => {
    const asked: string[] = [];
    const lookup = async (host: string) => {
      asked.push(host);
      return [{ address: '8.8.8.8' }];
    };
    await resolveTarget('日本語.example', 'internet', { localAllowed: false, lookup });
    expect(asked).toEqual(['xn--wgv71a119e.example']);
  });
});

describe('names', () => {
  const given = (...found: string[]) => ({ localAllowed: false, lookup: names(...found) });

  it('given a name with IPv6 first, when it is resolved, then IPv4 is connected to', async () => {
    const found = await resolveTarget('web.example', 'internet', given('2606:4700::1', '8.8.8.8', '8.8.4.4'));
    expect(found).toEqual({ address: '8.8.8.8', family: 4 });
  });

  for (const forbidden of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1']) {
    it(`given a name with a public address and ${forbidden}, when it is resolved, then the whole name is refused`, async () => {
      const work = resolveTarget('web.example', 'internet', given('8.8.8.8', forbidden));
      await expect(work).rejects.toThrow(AddressRefused);
    });
  }

  it('given a name that changes its address, when it is resolved, then it was asked once and that answer stands', async () => {
    const answers = ['8.8.8.8', '127.0.0.1'];
    const lookup = async () => [{ address: answers.shift() ?? expect.fail('asked a third time') }];
    const found = await resolveTarget('rebinding.example', 'internet', { localAllowed: false, lookup });
    expect(found.address).toBe('8.8.8.8');
    expect(answers).toEqual(['127.0.0.1']);
  });

  for (const code of ['ENOTFOUND', 'ENODATA']) {
    it(`given a resolver that says ${code}, then the name does not exist, which is a result`, async () => {
      const lookup = () => Promise.reject(Object.assign(new Error('x'), { code }));
      const work = resolveTarget('gone.example', 'internet', { localAllowed: false, lookup });
      await expect(work).rejects.toBeInstanceOf(NameNotFound);
    });
  }

  it('given a resolver that has no answer, then it is a fault of ours that names the host', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('x'), { code: 'EAI_AGAIN' }));
    const work = resolveTarget('web.example', 'internet', { localAllowed: false, lookup });
    await expect(work).rejects.toThrow(
      "web.example could not be resolved (EAI_AGAIN); see the probe's name servers",
    );
  });

  it('given a resolver that stalls, when the signal ends the wait, then it is a fault of ours', async () => {
    const stop = new AbortController();
    const lookup = () => new Promise<never>(() => {});
    const work = resolveTarget('slow.example', 'internet', {
      localAllowed: false,
      lookup,
      signal: stop.signal,
    });
    stop.abort(new Error('time is up'));
    await expect(work).rejects.toThrow(
      "slow.example could not be resolved in time; see the probe's name servers",
    );
  });

  it('given localhost, when the real resolver is asked, then it is refused to all but local servers of one machine', async () => {
    await expect(resolveTarget('localhost', 'vpn', { localAllowed: true })).rejects.toBeInstanceOf(
      AddressRefused,
    );
    const found = await resolveTarget('localhost', 'local', { localAllowed: true });
    expect(['127.0.0.1', '::1']).toContain(found.address);
  });
});

describe('messages', () => {
  const cases = [
    {
      host: '10.0.0.5',
      message: '10.0.0.5 is a private address; write reach: vpn if the server is reached by a VPN',
    },
    {
      host: '127.0.0.1',
      message:
        "127.0.0.1 is the probe's own loopback; only a server with reach: local may use it, and only on one machine",
    },
    {
      host: '169.254.169.254',
      message: "169.254.169.254 is a cloud's metadata service; give the address of the server",
    },
    {
      host: '0x7f.1',
      message:
        '"0x7f.1" is neither a host name nor an IP address in its usual form; write a name, an IPv4 address like 192.0.2.1 or an IPv6 address like 2001:db8::1',
    },
  ];
  for (const { host, message } of cases) {
    it(`given ${host}, then the refusal says what, where and the mend`, async () => {
      await expect(resolve(host)).rejects.toThrow(message);
    });
  }

  it('given a name, then the refusal names it and what it led to', async () => {
    const work = resolveTarget('db.example', 'internet', { localAllowed: false, lookup: names('10.0.0.5') });
    await expect(work).rejects.toMatchObject({
      text: {
        en: 'db.example (10.0.0.5) is a private address; write reach: vpn if the server is reached by a VPN',
        ja: 'db.example (10.0.0.5) はプライベートアドレスです。VPN で届くサーバーなら reach: vpn と書いてください',
      },
    });
  });
});

describe('rules', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const inside = fc.oneof(
    fc.tuple(fc.constant(10), octet, octet, octet),
    fc.tuple(fc.constant(127), octet, octet, octet),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
    fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
    fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
    fc.tuple(fc.constant(0), octet, octet, octet),
  );
  const hex = (a: number, b: number) => ((a << 8) | b).toString(16);
  const spellings: ((a: number, b: number, c: number, d: number) => string)[] = [
    (a, b, c, d) => `${a}.${b}.${c}.${d}`,
    (a, b, c, d) => `::ffff:${a}.${b}.${c}.${d}`,
    (a, b, c, d) => `::FFFF:${hex(a, b)}:${hex(c, d)}`,
    (a, b, c, d) => `0:0:0:0:0:ffff:${hex(a, b)}:${hex(c, d)}`,
    (a, b, c, d) => `64:ff9b::${hex(a, b)}:${hex(c, d)}`,
    (a, b, c, d) => `2002:${hex(a, b)}:${hex(c, d)}::1`,
    (a, b, c, d) => `::${hex(a, b)}:${hex(c, d)}`,
    (a, b, c, d) => String(((a << 24) | (b << 16) | (c << 8) | d) >>> 0),
    (a, b, c, d) => `0x${hex(a, b)}${hex(c, d).padStart(4, '0')}`,
    (a, b, c, d) => `0${a.toString(8)}.0${b.toString(8)}.0${c.toString(8)}.0${d.toString(8)}`,
  ];

  it('given an address that the internet does not route, when it is spelled in any way, then it is refused', async () => {
    await fc.assert(
      fc.asyncProperty(inside, fc.constantFrom(...spellings), async ([a, b, c, d], spell) => {
        await expect(resolve(spell(a, b, c, d))).rejects.toBeInstanceOf(AddressRefused);
      }),
      { numRuns: 500 },
    );
  });

  it('given any addresses under one name, when one alone is refused, then the name is', async () => {
    const any = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      inside.map((parts) => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 5 }), async (found) => {
        const alone = await Promise.all(
          found.map((address) =>
            resolve(address).then(
              () => true,
              () => false,
            ),
          ),
        );
        const together = await resolveTarget('web.example', 'internet', {
          localAllowed: false,
          lookup: names(...found),
        }).then(
          () => true,
          () => false,
        );
        expect(together).toBe(alone.every(Boolean));
      }),
      { numRuns: 500 },
    );
  });

  it('given any text as host, then it is refused, not found, or leads to an address that is itself allowed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (host) => {
        const lookup = () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
        const end = await resolveTarget(host, 'internet', { localAllowed: false, lookup }).catch(
          (error) => error,
        );
        if (end instanceof AddressRefused || end instanceof NameNotFound) return;
        expect(await resolve(end.address)).toEqual(end);
      }),
      { numRuns: 500 },
    );
  });
});

describe('one kind of address', () => {
  const both = names('2606:2800:220:1::1', '93.184.215.14');
  const cases = [
    { given: 'a name with both', host: 'web.example', family: 6, lookup: both, end: '2606:2800:220:1::1' },
    { given: 'a name with both', host: 'web.example', family: 4, lookup: both, end: '93.184.215.14' },
    {
      given: 'a name with IPv4 alone',
      host: 'web.example',
      family: 6,
      lookup: names('93.184.215.14'),
      end: 'web.example has no IPv6 address',
    },
    {
      given: 'an IPv4 address',
      host: '93.184.215.14',
      family: 6,
      lookup: both,
      end: '93.184.215.14 is no IPv6 address; take ipVersion out, or give an IPv6 address',
    },
    {
      given: 'a name of which the other address is forbidden',
      host: 'web.example',
      family: 4,
      lookup: names('93.184.215.14', 'fe80::1'),
      end: expect.stringContaining('is a link-local address'),
    },
  ] as const;
  for (const { given, host, family, lookup, end } of cases) {
    it(`given ${given}, when IPv${family} is wanted, then it leads there, or is refused with the reason`, async () => {
      const found = await resolveTarget(host, 'internet', { localAllowed: false, lookup, family }).then(
        ({ address }) => address,
        (error: Error) => error.message,
      );
      expect(found).toEqual(end);
    });
  }
});
