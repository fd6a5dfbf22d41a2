import { z } from 'zod';
import { type CheckContext, checkType } from './check-type.ts';
import { address, databaseTls, port, responseMs, tlsName, verifyCertificate } from './settings.ts';
import { askMysqlForTls, hearMysqlGreeting, leaveMysql, mysqlTlsWay } from './talk/mysql-handshake.ts';
import { secureTalk } from './talk/secure-talk.ts';
import { checkOverTcp, type Seen } from './talk/tcp-exchange.ts';
import { explainTlsFailure } from './talk/tls-exchange.ts';

const mysqlSettings = z.strictObject({
  port: port.default(mysqlTlsWay.port),
  address,
  tls: databaseTls,
  tlsName,
  verifyCertificate,
  responseMs,
});

/** Waits for the greeting of a MySQL or MariaDB server and, if asked, makes the connection a TLS one. Nobody logs in. */
const checkMysql = (settings: z.output<typeof mysqlSettings>, context: CheckContext) =>
  checkOverTcp(context, { ...settings, host: settings.address }, async (socket): Promise<Seen> => {
    const { signal } = context;
    const greeting = await hearMysqlGreeting(socket, signal);
    if ('refusal' in greeting) return { well: greeting.refusal };
    const { version, plugin } = greeting;
    const well = {
      ja: `がデータベースのハンドシェイクを返しました(${version})`,
      en: `sent its database handshake (${version})`,
    };
    if (settings.tls === 'none') {
      return { well, leave: () => leaveMysql(socket, { plugin, isSecure: false }, signal) };
    }
    await askMysqlForTls(socket, greeting, signal);
    const { inside, fault } = await secureTalk(socket, settings, context);
    const leave = () => leaveMysql(inside, { plugin, isSecure: true }, signal);
    return fault === undefined ? { well, leave } : { wrong: explainTlsFailure(fault), leave };
  });

export const mysql = checkType(
  { class: 'liveness', priority: 4, timeLimitMs: 5000, runbook: { id: 'restart-mysql' } },
  mysqlSettings,
  checkMysql,
);
