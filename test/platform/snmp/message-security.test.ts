import fc from 'fast-check';
import snmp from 'net-snmp';
import { describe, expect, it } from 'vitest';
import { boundKeyCache } from '../../../platform/snmp/key-cache.ts';
import { kindOfV3Message } from '../../../platform/snmp/message-security.ts';

const tlv = (tag: number, ...parts: (Buffer | number[])[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const int = (...bytes: number[]) => tlv(0x02, bytes);

const message = (version: number, flags: number, pduTag: number, engineId: number[] = []) =>
  tlv(
    0x30,
    int(version),
    tlv(0x30, int(1, 2, 3), int(0, 255, 227), tlv(0x04, [flags]), int(3)),
    tlv(0x04, tlv(0x30, tlv(0x04, engineId), int(0), int(0), tlv(0x04, []), tlv(0x04, []), tlv(0x04, []))),
    tlv(0x30, tlv(0x04, [1, 2, 3, 4]), tlv(0x04, []), tlv(pduTag, int(1))),
  );

describe('what an authPriv session believes', () => {
  const cases = [
    { given: 'an encrypted, authenticated message', bytes: message(3, 0b011, 0xa2), then: 'protected' },
    { given: 'the same with the reportable flag', bytes: message(3, 0b111, 0xa2), then: 'protected' },
    { given: 'a plain report', bytes: message(3, 0b000, 0xa8), then: 'report' },
    { given: 'a plain response', bytes: message(3, 0b000, 0xa2), then: undefined },
    {
      given: 'an authenticated response without encryption',
      bytes: message(3, 0b001, 0xa2),
      then: undefined,
    },
    { given: 'a v2c message', bytes: message(1, 0b011, 0xa2), then: undefined },
    {
      given: 'an engine id of 32 bytes',
      bytes: message(3, 0b011, 0xa2, new Array(32).fill(1)),
      then: 'protected',
    },
    {
      given: 'an engine id of 33 bytes',
      bytes: message(3, 0b011, 0xa2, new Array(33).fill(1)),
      then: undefined,
    },
    { given: 'nothing', bytes: Buffer.alloc(0), then: undefined },
    { given: 'a message cut in its header', bytes: message(3, 0b011, 0xa2).subarray(0, 12), then: undefined },
  ];
  for (const { given, bytes, then } of cases) {
    it(`given ${given}, then it is ${then ?? 'dropped'}`, () => {
      expect(kindOfV3Message(bytes)).toBe(then);
    });
  }

  it('given any bytes, then it answers and does not throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(['protected', 'report', undefined]).toContain(kindOfV3Message(Buffer.from(bytes)));
      }),
    );
  });
});

describe('keys that the library derives', () => {
  const keys = () => Object.keys(snmp.Authentication.authToKeyCache).length;
  const fill = (count: number) => {
    snmp.Authentication.authToKeyCache = Object.fromEntries(
      Array.from({ length: count }, (_, i) => [`k${i}`, Buffer.alloc(1)]),
    );
  };

  it('given more than twenty thousand keys, when a thousand sessions were made, then they are dropped', () => {
    fill(20_001);
    for (let i = 0; i < 1000; i++) boundKeyCache();
    expect(keys()).toBe(0);
  });

  it('given fewer, when a thousand sessions were made, then they stay', () => {
    fill(20_000);
    for (let i = 0; i < 1000; i++) boundKeyCache();
    expect(keys()).toBe(20_000);
  });
});
