import { startDovecot } from '../servers/dovecot.ts';
import { startPostfix } from '../servers/postfix.ts';
import { startVsftpd } from '../servers/vsftpd.ts';
import { certificateName, endingIn, selfSigned } from './certificates.ts';
import { differs, rowsOf, soon, type Target } from './row.ts';
import {
  after,
  closesAtOnce,
  droppingSyns,
  greetsAndCloses,
  greetsAndStays,
  inTls,
  lines,
  nobodyListens,
  resetsAtOnce,
  shared,
  silent,
  type Talk,
} from './scripted.ts';

const postfix = shared(() => startPostfix({ certificate: endingIn(90) }));
const dovecot = shared(() => startDovecot({ certificate: endingIn(90) }));
const vsftpd = shared(() => startVsftpd({ certificate: endingIn(90) }));
const postfixPort: Target = async () => (await postfix()).port;
const imapPort: Target = async () => (await dovecot()).port;
const imapsPort: Target = async () => (await dovecot()).imapsPort;
const pop3Port: Target = async () => (await dovecot()).pop3Port;
const pop3sPort: Target = async () => (await dovecot()).pop3sPort;
const vsftpdPort: Target = async () => (await vsftpd()).port;

const because = {
  smtpWarns:
    'check_smtp warns of every answer that is not the expected one. A server that greets with 421 or 554 takes no mail, and none arrives until it is mended',
  smtpCloses:
    'check_smtp warns of a connection that ends before the talk does. No mail can be handed over to such a server',
  smtpHello: 'check_smtp says HELO and does not look at the answer. A server that refuses it takes no mail',
  smtpTls:
    'TLS was asked for. Clients that insist on it, as those that send passwords should, cannot use a server that has none',
  greetingWarns:
    'the plugin warns of a greeting that is not the expected one. A server that greets so serves nobody; with `-M crit` both agree',
  noCertificate:
    'the plugin does not look at the certificate. Mail programs and clients refuse such a one; `verifyCertificate: false` is its way',
  preauth: 'RFC 9051 §7.1.4 has PREAUTH as the other good greeting: the client is logged in already',
  later:
    'RFC 959 §5.4 has 120 for a service that is ready in a moment, with 220 behind it; check_ftp reads the first line alone',
} as const;

const secure = ['-S'];
const named = { tlsName: certificateName };
const speaks =
  (text: string): Talk =>
  (socket) => {
    socket.resume();
    socket.write(text);
  };

const hello = '250-mail.example\r\n250-STARTTLS\r\n250 8BITMIME\r\n';
const goodbye = { QUIT: '221 bye\r\n' };
const mail = {
  greeting: '220 mail.example ESMTP\r\n',
  answers: { EHLO: hello, HELO: '250 mail.example\r\n', ...goodbye },
};
const starttls = (greets: typeof mail, certificate = endingIn(90)) =>
  lines({
    ...greets,
    answers: { ...greets.answers, STARTTLS: '220 go ahead\r\n' },
    certificate,
    secureAfter: 'STARTTLS',
  });

