import { ftpProtocol } from '../ftp.ts';
import { imapProtocol } from '../imap.ts';
import { pop3Protocol } from '../pop3.ts';
import { postgresTlsWay } from '../postgres.ts';
import { smtpProtocol } from '../smtp.ts';
import { tlsByGreeting } from './greeting-check.ts';
import { mysqlTlsWay } from './mysql-handshake.ts';
import type { TlsWay } from './tls-way.ts';

/** The protocols that begin in the clear and know a way to TLS. */
export const tlsWays = {
  smtp: tlsByGreeting(smtpProtocol),
  imap: tlsByGreeting(imapProtocol),
  pop3: tlsByGreeting(pop3Protocol),
  ftp: tlsByGreeting(ftpProtocol),
  mysql: mysqlTlsWay,
  postgres: postgresTlsWay,
} satisfies Readonly<Record<string, TlsWay>>;
