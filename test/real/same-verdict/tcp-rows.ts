import { startSshd } from '../servers/sshd.ts';
import { beginningIn, certificateName, endingIn, selfSigned } from './certificates.ts';
import { differs, rowsOf, soon, type Target } from './row.ts';
import {
  after,
  answering,
  closesAtOnce,
  droppingSyns,
  greetsAndCloses,
  greetsAndStays,
  inTls,
  nobodyListens,
  resetsAtOnce,
  shared,
  silent,
  type Talk,
  talking,
} from './scripted.ts';

const sshd = shared(startSshd);
const sshdPort: Target = async () => (await sshd()).port;

const because = {
  mismatch:
    'check_tcp warns by default of an answer without the expected text. A service that says the wrong thing is down for those who need it; with `-M crit` both agree',
  days: 'check_tcp looks at how long a certificate lasts, not at who signed it nor for whom. Clients refuse it for either; `verifyCertificate: false` judges the days alone',
  notYet: 'check_tcp looks at the end of a certificate and not at its beginning; every client refuses it',
  ssh1: 'check_ssh takes any protocol version. No client of the last ten years speaks version 1 (RFC 4253 §5 names 2.0 and 1.99), so nobody can log in',
  halfBanner:
    'check_ssh is content with `SSH-` and any digits behind it. RFC 4253 §4.2 wants the version 2.0 and the software, and clients give up or wait without them',
  linesBefore:
    'RFC 4253 §4.2 lets a server send lines before its banner, and OpenSSH clients skip them; check_ssh reads the first line alone',
} as const;

const stays: Talk = (socket) => socket.resume();