const smtpRows = rowsOf({ plugin: 'check_smtp', check: 'smtp' }, [
  { given: 'postfix', target: postfixPort, says: 'ok' },
  {
    given: 'postfix with STARTTLS',
    target: postfixPort,
    args: secure,
    settings: { tls: 'starttls', ...named },
    says: 'ok',
  },
  {
    given: 'postfix, its name in the greeting',
    target: postfixPort,
    args: ['-e', '220 mail.example'],
    settings: { expect: 'mail.example' },
    says: 'ok',
  },
  {
    given: 'postfix, another name in the greeting',
    target: postfixPort,
    args: ['-e', '220 mx.example'],
    settings: { expect: 'mx.example' },
    says: differs('critical', 'warning', because.smtpWarns),
  },
  {
    given: 'a greeting of several lines',
    target: lines({ ...mail, greeting: '220-mail.example ESMTP\r\n220-No spam\r\n220 please\r\n' }),
    says: 'ok',
  },
  {
    given: 'a server that knows HELO alone',
    target: lines({
      ...mail,
      answers: { EHLO: '502 not implemented\r\n', HELO: '250 mail.example\r\n', ...goodbye },
    }),
    says: 'ok',
  },
  {
    given: 'a server that takes no connection (554)',
    target: greetsAndCloses('554 no service here\r\n'),
    says: differs('critical', 'warning', because.smtpWarns),
  },
  {
    given: 'a server that is overloaded (421)',
    target: greetsAndCloses('421 too busy, try again later\r\n'),
    says: differs('critical', 'warning', because.smtpWarns),
  },
  { given: 'another protocol', target: greetsAndStays('* OK IMAP ready\r\n'), ...soon, says: 'critical' },
  {
    given: 'a close without a greeting',
    target: closesAtOnce,
    says: differs('critical', 'warning', because.smtpCloses),
  },
  {
    given: 'a close after half a greeting',
    target: greetsAndCloses('220 mail.exa'),
    says: differs('critical', 'warning', because.smtpCloses),
  },
  {
    given: 'a reset in place of a greeting',
    target: resetsAtOnce,
    says: differs('critical', 'warning', because.smtpCloses),
  },
  { given: 'no greeting', target: silent, ...soon, says: 'critical' },
  {
    given: 'silence after the greeting',
    target: greetsAndStays('220 mail.example ESMTP\r\n'),
    ...soon,
    says: 'critical',
  },
  {
    given: 'a close after the greeting',
    target: lines({
      ...mail,
      answers: { EHLO: (socket) => socket.destroy(), HELO: (socket) => socket.destroy() },
    }),
    says: differs('critical', 'warning', because.smtpCloses),
  },
  {
    given: 'a server that refuses EHLO and HELO',
    target: lines({ ...mail, answers: { EHLO: '550 not you\r\n', HELO: '550 not you\r\n', ...goodbye } }),
    says: differs('critical', 'ok', because.smtpHello),
  },
  {
    given: 'a greeting later than the warning',
    target: lines({ ...mail, greeting: after(400, mail.greeting) }),
    args: ['-w', '0.3', '-c', '7'],
    settings: { responseMs: { warning: 300, critical: 7000 } },
    says: 'warning',
  },
  {
    given: 'a greeting later than critical',
    target: lines({ ...mail, greeting: after(400, mail.greeting) }),
    args: ['-w', '0.2', '-c', '0.3'],
    settings: { responseMs: { warning: 200, critical: 300 } },
    says: 'critical',
  },
  {
    given: 'STARTTLS that is not offered',
    target: lines({ ...mail, answers: { EHLO: '250 mail.example\r\n', ...goodbye } }),
    args: secure,
    settings: { tls: 'starttls', ...named },
    says: differs('critical', 'warning', because.smtpTls),
  },
  {
    given: 'STARTTLS that is offered and refused (454)',
    target: lines({ ...mail, answers: { ...mail.answers, STARTTLS: '454 TLS not available\r\n' } }),
    args: secure,
    settings: { tls: 'starttls', ...named },
    says: differs('critical', 'unknown', because.smtpTls),
  },
  {
    given: 'STARTTLS, and then bytes that are no TLS record',
    target: lines({
      ...mail,
      answers: {
        ...mail.answers,
        STARTTLS: (socket) => {
          socket.write('220 go ahead\r\n');
          socket.once('data', () => socket.end(Buffer.alloc(64, 0x55)));
        },
      },
    }),
    args: secure,
    settings: { tls: 'starttls', ...named },
    says: 'critical',
  },
  {
    given: 'STARTTLS, and then a certificate that has ended',
    target: starttls(mail, endingIn(-1)),
    args: secure,
    settings: { tls: 'starttls', ...named },
    says: differs('critical', 'ok', because.noCertificate),
  },
  {
    given: 'STARTTLS, and then the certificate of another name',
    target: starttls(mail, endingIn(90, { names: ['other.example'] })),
    args: secure,
    settings: { tls: 'starttls', ...named },
    says: differs('critical', 'ok', because.noCertificate),
  },
  { given: 'a port where nobody listens', target: nobodyListens, says: 'critical' },
  { given: 'a network that drops what is sent', target: droppingSyns, ...soon, says: 'critical' },
]);

