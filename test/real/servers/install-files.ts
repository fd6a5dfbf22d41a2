import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installScript } from '../../../bin/install-script.ts';
import { runbookNamed, shippedRunbooks } from '../../../bin/runbook-files.ts';

const run = promisify(execFile);

export interface InstallFiles {
  /** Path of the script that prepares a server. */
  readonly script: string;
  /** Path of the private key that may log in afterwards. */
  readonly keyFile: string;
}

/**
 * Makes a key, and the script that prepares a server for it: for the shipped runbooks and these.
 *
 * @param runbooks texts by id
 */
export async function writeInstallFiles(
  directory: string,
  given: {
    readonly user: string;
    readonly services?: readonly string[];
    readonly runbooks?: Readonly<Record<string, string>>;
  },
): Promise<InstallFiles> {
  const { user, services = [], runbooks = {} } = given;
  const keyFile = join(directory, 'key');
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', keyFile]);
  const own = await Promise.all(
    Object.entries(runbooks).map(async ([id, text]) => {
      const file = join(directory, `${id}.yaml`);
      await writeFile(file, text);
      return runbookNamed(file);
    }),
  );
  const script = join(directory, 'install.sh');
  const publicKey = await readFile(`${keyFile}.pub`, 'utf8');
  const from = ['127.0.0.1'];
  await writeFile(
    script,
    await installScript([...(await shippedRunbooks()), ...own], { user, publicKey, from, services }),
  );
  return { script, keyFile };
}
