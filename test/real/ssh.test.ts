import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectToFollow, testCases } from './check.ts';
import { begins, occupy } from './occupy.ts';
import { type RealSshd, startSshd } from './servers/sshd.ts';

let sshd: RealSshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd?.remove());

describe('OpenSSH', () => {
  const expected = { expect: 'SSH-2.0-OpenSSH' };

  it('given sshd, when it stands still, stops and starts, then ssh follows', () =>
    expectToFollow(sshd, 'ssh'));
  it('given sshd, when it stands still, stops and starts, then tcp with its banner follows', () =>
    expectToFollow(sshd, 'tcp', expected));

  testCases([
    { given: 'sshd', server: () => sshd, type: 'ssh', then: 'ok', said: 'sent its SSH banner in' },
    { given: 'its banner', server: () => sshd, type: 'tcp', settings: expected, then: 'ok', said: ' in ' },
    {
      given: 'another banner than the one expected',
      server: () => sshd,
      type: 'tcp',
      settings: { expect: 'SSH-2.0-dropbear' },
      timeLimitMs: 1000,
      then: 'critical',
      said: 'SSH-2.0-dropbear',
    },
    {
      given: 'as many strangers at the door as it lets wait',
      server: async () => {
        const server = await startSshd({ settings: ['MaxStartups 1'] });
        const first = await occupy(server.port, begins('SSH-2.0'));
        return { ...server, remove: () => server.remove().finally(() => first.destroy()) };
      },
      type: 'ssh',
      then: 'critical',
      said: 'sent "Exceeded MaxStartups',
    },
  ]);
});