const smtpDays = { tlsName: certificateName, starttls: 'smtp' };
const daysRows = [
  ...rowsOf({ plugin: 'check_smtp', check: 'tls', args: ['-S', '-D', '30,7'], settings: smtpDays }, [
    { given: 'postfix, a certificate with 90 days left by STARTTLS', target: postfixPort, says: 'ok' },
    {
      given: 'a certificate with 20 days left by STARTTLS',
      target: starttls(mail, endingIn(20)),
      says: 'warning',
    },
    {
      given: 'a certificate with 3 days left by STARTTLS',
      target: starttls(mail, endingIn(3)),
      says: 'critical',
    },
    {
      given: 'a certificate that has ended, asked for its days by STARTTLS',
      target: starttls(mail, endingIn(-1)),
      says: 'critical',
    },
  ]),
  ...rowsOf({ plugin: 'check_imap', check: 'tls', args: ['-S', '-D', '30,7'], settings: named }, [
    { given: 'dovecot, a certificate with 90 days left', target: imapsPort, says: 'ok' },
    {
      given: 'a certificate with 20 days left',
      target: inTls(endingIn(20), speaks('* OK ready\r\n')),
      says: 'warning',
    },
  ]),
];

const imapRows = rowsOf({ plugin: 'check_imap', check: 'imap' }, [
  { given: 'dovecot', target: imapPort, says: 'ok' },
  {
    given: 'dovecot inside TLS',
    target: imapsPort,
    args: secure,
    settings: { tls: 'implicit', ...named },
    says: 'ok',
  },
  {
    given: 'TLS asked of a port without it',
    target: imapPort,
    args: secure,
    settings: { tls: 'implicit', ...named },
    says: 'critical',
  },
  { given: 'no TLS asked of a port that speaks it', target: imapsPort, ...soon, says: 'critical' },
  {
    given: 'a certificate that signed itself',
    target: inTls(selfSigned(), speaks('* OK ready\r\n')),
    args: secure,
    settings: { tls: 'implicit', ...named },
    says: differs('critical', 'ok', because.noCertificate),
  },
  {
    given: 'a greeting of a client that is logged in (PREAUTH)',
    target: greetsAndStays('* PREAUTH ready\r\n'),
    says: differs('ok', 'warning', because.preauth),
  },
  {
    given: 'a server that says BYE, by default',
    target: greetsAndCloses('* BYE shutting down\r\n'),
    says: differs('critical', 'warning', because.greetingWarns),
  },
  {
    given: 'a server that says BYE, with -M crit',
    target: greetsAndCloses('* BYE shutting down\r\n'),
    args: ['-M', 'crit'],
    says: 'critical',
  },
  {
    given: 'another protocol',
    target: greetsAndCloses('+OK POP3 ready\r\n'),
    args: ['-M', 'crit'],
    says: 'critical',
  },
  { given: 'a close without a greeting', target: closesAtOnce, says: 'critical' },
  { given: 'a reset in place of a greeting', target: resetsAtOnce, says: 'critical' },
  { given: 'no greeting', target: silent, ...soon, says: 'critical' },
  {
    given: 'a greeting later than the warning',
    target: lines({ greeting: after(400, '* OK ready\r\n') }),
    args: ['-w', '0.3', '-c', '7'],
    settings: { responseMs: { warning: 300, critical: 7000 } },
    says: 'warning',
  },
  {
    given: 'a greeting with the expected text',
    target: greetsAndStays('* OK mail.example ready\r\n'),
    args: ['-e', 'mail.example', '-M', 'crit'],
    settings: { expect: 'mail.example' },
    says: 'ok',
  },
  {
    given: 'a greeting without the expected text',
    target: greetsAndCloses('* OK mx.example ready\r\n'),
    args: ['-e', 'mail.example', '-M', 'crit'],
    settings: { expect: 'mail.example' },
    says: 'critical',
  },
  { given: 'a port where nobody listens', target: nobodyListens, says: 'critical' },
]);