export const tcpRows = rowsOf({ plugin: 'check_tcp', check: 'tcp' }, [
  { given: 'sshd, which accepts a connection', target: sshdPort, says: 'ok' },
  {
    given: 'sshd, which greets as expected',
    target: sshdPort,
    args: ['-e', 'SSH-2.0-OpenSSH', '-M', 'crit'],
    settings: { expect: 'SSH-2.0-OpenSSH' },
    says: 'ok',
  },
  { given: 'a port where nobody listens', target: nobodyListens, says: 'critical' },
  { given: 'a network that drops what is sent', target: droppingSyns, ...soon, says: 'critical' },
  { given: 'a server that accepts and says nothing, with nothing expected', target: silent, says: 'ok' },
  { given: 'a server that accepts and closes, with nothing expected', target: closesAtOnce, says: 'ok' },
  {
    given: 'another text than the expected one, by default',
    target: greetsAndCloses('500 busy\r\n'),
    args: ['-e', '200 ready'],
    settings: { expect: '200 ready' },
    says: differs('critical', 'warning', because.mismatch),
  },
  {
    given: 'another text than the expected one, with -M crit',
    target: greetsAndCloses('500 busy\r\n'),
    args: ['-e', '200 ready', '-M', 'crit'],
    settings: { expect: '200 ready' },
    says: 'critical',
  },
  {
    given: 'another text, and the connection stays open',
    target: greetsAndStays('500 busy\r\n'),
    args: ['-e', '200 ready', '-M', 'crit'],
    settings: { expect: '200 ready' },
    ...soon,
    says: 'critical',
  },
  {
    given: 'silence where a text is expected',
    target: silent,
    args: ['-e', '200 ready', '-M', 'crit'],
    settings: { expect: '200 ready' },
    ...soon,
    says: 'critical',
  },
  {
    given: 'a close without a word where a text is expected',
    target: closesAtOnce,
    args: ['-e', '200 ready', '-M', 'crit'],
    settings: { expect: '200 ready' },
    says: 'critical',
  },
  {
    given: 'a reset where a text is expected',
    target: resetsAtOnce,
    args: ['-e', '200 ready', '-M', 'crit'],
    settings: { expect: '200 ready' },
    says: 'critical',
  },
  {
    given: 'a question that is answered as expected',
    target: answering('+PONG\r\n'),
    args: ['-E', '-s', 'PING\\r\\n', '-e', '+PONG', '-M', 'crit'],
    settings: { send: 'PING\r\n', expect: '+PONG' },
    says: 'ok',
  },
  {
    given: 'a question that is answered with an error',
    target: answering('-NOAUTH Authentication required.\r\n'),
    args: ['-E', '-s', 'PING\\r\\n', '-e', '+PONG', '-M', 'crit'],
    settings: { send: 'PING\r\n', expect: '+PONG' },
    says: 'critical',
  },
  {
    given: 'the expected text in two pieces',
    target: talking((socket) => {
      socket.resume();
      socket.write('200 re');
      after(200, 'ady\r\n')(socket);
    }),
    args: ['-e', '200 ready', '-M', 'crit'],
    settings: { expect: '200 ready' },
    says: 'ok',
  },
  {
    given: 'the expected text in other letters',
    target: greetsAndCloses('200 READY\r\n'),
    args: ['-e', '200 ready', '-M', 'crit'],
    settings: { expect: '200 ready' },
    says: 'critical',
  },
  {
    given: 'the expected text in the midst of a line',
    target: greetsAndCloses('now 200 ready\r\n'),
    args: ['-e', '200 ready', '-M', 'crit'],
    settings: { expect: '200 ready' },
    says: 'ok',
  },
  {
    given: 'the expected text 2 KiB later',
    target: greetsAndCloses(`${'-'.repeat(2048)}200 ready\r\n`),
    args: ['-e', '200 ready', '-M', 'crit'],
    settings: { expect: '200 ready' },
    says: 'ok',
  },
  {
    given: 'an answer later than the warning',
    target: talking((socket) => {
      stays(socket);
      after(400, '200 ready\r\n')(socket);
    }),
    args: ['-e', '200 ready', '-w', '0.3', '-c', '7'],
    settings: { expect: '200 ready', responseMs: { warning: 300, critical: 7000 } },
    says: 'warning',
  },
  {
    given: 'an answer later than critical',
    target: talking((socket) => {
      stays(socket);
      after(400, '200 ready\r\n')(socket);
    }),
    args: ['-e', '200 ready', '-w', '0.2', '-c', '0.3'],
    settings: { expect: '200 ready', responseMs: { warning: 200, critical: 300 } },
    says: 'critical',
  },
  {
    given: 'an answer in good time, with bounds',
    target: greetsAndStays('200 ready\r\n'),
    args: ['-e', '200 ready', '-w', '6', '-c', '7'],
    settings: { expect: '200 ready', responseMs: { warning: 6000, critical: 7000 } },
    says: 'ok',
  },
]);

const tlsRows = rowsOf(
  {
    plugin: 'check_tcp',
    check: 'tls',
    args: ['-S', `--sni=${certificateName}`, '-D', '30,7'],
    settings: { tlsName: certificateName },
  },
  [
    { given: 'a certificate with 60 days left', target: inTls(endingIn(60), stays), says: 'ok' },
    { given: 'a certificate with 20 days left', target: inTls(endingIn(20), stays), says: 'warning' },
    { given: 'a certificate with 3 days left', target: inTls(endingIn(3), stays), says: 'critical' },
    { given: 'a certificate with two hours left', target: inTls(endingIn(0.1), stays), says: 'critical' },
    { given: 'a certificate that has ended yesterday', target: inTls(endingIn(-1), stays), says: 'critical' },
    {
      given: 'a certificate with 20 days left, with bounds of 14 and 3 days',
      target: inTls(endingIn(20), stays),
      args: ['-D', '14,3'],
      settings: { daysLeft: { warning: 14, critical: 3 } },
      says: 'ok',
    },
    {
      given: 'a certificate that begins tomorrow',
      target: inTls(beginningIn(1), stays),
      says: differs('critical', 'ok', because.notYet),
    },
    {
      given: 'a certificate for another name, with 60 days left',
      target: inTls(endingIn(60, { names: ['other.example'] }), stays),
      says: differs('critical', 'ok', because.days),
    },
    {
      given: 'a certificate that signed itself, with 90 days left',
      target: inTls(selfSigned(), stays),
      says: differs('critical', 'ok', because.days),
    },
    {
      given: 'a certificate that signed itself, judged by its days',
      target: inTls(selfSigned(), stays),
      settings: { verifyCertificate: false },
      says: 'ok',
    },
    {
      given: 'a port without TLS, asked for its certificate',
      target: greetsAndCloses('220 plain\r\n'),
      says: 'critical',
    },
    {
      given: 'silence in the handshake, asked for its certificate',
      target: silent,
      ...soon,
      says: 'critical',
    },
    {
      given: 'a port where nobody listens, asked for its certificate',
      target: nobodyListens,
      says: 'critical',
    },
  ],
);

