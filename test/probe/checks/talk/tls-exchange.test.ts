import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  createServer,
  getCACertificates,
  setDefaultCACertificates,
  type TLSSocket,
  type TlsOptions,
} from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  daysLeft,
  explainTlsFailure,
  startTls,
  TlsFailed,
} from '../../../../lambdas/probe/checks/talk/tls-exchange.ts';
import { type Certificate, makeAuthority, makeCertificate } from '../../certificate.ts';
import { at } from '../../run-monitor.ts';
import { closeServersAfterEach, listen, startTcp } from '../../tcp-server.ts';

closeServersAfterEach();

const authority = makeAuthority('Test Authority');
beforeAll(() => setDefaultCACertificates([...getCACertificates('bundled'), authority.cert]));

const day = 86_400_000;
const trusted = (...names: string[]) => makeCertificate({ names, issuer: authority });

const startServer = (certificate: Certificate, options: TlsOptions = {}) =>
  listen(
    createServer({ ...certificate, ...options }, (socket) => socket.on('error', () => {}).write('hello')),
  );

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket.on('error', () => {});
}

const never = new AbortController().signal;

/** What came of a handshake: the socket, or the error; and the socket below it. */
async function shakeHands(port: number, serverName = 'mail.example', verify = true, signal = never) {
  const below = await open(port);
  const result: unknown = await startTls(below, { serverName, verify, signal }).catch((error) => error);
  return { below, result };
}

describe('startTls', () => {
  it('given a trusted certificate, when hands are shaken, then the talk goes on inside and the days are known', async () => {
    const certificate = makeCertificate({
      names: ['mail.example'],
      issuer: authority,
      notAfter: new Date(Date.parse(at) + 10.5 * day),
    });
    const { below, result } = await shakeHands(await startServer(certificate));
    const tls = result as TLSSocket;
    expect(String((await once(tls, 'data'))[0])).toBe('hello');
    expect(daysLeft(tls, at)).toBeCloseTo(10.5, 4);
    below.destroy();
    await once(tls, 'close');
    expect(tls.destroyed).toBe(true);
  });

  it('given a certificate for an address, when the address is the name, then it is believed and no SNI is sent', async () => {
    const server = createServer(trusted('127.0.0.1'), (socket) => socket.write(String(socket.servername)));
    const { below, result } = await shakeHands(await listen(server), '127.0.0.1');
    expect(String((await once(result as TLSSocket, 'data'))[0])).toBe('false');
    below.destroy();
  });

  const wrong = [
    {
      given: 'a certificate for another name',
      certificate: () => trusted('other.example'),
      fault: 'wrong-name',
      said: 'its certificate is for another host name',
    },
    {
      given: 'a certificate that has ended',
      certificate: () =>
        makeCertificate({
          names: ['mail.example'],
          issuer: authority,
          notBefore: new Date(Date.parse(at) - 90 * day),
          notAfter: new Date(Date.now() - day),
        }),
      fault: 'expired',
      said: 'its certificate has expired',
    },
    {
      given: 'a certificate that has not begun',
      certificate: () =>
        makeCertificate({
          names: ['mail.example'],
          issuer: authority,
          notBefore: new Date(Date.now() + day),
          notAfter: new Date(Date.now() + 9 * day),
        }),
      fault: 'not-yet-valid',
      said: 'its certificate is not valid yet',
    },
    {
      given: 'a certificate that signed itself',
      certificate: () => makeCertificate({ names: ['mail.example'] }),
      fault: 'untrusted',
      said: 'its certificate is self-signed',
    },
    {
      given: 'a certificate of an unknown authority',
      certificate: () => makeCertificate({ names: ['mail.example'], issuer: makeAuthority('Nobody') }),
      fault: 'untrusted',
      said: 'its certificate comes from an unknown authority, or the one between is missing',
    },
  ];
  for (const { given, certificate, fault, said } of wrong) {
    it(`given ${given}, when it is verified, then the fault is ${fault} and both sockets are closed`, async () => {
      const { below, result } = await shakeHands(await startServer(certificate()));
      expect(result).toBeInstanceOf(TlsFailed);
      expect(result).toMatchObject({ fault });
      expect(explainTlsFailure(result as TlsFailed).en).toBe(`failed in the TLS handshake: ${said}`);
      expect(explainTlsFailure(result as TlsFailed).ja).toMatch(/^との TLS 接続に失敗しました: .*証明書/);
      expect(below.destroyed).toBe(true);
    });

    it(`given ${given}, when it is not verified, then the talk goes on`, async () => {
      const { below, result } = await shakeHands(await startServer(certificate()), 'mail.example', false);
      expect(String((await once(result as TLSSocket, 'data'))[0])).toBe('hello');
      below.destroy();
    });
  }

  const noTls = [
    { given: 'a service that talks plainly', talk: (socket: Socket) => socket.write('220 hello\r\n') },
    { given: 'bytes at random', talk: (socket: Socket) => socket.write(Buffer.alloc(100_000, 0xa7)) },
    {
      given: 'an alert',
      talk: (socket: Socket) => socket.write(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])),
    },
  ];
  for (const { given, talk } of noTls) {
    it(`given ${given}, when hands are shaken, then the fault is of the protocol`, async () => {
      const { below, result } = await shakeHands(await startTcp(talk));
      expect(result).toMatchObject({ fault: 'protocol', code: expect.stringMatching(/^E/) });
      expect(below.destroyed).toBe(true);
    });
  }

  const gone = [
    { given: 'a peer that closes', talk: (socket: Socket) => socket.end() },
    {
      given: 'a peer that resets after the first bytes',
      talk: (socket: Socket) => socket.on('data', () => socket.resetAndDestroy()),
    },
  ];
  for (const { given, talk } of gone) {
    it(`given ${given}, when hands are shaken, then the error is that of the connection`, async () => {
      const { below, result } = await shakeHands(await startTcp(talk));
      expect(result).not.toBeInstanceOf(TlsFailed);
      expect(result).toMatchObject({ code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) });
      expect(below.destroyed).toBe(true);
    });
  }

  it('given a silent peer, when the signal comes, then its reason is thrown and both sockets are closed', async () => {
    const stop = new AbortController();
    const port = await startTcp((socket) => socket.on('data', () => stop.abort(new Error('time is up'))));
    const { below, result } = await shakeHands(port, 'mail.example', true, stop.signal);
    expect(result).toMatchObject({ message: 'time is up' });
    expect(below.destroyed).toBe(true);
  });

  it('given a socket that is closed already, when hands are to be shaken, then it is an error at once', async () => {
    const below = await open(await startTcp(() => {}));
    below.destroy();
    const handshake = startTls(below, { serverName: 'mail.example', verify: true, signal: never });
    await expect(handshake).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
