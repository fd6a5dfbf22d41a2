import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { quoteForShell } from '../core/evidence/quote.ts';
import { shown } from '../core/inventory/printable.ts';
import { type Runbook, unitName } from '../core/runbook/form.ts';
import { rootCommandsOf, sudoersCommand } from '../core/runbook/root-commands.ts';
import { CommandError } from './command-line.ts';

const body = new URL('prepare-server.sh', import.meta.url);

export interface InstallSettings {
  /** The account on the server. */
  readonly user: string;
  /** One line, as `ssh-keygen` writes it to the .pub file. */
  readonly publicKey: string;
  /** Addresses and networks that the key is taken from; none is any. */
  readonly from: readonly string[];
  /** Services that monitors name, beside those that runbooks know. */
  readonly services: readonly string[];
}

/**
 * The shell script that prepares a server: its list of root commands is taken from the runbooks, so the two cannot differ.
 *
 * @throws CommandError for settings that cannot be used
 */
export async function installScript(
  runbooks: readonly Runbook[],
  { user, publicKey, from, services }: InstallSettings,
): Promise<string> {
  const faults = [
    ...(/^[a-z_][a-z0-9_-]{0,30}$/.test(user) && user !== 'root'
      ? []
      : [`--user is ${shown(user)}; give a name of lower-case letters, digits, - and _, not root`]),
    ...from
      .filter((address) => !isNetwork(address))
      .map((address) => `--from is ${shown(address)}; give an address or a network, for example 203.0.113.7`),
    ...services
      .filter((service) => !unitName.safeParse(service).success)
      .map((service) => `--service is ${shown(service)}; give the name of one service, for example nginx`),
  ];
  const [, key] = publicKeyLine.exec(publicKey.trim()) ?? [];
  if (key === undefined) {
    // It may be a private one: nothing of it is repeated.
    faults.push('--public-key has no file of one public key; give the .pub file that ssh-keygen wrote');
  }
  if (key === undefined || faults.length > 0) throw new CommandError(faults.join('\n'), 2);
  const permitted = rootCommandsOf(runbooks, services).map(
    ({ family, init, argv }) => `${family} ${init} ${sudoersCommand(argv)}`,
  );
  return `#!/bin/sh
# Made by \`mimamori runbook install-script\`. Run it as root on the server; sh SCRIPT --help says what it does.
account=${quoteForShell(user)}
key=${quoteForShell(key)}
from=${quoteForShell(from.join(','))}

# FAMILY INIT COMMAND, from these runbooks:
${runbooks.map(({ id, version }) => `#   ${id} ${version}`).join('\n')}
permitted() {
  cat <<'END'
${permitted.join('\n')}
END
}

${await readFile(body, 'utf8')}`;
}

const publicKeyLine =
  /^((?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com) AAAA[A-Za-z0-9+/]{16,8000}={0,2})(?:[ \t][^\r\n]*)?$/;

/** A host, or a network with its length: `203.0.113.7`, `2001:db8::/64`. */
function isNetwork(text: string): boolean {
  const [, address = '', length] = /^([0-9A-Fa-f.:]+)(?:\/([0-9]{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(length ?? 32) <= (family === 4 ? 32 : 128);
}
