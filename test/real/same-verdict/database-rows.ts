import { mariadbUser, startMariadb } from '../servers/mariadb.ts';
import { postgresUser, startPostgres } from '../servers/postgres.ts';
import { certificateName, endingIn } from './certificates.ts';
import { differs, rowsOf, soon, type Target } from './row.ts';
import {
  answering,
  closesAtOnce,
  droppingSyns,
  greetsAndCloses,
  nobodyListens,
  resetsAtOnce,
  shared,
  silent,
} from './scripted.ts';

const mariadb = shared(() => startMariadb({ certificate: endingIn(90) }));
const postgres = shared(() => startPostgres({ certificate: endingIn(90) }));
const mariadbPort: Target = async () => (await mariadb()).port;
const postgresPort: Target = async () => (await postgres()).port;

const because = {
  login:
    'the plugin logs in and tells of a refusal as of an outage. Ours needs no account: a server that refuses a stranger is alive and does its work',
  host: 'with -n check_mysql forgives a wrong password alone (1045). A server that lets this address not in (1130) is alive, too',
} as const;

/** An error in place of the greeting, as a server at its limits sends it. */
function mysqlError(code: number, words: string): Buffer {
  const body = Buffer.concat([Buffer.from([0xff, code & 255, code >> 8]), Buffer.from(words)]);
  return Buffer.concat([Buffer.from([body.length & 255, body.length >> 8, 0, 0]), body]);
}

const stranger = ['-n', '-u', 'nobody', '-p', 'none'];
const { user, password } = mariadbUser;
const tls = { tls: 'require', tlsName: certificateName };

const mysqlRows = rowsOf({ plugin: 'check_mysql', check: 'mysql' }, [
  {
    given: 'MariaDB, by a user who may log in',
    target: mariadbPort,
    args: ['-u', user, '-p', password],
    says: 'ok',
  },
  { given: 'MariaDB, by a stranger, with -n', target: mariadbPort, args: stranger, says: 'ok' },
  {
    given: 'MariaDB, by a stranger',
    target: mariadbPort,
    args: ['-u', 'nobody', '-p', 'none'],
    says: differs('ok', 'critical', because.login),
  },
  {
    given: 'MariaDB over TLS',
    target: mariadbPort,
    args: ['-l', '-u', user, '-p', password],
    settings: tls,
    says: 'ok',
  },
  {
    given: 'a server with no connection left (1040)',
    target: greetsAndCloses(mysqlError(1040, '#08004Too many connections')),
    args: stranger,
    says: 'critical',
  },
  {
    given: 'a server that blocks the address for its errors (1129)',
    target: greetsAndCloses(mysqlError(1129, "Host 'probe' is blocked because of many connection errors")),
    args: stranger,
    says: 'critical',
  },
  {
    given: 'a server that does not let the address in (1130)',
    target: greetsAndCloses(mysqlError(1130, "#HY000Host 'probe' is not allowed to connect")),
    args: stranger,
    says: differs('ok', 'critical', because.host),
  },
  {
    given: 'another protocol',
    target: greetsAndCloses('SSH-2.0-OpenSSH_9.2\r\n'),
    args: stranger,
    says: 'critical',
  },
  { given: 'a close without a greeting', target: closesAtOnce, args: stranger, says: 'critical' },
  { given: 'a reset in place of a greeting', target: resetsAtOnce, args: stranger, says: 'critical' },
  {
    given: 'a greeting that is cut off',
    target: greetsAndCloses(Buffer.from([0x4a, 0, 0, 0, 10, 0x38, 0x2e, 0x30])),
    args: stranger,
    says: 'critical',
  },
  { given: 'silence', target: silent, args: stranger, ...soon, says: 'critical' },
  {
    given: 'a network that drops what is sent',
    target: droppingSyns,
    args: stranger,
    ...soon,
    says: 'critical',
  },
  { given: 'a port where nobody listens', target: nobodyListens, args: stranger, says: 'critical' },
]);

/** An error message of the protocol's third version. */
function postgresError(state: string, words: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${state}\0M${words}\0\0`);
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

const plain = ['-o', 'sslmode=disable'];
const known = ['-l', postgresUser.user, '-p', postgresUser.password, '-d', 'postgres'];

const postgresRows = rowsOf({ plugin: 'check_pgsql', check: 'postgres' }, [
  { given: 'PostgreSQL, by a user who may log in', target: postgresPort, args: known, says: 'ok' },
  {
    given: 'PostgreSQL, by a stranger',
    target: postgresPort,
    args: ['-l', 'nobody', '-p', 'none', ...plain],
    says: differs('ok', 'critical', because.login),
  },
  {
    given: 'PostgreSQL over TLS',
    target: postgresPort,
    args: [...known, '-o', 'sslmode=require'],
    settings: tls,
    says: 'ok',
  },
  {
    given: 'a server that has no TLS, asked for it',
    target: answering('N', { then: 'stay' }),
    args: ['-o', 'sslmode=require'],
    settings: tls,
    says: 'critical',
  },
  {
    given: 'a server that is starting up (57P03)',
    target: answering(postgresError('57P03', 'the database system is starting up')),
    args: plain,
    says: 'critical',
  },
  {
    given: 'a server with no connection left (53300)',
    target: answering(postgresError('53300', 'sorry, too many clients already')),
    args: plain,
    says: 'critical',
  },
  {
    given: 'a server that is shutting down (57P01)',
    target: answering(postgresError('57P01', 'terminating connection')),
    args: plain,
    says: 'critical',
  },
  {
    given: 'a server without a rule for the address (28000)',
    target: answering(postgresError('28000', 'no pg_hba.conf entry for host')),
    args: plain,
    says: differs('ok', 'critical', because.login),
  },
  {
    given: 'another protocol',
    target: answering('HTTP/1.1 400 Bad Request\r\n\r\n'),
    args: plain,
    says: 'critical',
  },
  { given: 'a close without an answer', target: closesAtOnce, args: plain, says: 'critical' },
  { given: 'a reset in place of an answer', target: resetsAtOnce, args: plain, says: 'critical' },
  { given: 'silence', target: silent, args: plain, ...soon, says: 'critical' },
  {
    given: 'a network that drops what is sent',
    target: droppingSyns,
    args: plain,
    ...soon,
    says: 'critical',
  },
  { given: 'a port where nobody listens', target: nobodyListens, args: plain, says: 'critical' },
]);

export const databaseRows = [...mysqlRows, ...postgresRows];