const popRows = rowsOf({ plugin: 'check_pop', check: 'pop3' }, [
  { given: 'dovecot', target: pop3Port, says: 'ok' },
  {
    given: 'dovecot inside TLS',
    target: pop3sPort,
    args: secure,
    settings: { tls: 'implicit', ...named },
    says: 'ok',
  },
  {
    given: 'a server that greets with -ERR, by default',
    target: greetsAndCloses('-ERR too many connections\r\n'),
    says: differs('critical', 'warning', because.greetingWarns),
  },
  {
    given: 'a server that greets with -ERR, with -M crit',
    target: greetsAndCloses('-ERR too many connections\r\n'),
    args: ['-M', 'crit'],
    says: 'critical',
  },
  {
    given: 'another protocol',
    target: greetsAndCloses('220 mail.example ESMTP\r\n'),
    args: ['-M', 'crit'],
    says: 'critical',
  },
  { given: 'a close without a greeting', target: closesAtOnce, says: 'critical' },
  { given: 'no greeting', target: silent, ...soon, says: 'critical' },
  {
    given: 'silence in the TLS handshake',
    target: silent,
    args: secure,
    settings: { tls: 'implicit', ...named },
    ...soon,
    says: 'critical',
  },
  {
    given: 'the certificate of another name',
    target: inTls(endingIn(90, { names: ['other.example'] }), speaks('+OK ready\r\n')),
    args: secure,
    settings: { tls: 'implicit', ...named },
    says: differs('critical', 'ok', because.noCertificate),
  },
  {
    given: 'a greeting later than critical',
    target: lines({ greeting: after(400, '+OK ready\r\n') }),
    args: ['-w', '0.2', '-c', '0.3'],
    settings: { responseMs: { warning: 200, critical: 300 } },
    says: 'critical',
  },
  { given: 'a port where nobody listens', target: nobodyListens, says: 'critical' },
]);

const ftpRows = rowsOf({ plugin: 'check_ftp', check: 'ftp' }, [
  { given: 'vsftpd', target: vsftpdPort, says: 'ok' },
  {
    given: 'a greeting of several lines',
    target: greetsAndStays('220-Welcome\r\n  free text\r\n220 ready\r\n'),
    says: 'ok',
  },
  {
    given: 'a server with too many users (421), by default',
    target: greetsAndCloses('421 too many users\r\n'),
    says: differs('critical', 'warning', because.greetingWarns),
  },
  {
    given: 'a server with too many users (421), with -M crit',
    target: greetsAndCloses('421 too many users\r\n'),
    args: ['-M', 'crit'],
    says: 'critical',
  },
  {
    given: 'a server that lets nobody in (530)',
    target: greetsAndCloses('530 no access\r\n'),
    args: ['-M', 'crit'],
    says: 'critical',
  },
  {
    given: 'a server that is ready in a moment (120, then 220)',
    target: greetsAndStays('120 ready in 1 minute\r\n220 ready\r\n'),
    args: ['-M', 'crit'],
    says: differs('ok', 'critical', because.later),
  },
  {
    given: 'another protocol',
    target: greetsAndCloses('SSH-2.0-OpenSSH_9.2\r\n'),
    args: ['-M', 'crit'],
    says: 'critical',
  },
  { given: 'a close without a greeting', target: closesAtOnce, says: 'critical' },
  { given: 'a reset in place of a greeting', target: resetsAtOnce, says: 'critical' },
  { given: 'no greeting', target: silent, ...soon, says: 'critical' },
  { given: 'a port where nobody listens', target: nobodyListens, says: 'critical' },
  { given: 'a network that drops what is sent', target: droppingSyns, ...soon, says: 'critical' },
]);

export const greetingRows = [...smtpRows, ...imapRows, ...popRows, ...ftpRows, ...daysRows];
