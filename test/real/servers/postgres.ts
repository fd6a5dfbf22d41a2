import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificate } from '../../probe/certificate.ts';
import {
  acceptsTcp,
  childServer,
  freePort,
  giveTo,
  makeDirectory,
  type RealServer,
  runAs,
  writeCertificate,
} from './child-server.ts';

/** Who may log in from 127.0.0.1 by password. */
export const postgresUser = { user: 'watcher', password: 'postgres-password' } as const;

export interface RealPostgres extends RealServer {
  /** Runs one statement as the superuser, over the socket file. @returns rows of columns with a bar between */
  sql(statement: string): Promise<string>;
}

export interface PostgresOptions {
  readonly port?: number;
  /** Without one it offers no TLS. */
  readonly certificate?: Certificate;
  /** Lines of pg_hba.conf for TCP. By default everybody on the loopback is asked for a password. */
  readonly access?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** A standby that waits for a primary and takes no connections yet. */
  readonly isStandby?: boolean;
}

/** Debian keeps each version's programs in a directory of its own. */
async function programs(): Promise<string> {
  const root = '/usr/lib/postgresql';
  const versions = await readdir(root).catch(() => []);
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error(`${root} is not there; see test/real/install-debian.sh`);
  return join(root, newest, 'bin');
}

/** Starts PostgreSQL on the loopback with data of its own and one user, see `postgresUser`. */
export async function startPostgres({
  port,
  certificate,
  access = ['host all all 127.0.0.1/32 scram-sha-256'],
  settings = {},
  isStandby = false,
}: PostgresOptions = {}): Promise<RealPostgres> {
  const directory = await makeDirectory('postgres');
  const onPort = port ?? (await freePort());
  const bin = await programs();
  const data = join(directory, 'data');
  await giveTo('postgres', directory);
  const initOptions = `-D ${data} -U postgres -A trust --no-sync --no-locale -E UTF8`.split(' ');
  await runAs('postgres', join(bin, 'initdb'), ...initOptions);
  await writeFile(join(data, 'pg_hba.conf'), ['local all all trust', ...access, ''].join('\n'));
  if (isStandby) await writeFile(join(data, 'standby.signal'), '');
  const files = certificate && (await writeCertificate(directory, certificate));
  await giveTo('postgres', directory);
  const sql = (statement: string) =>
    runAs(
      'postgres',
      join(bin, 'psql'),
      ...['-X', '-A', '-t', '-h', directory, '-p', String(onPort), '-U', 'postgres', '-c', statement],
    );
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: directory,
    fsync: 'off',
    shared_buffers: '1MB',
    ...(files && { ssl: 'on', ssl_cert_file: files.cert, ssl_key_file: files.key }),
    ...(isStandby && { hot_standby: 'off' }),
    ...settings,
  };
  const server = childServer({
    port: onPort,
    directory,
    command: join(bin, 'postgres'),
    args: ['-D', data, '-p', String(onPort), ...Object.entries(all).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
    as: 'postgres',
    // SIGTERM waits until every client has gone.
    stopSignal: 'SIGINT',
    answers: async () =>
      isStandby ? await acceptsTcp(onPort) : (await sql('SELECT 1').catch(() => '')) !== '',
  });
  await server.start();
  const { user, password } = postgresUser;
  if (!isStandby) await sql(`CREATE USER ${user} PASSWORD '${password}'`);
  return { ...server, sql };
}
