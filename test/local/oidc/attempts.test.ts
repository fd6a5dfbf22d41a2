import { describe, expect, it } from 'vitest';
import { Attempts } from '../../../local/oidc/attempts.ts';

describe('wrong passwords', () => {
  const waits = [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900];
  it('given one name, when it is wrong again and again, then it waits longer each time, up to a quarter of an hour', () => {
    let now = 0;
    const attempts = new Attempts({ now: () => now });
    for (const seconds of waits) {
      attempts.failed('taro@acme.example');
      expect(attempts.waitMs('taro@acme.example')).toBe(seconds * 1000);
      now += seconds * 1000;
      expect(attempts.waitMs('taro@acme.example')).toBe(0);
    }
    for (let more = 0; more < 100; more += 1) attempts.failed('taro@acme.example');
    expect(attempts.waitMs('taro@acme.example')).toBe(900_000);
  });

  it('given a name that waits, when it is written otherwise, then it waits too, and other names do not', () => {
    const attempts = new Attempts({ now: () => 0 });
    for (let times = 0; times < 6; times += 1) attempts.failed('taro@acme.example');
    expect(attempts.waitMs(' TARO@acme.example ')).toBe(2000);
    expect(attempts.waitMs('jiro@acme.example')).toBe(0);
  });

  it('given a name that waited, when the password was right, then it begins anew', () => {
    const attempts = new Attempts({ now: () => 0 });
    for (let times = 0; times < 6; times += 1) attempts.failed('taro@acme.example');
    attempts.succeeded('taro@acme.example');
    attempts.failed('taro@acme.example');
    expect(attempts.waitMs('taro@acme.example')).toBe(0);
  });

  it('given ten thousand names that are made up, when more come, then the oldest is forgotten and not the memory filled', () => {
    const attempts = new Attempts({ now: () => 0 });
    for (let times = 0; times < 6; times += 1) attempts.failed('first');
    for (let name = 0; name < 10_000; name += 1) attempts.failed(`name-${name}`);
    expect(attempts.waitMs('first')).toBe(0);
  });
});
