import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Severity } from '../../../core/check-outcome.ts';
import type { Plugin } from './row.ts';

const plugins = '/usr/lib/nagios/plugins';

/** The exit codes of all plugins, and of `mimamori check`. */
const severities: readonly Severity[] = ['ok', 'warning', 'critical', 'unknown'];

export interface PluginVerdict {
  readonly severity: Severity;
  readonly printed: string;
}

/** How each plugin is told address, port and time limit. */
const addressing: Readonly<Record<Plugin, (port: number, seconds: number) => readonly string[]>> = {
  check_http: (port, seconds) => ['-I', '127.0.0.1', '-p', `${port}`, '-t', `${seconds}`],
  check_tcp: hostAndPort,
  check_ssh: hostAndPort,
  check_smtp: hostAndPort,
  check_imap: hostAndPort,
  check_pop: hostAndPort,
  check_ftp: hostAndPort,
  // It knows port 53 alone; the port stands before the name that is asked for.
  check_dns: (_, seconds) => ['-s', '127.0.0.1', '-t', `${seconds}`],
  check_dig: hostAndPort,
  // Its own limit is the seconds times the retries and 5 s more. As with its defaults (10 s, 5 retries) it comes before
  // that of snmpget, and is critical; else snmpget's giving up would be unknown.
  check_snmp: (port) => [...hostAndPort(port, 6), '-e', '0'],
  check_mysql: (port) => ['-H', '127.0.0.1', '-P', `${port}`, '-f', mysqlOptions, '-g', 'client'],
  check_pgsql: (port, seconds) => ['-H', '127.0.0.1', '-P', `${port}`, '-t', `${seconds}`],
};

/** check_mysql has no option for the time limit, but reads those of the library from a file. */
const mysqlOptions = 'mysql-options';

function hostAndPort(port: number, seconds: number): readonly string[] {
  return ['-H', '127.0.0.1', '-p', `${port}`, '-t', `${seconds}`];
}

/**
 * check_dns has no option for the port. It puts the name into the command line of nslookup as it is, so that
 * nslookup's own option can go ahead of it.
 */
const withPort = (plugin: Plugin, args: readonly string[], port: number): readonly string[] =>
  plugin !== 'check_dns' ? args : args.map((arg, i) => (args[i - 1] === '-H' ? `-port=${port} ${arg}` : arg));

/**
 * Runs one of Debian's monitoring-plugins against a port of the loopback.
 *
 * @throws when it ends by anything but one of the four exit codes, or not in time
 */
export async function runPlugin(
  plugin: Plugin,
  port: number,
  args: readonly string[],
  limitSeconds: number,
): Promise<PluginVerdict> {
  const all = [...addressing[plugin](port, limitSeconds), ...withPort(plugin, args, port)];
  const directory = await mkdtemp(join(tmpdir(), 'mimamori-plugin-'));
  try {
    await writeFile(join(directory, mysqlOptions), `[client]\nconnect-timeout=${limitSeconds}\n`);
    return await run(`${plugins}/${plugin}`, all, directory, (limitSeconds + 15) * 1000);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const run = (path: string, args: readonly string[], directory: string, timeout: number) =>
  new Promise<PluginVerdict>((resolve, reject) => {
    // No settings of whoever runs the tests: libmariadb, libpq and Net-SNMP look for some at home.
    const env = { PATH: process.env.PATH, HOME: directory, LC_ALL: 'C', MIBS: '' };
    const bounds = { cwd: directory, env, timeout, killSignal: 'SIGKILL', maxBuffer: 1024 * 1024 } as const;
    execFile(path, args, bounds, (error, stdout, stderr) => {
      const printed = `${stdout}${stderr}`.trim();
      const severity = severities[error === null ? 0 : typeof error.code === 'number' ? error.code : -1];
      if (severity !== undefined) return resolve({ severity, printed });
      const command = [path, ...args].join(' ');
      const end = error?.code ?? error?.signal;
      const message = `${command} gave no verdict (${end}); see test/real/install-debian.sh\n${printed}`;
      reject(new Error(message, { cause: error }));
    });
  });
