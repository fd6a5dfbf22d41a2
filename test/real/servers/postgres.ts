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

export interface PostgresSetup {
  /** Without one it offers no TLS. */
  readonly certificate?: Certificate;
  /** Lines of pg_hba.conf for TCP. By default everybody on the loopback is asked for a password. */
  readonly access?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

export interface PostgresOptions extends PostgresSetup {
  readonly port?: number;
  /** A standby that waits for a primary and takes no connections yet. */
  readonly isStandby?: boolean;
}

export interface RealPostgres extends RealServer {
  /** Sets it up anew while it runs; what needs a start stays as it was. */
  setUp(setup: PostgresSetup): Promise<void>;
  /** Runs one statement as the superuser, over the socket file. @returns rows of columns with a bar between */
  sql(statement: string): Promise<string>;
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
  isStandby = false,
  ...setup
}: PostgresOptions = {}): Promise<RealPostgres> {
  const directory = await makeDirectory('postgres');
  const onPort = port ?? (await freePort());
  const bin = await programs();
  const data = join(directory, 'data');
  await giveTo('postgres', directory);
  const initOptions = `-D ${data} -U postgres -A trust --no-sync --no-locale -E UTF8`.split(' ');
  await runAs('postgres', join(bin, 'initdb'), ...initOptions);
  if (isStandby) await writeFile(join(data, 'standby.signal'), '');

  const write = async ({
    certificate,
    access = ['host all all 127.0.0.1/32 scram-sha-256'],
    settings = {},
  }: PostgresSetup) => {
    const files = certificate && (await writeCertificate(directory, certificate));
    const all = {
      listen_addresses: '127.0.0.1',
      port: String(onPort),
      unix_socket_directories: directory,
      fsync: 'off',
      shared_buffers: '1MB',
      // /dev/shm is small in containers, or closed to other users.
      dynamic_shared_memory_type: 'mmap',
      ...(files && { ssl: 'on', ssl_cert_file: files.cert, ssl_key_file: files.key }),
      ...(isStandby && { hot_standby: 'off' }),
      ...settings,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'`);
    await writeFile(join(data, 'postgresql.conf'), `${lines.join('\n')}\n`);
    await writeFile(join(data, 'pg_hba.conf'), ['local all all trust', ...access, ''].join('\n'));
    await giveTo('postgres', directory);
  };
  await write(setup);

  const sql = (statement: string) =>
    runAs(
      'postgres',
      join(bin, 'psql'),
      ...['-X', '-A', '-t', '-h', directory, '-p', String(onPort), '-U', 'postgres', '-c', statement],
    );
  const server = childServer({
    port: onPort,
    directory,
    command: join(bin, 'postgres'),
    args: ['-D', data],
    as: 'postgres',
    // SIGTERM waits until every client has gone.
    stopSignal: 'SIGINT',
    answers: async () =>
      isStandby ? await acceptsTcp(onPort) : (await sql('SELECT 1').catch(() => '')) !== '',
  });
  await server.start();
  const { user, password } = postgresUser;
  if (!isStandby) await sql(`CREATE USER ${user} PASSWORD '${password}'`);
  const setUp = async (next: PostgresSetup) => {
    await write(next);
    await sql('SELECT pg_reload_conf()');
  };
  return { ...server, setUp, sql };
}
