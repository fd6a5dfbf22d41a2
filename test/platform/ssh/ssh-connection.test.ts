import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openSshConnection, SshFailure } from '../../../platform/ssh/ssh-connection.ts';
import { type SshServerOptions, startSshServer } from './ssh-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(options: SshServerOptions = {}) {
  const server = await startSshServer(options);
  closers.push(server.close);
  return server;
}

const inTime = () => AbortSignal.timeout(5_000);
const limits = { timeoutMs: 2_000, maxBytes: 1_000 };

async function failureOf(attempt: Promise<unknown>): Promise<SshFailure> {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SshFailure)) throw new Error(`wanted an SshFailure, got ${String(error)}`);
  return error;
}

describe('logging in', () => {
  for (const keyType of ['ed25519', 'ecdsa', 'rsa'] as const) {
    it(`given a server whose only host key is ${keyType} and pinned, when it is logged in to, then commands run`, async () => {
      const { target } = await serve({ keyType });
      const connection = await openSshConnection(target, inTime());
      expect(await connection.run('uptime', limits)).toMatchObject({
        exitCode: 0,
        output: 'ran uptime\n',
        truncated: false,
      });
      connection.close();
    });
  }

  it('given another host key than the pinned one, when it is logged in to, then no log-in is tried and the message says both keys', async () => {
    const logins: string[] = [];
    const { target, hostKey } = await serve({ onLogin: (user) => logins.push(user) });
    const pinned = `SHA256:${'A'.repeat(43)}`;
    const failure = await failureOf(openSshConnection({ ...target, hostKey: pinned }, inTime()));
    expect(failure.reason).toBe('host-key-mismatch');
    expect(failure.message).toBe(
      `127.0.0.1:${target.port} has another host key than the pinned ${pinned}: ${hostKey}; if the server was rebuilt, pin the new key after asking the customer`,
    );
    expect(logins).toEqual([]);
  });

  it('given a wrong password, when it is logged in to, then the refusal is told without the password', async () => {
    const { target } = await serve();
    const failure = await failureOf(openSshConnection({ ...target, password: 'hunter2-secret' }, inTime()));
    expect(failure.reason).toBe('refused-login');
    expect(`${failure.message} ${String(failure.cause)}`).not.toContain('hunter2-secret');
  });

  it('given a damaged private key, when it is logged in to, then the message says what to do and holds nothing of it', async () => {
    const { target } = await serve();
    const { password: _password, ...rest } = target;
    const failure = await failureOf(openSshConnection({ ...rest, privateKey: 'not-a-key-XYZZY' }, inTime()));
    expect(failure.reason).toBe('bad-key');
    expect(failure.message).not.toContain('XYZZY');
  });

  it('given nothing listening, when it is logged in to, then it is unreachable', async () => {
    const { target, close } = await startSshServer();
    await close();
    expect((await failureOf(openSshConnection(target, inTime()))).reason).toBe('unreachable');
  });

  it('given a peer that accepts and never speaks, when the time is over, then the attempt ends', async () => {
    const silent = createServer((socket) => void socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => silent.close(() => resolve())));
    const { port } = silent.address() as AddressInfo;
    const target = {
      address: '127.0.0.1',
      port,
      user: 'x',
      hostKey: `SHA256:${'A'.repeat(43)}`,
      password: 'y',
    };
    expect((await failureOf(openSshConnection(target, AbortSignal.timeout(200)))).reason).toBe('timed-out');
  });

  it('given a peer that sends garbage, when it is logged in to, then it is unreachable and nothing is left open', async () => {
    const noisy = createServer((socket) => {
      socket.on('error', () => {});
      socket.resume();
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'.repeat(100));
    });
    await new Promise<void>((resolve) => noisy.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => noisy.close(() => resolve())));
    const { port } = noisy.address() as AddressInfo;
    const target = {
      address: '127.0.0.1',
      port,
      user: 'x',
      hostKey: `SHA256:${'A'.repeat(43)}`,
      password: 'y',
    };
    expect((await failureOf(openSshConnection(target, AbortSignal.timeout(2_000)))).reason).toMatch(
      /unreachable|timed-out/,
    );
  });
});

describe('running a command', () => {
  const cases = [
    {
      given: 'a command that floods',
      exec: ((_command, channel) => {
        const flood = () => {
          let more = channel.writable;
          while (more) more = channel.write('x'.repeat(8_192));
        };
        channel.on('drain', flood);
        channel.on('error', () => {});
        flood();
      }) satisfies SshServerOptions['exec'],
      then: 'the first bytes are kept and it is cut off',
      wanted: { output: 'x'.repeat(1_000), truncated: true },
    },
    {
      given: 'a command whose output ends at the limit within a character',
      exec: ((_command, channel) => void channel.write('語'.repeat(400))) satisfies SshServerOptions['exec'],
      then: 'what came of the character is left out',
      wanted: { output: '語'.repeat(333), truncated: true },
    },
    {
      given: 'a command that hangs',
      exec: ((_command, channel) => void channel.write('half')) satisfies SshServerOptions['exec'],
      then: 'it is ended by its time limit with what it said',
      wanted: { output: 'half', timedOut: true },
    },
    {
      given: 'a command that fails',
      exec: ((_command, channel) => {
        channel.stderr.write('no such unit\n');
        channel.exit(4);
        channel.end();
      }) satisfies SshServerOptions['exec'],
      then: 'its exit code and its error output are kept',
      wanted: { exitCode: 4, output: 'no such unit\n', truncated: false, timedOut: false },
    },
  ];
  for (const { given, exec, then, wanted } of cases) {
    it(`given ${given}, when it is run, then ${then}`, async () => {
      const { target } = await serve({ exec });
      const connection = await openSshConnection(target, inTime());
      expect(await connection.run('x', { timeoutMs: 400, maxBytes: 1_000 })).toMatchObject(wanted);
      connection.close();
    });
  }

  it('given a connection that is lost, when a command runs, then it ends without an exit code', async () => {
    const { target } = await serve({ exec: (_command, channel) => void channel.write('gone') });
    const stop = new AbortController();
    const connection = await openSshConnection(target, stop.signal);
    const running = connection.run('x', { timeoutMs: 4_000, maxBytes: 100 });
    stop.abort();
    const result = await running;
    expect(result.exitCode).toBeUndefined();
    expect(result.timedOut).toBe(false);
  });
});
