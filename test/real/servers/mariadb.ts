import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
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

const run = promisify(execFile);

/** Who may log in from 127.0.0.1. */
export const mariadbUser = { user: 'watcher', password: 'mariadb-password' } as const;

export interface RealMariadb extends RealServer {
  /** Shows another certificate from now on, as after a renewal. It must have had one. */
  renew(certificate: Certificate): Promise<void>;
  /** Stops it and starts it with these options in place of those it had, `--skip-networking` or `--skip-ssl` for one. */
  restartWith(options: readonly string[]): Promise<void>;
  /** Runs statements as the server's root, over its socket file. @returns rows of columns with a tab between */
  sql(statements: string): Promise<string>;
}

export interface MariadbOptions {
  readonly port?: number;
  /** Without one it offers no TLS. */
  readonly certificate?: Certificate;
  /** Further options, `--skip-networking` for one. */
  readonly options?: readonly string[];
}

/** Starts MariaDB on the loopback with data of its own and one user, see `mariadbUser`. */
export async function startMariadb({
  port,
  certificate,
  options = [],
}: MariadbOptions = {}): Promise<RealMariadb> {
  const directory = await makeDirectory('mariadb');
  // The client is this user, the server another one.
  await chmod(directory, 0o755);
  const onPort = port ?? (await freePort());
  const data = join(directory, 'data');
  const socket = join(directory, 'socket');
  await giveTo('mysql', directory);
  await runAs(
    'mysql',
    'mariadb-install-db',
    '--no-defaults',
    `--datadir=${data}`,
    '--skip-test-db',
    `--auth-root-socket-user=${userInfo().username}`,
    '--innodb-log-file-size=4M',
  );
  const files = certificate && (await writeCertificate(directory, certificate));
  await giveTo('mysql', directory);
  const sql = async (statements: string) => {
    const { stdout } = await run('mariadb', [
      '--no-defaults',
      '--batch',
      '--skip-column-names',
      `--socket=${socket}`,
      `--user=root`,
      `--execute=${statements}`,
    ]);
    return stdout;
  };
  let own = options;
  const server = childServer({
    port: onPort,
    directory,
    command: 'mariadbd',
    args: () => [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--pid-file=${join(directory, 'pid')}`,
      '--bind-address=127.0.0.1',
      `--port=${onPort}`,
      '--skip-name-resolve',
      '--innodb-buffer-pool-size=8M',
      '--innodb-log-file-size=4M',
      '--innodb-flush-log-at-trx-commit=0',
      ...(files === undefined ? [] : [`--ssl-cert=${files.cert}`, `--ssl-key=${files.key}`]),
      ...own,
    ],
    as: 'mysql',
    answers: async () => {
      const isUp = await sql('SELECT 1').catch(() => '');
      return isUp !== '' && (own.includes('--skip-networking') || (await acceptsTcp(onPort)));
    },
  });
  await server.start();
  const { user, password } = mariadbUser;
  await sql(`CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY '${password}'`);
  const renew = async (next: Certificate) => {
    await writeCertificate(directory, next);
    await giveTo('mysql', directory);
    await sql('FLUSH SSL');
  };
  const restartWith = async (next: readonly string[]) => {
    await server.stop();
    own = next;
    await server.start();
  };
  return { ...server, renew, restartWith, sql };
}
