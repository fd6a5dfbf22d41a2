import type { Server, SshAccess } from '../../core/server.ts';
import { resolveTarget } from '../../platform/network/target-address.ts';
import type { SecretStore } from '../../platform/secrets/secret-store.ts';
import type { SshConnection, SshTarget } from '../../platform/ssh/ssh-connection.ts';

/** Logs in by SSH; replaced in virtual time, where no sockets are. */
export type OpenSsh = (target: SshTarget, signal: AbortSignal) => Promise<SshConnection>;

export interface LogInPorts {
  readonly secrets: SecretStore;
  readonly openSsh: OpenSsh;
  readonly localTargetsAllowed: boolean;
}

/** A log-in, and the secrets it was made with: they must not appear in any output. */
export interface LoggedIn {
  readonly connection: SshConnection;
  readonly known: readonly string[];
}

/**
 * Logs in to a server with the key or password of the secret store.
 *
 * @param signal ends the attempt and, later, the connection
 * @throws SshFailure for what the server does; SecretMissing, AddressRefused and others for what is wrong with us
 */
export async function logIn(
  { secrets, openSsh, localTargetsAllowed }: LogInPorts,
  { address: name, reach }: Server,
  ssh: SshAccess,
  signal: AbortSignal,
): Promise<LoggedIn> {
  const { port, user, hostKey, key, password } = ssh;
  const credentials = {
    ...(key === undefined ? {} : { privateKey: await secrets.read(key) }),
    ...(password === undefined ? {} : { password: await secrets.read(password) }),
  };
  const { address } = await resolveTarget(name, reach, { localAllowed: localTargetsAllowed, signal });
  const connection = await openSsh({ address, port, user, hostKey, ...credentials }, signal);
  return { connection, known: Object.values(credentials) };
}