const sshRows = rowsOf({ plugin: 'check_ssh', check: 'ssh' }, [
  { given: 'sshd of OpenSSH', target: sshdPort, says: 'ok' },
  {
    given: 'the banner of other software',
    target: greetsAndStays('SSH-2.0-dropbear_2022.83\r\n'),
    says: 'ok',
  },
  {
    given: 'the banner of a server for old and new clients (1.99)',
    target: greetsAndStays('SSH-1.99-Cisco-1.25\n'),
    says: 'ok',
  },
  {
    given: 'the banner of version 1',
    target: greetsAndStays('SSH-1.5-1.2.27\n'),
    says: differs('critical', 'ok', because.ssh1),
  },
  {
    given: 'a banner in two pieces',
    target: talking((socket) => {
      stays(socket);
      socket.write('SSH-2.0-Op');
      after(200, 'enSSH_9.2p1 Debian-2\r\n')(socket);
    }),
    says: 'ok',
  },
  {
    given: 'a banner with a comment',
    target: greetsAndStays('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n'),
    says: 'ok',
  },
  {
    given: 'lines of welcome before the banner',
    target: greetsAndStays('Welcome to host 7\r\nAuthorised use only\r\nSSH-2.0-OpenSSH_9.2\r\n'),
    says: differs('ok', 'critical', because.linesBefore),
  },
  {
    given: 'a banner without software',
    target: greetsAndStays('SSH-2.0-\r\n'),
    says: differs('critical', 'ok', because.halfBanner),
  },
  {
    given: 'sshd with too many connections',
    target: greetsAndCloses('Exceeded MaxStartups\r\n'),
    says: 'critical',
  },
  { given: 'another protocol', target: greetsAndCloses('220 mail.example ESMTP\r\n'), says: 'critical' },
  { given: 'bytes that are no text', target: greetsAndCloses(Buffer.alloc(200, 0xfe)), says: 'critical' },
  { given: 'a close without a banner', target: closesAtOnce, says: 'critical' },
  { given: 'a reset in place of a banner', target: resetsAtOnce, says: 'critical' },
  { given: 'silence', target: silent, ...soon, says: 'critical' },
  {
    given: 'half a banner, and then silence',
    target: greetsAndStays('SSH-2'),
    limitSeconds: 3,
    says: differs('critical', 'ok', because.halfBanner),
  },
  { given: 'a port where nobody listens', target: nobodyListens, says: 'critical' },
  { given: 'a network that drops what is sent', target: droppingSyns, ...soon, says: 'critical' },
]);

/** The check has no wish for a software: the text that it expects is one. */
const sshSoftwareRows = rowsOf({ plugin: 'check_ssh', check: 'tcp' }, [
  {
    given: 'sshd where OpenSSH is expected to answer in protocol 2.0',
    target: sshdPort,
    args: ['-P', '2.0'],
    settings: { expect: 'SSH-2.0-' },
    says: 'ok',
  },
  {
    given: 'another protocol version than the expected one',
    target: greetsAndCloses('SSH-1.99-OpenSSH_9.2\r\n'),
    args: ['-P', '2.0'],
    settings: { expect: 'SSH-2.0-' },
    says: 'critical',
  },
]);

export const connectionRows = [...tcpRows, ...tlsRows, ...sshRows, ...sshSoftwareRows];
