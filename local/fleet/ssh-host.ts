import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type ParsedKey, type Session } from 'ssh2';
import type { CommandAnswer } from './shell.ts';

export interface SshHostOptions {
  /** OpenSSH private key. */
  readonly hostKey: string;
  readonly user: string;
  /** OpenSSH public key of the one who may log in. */
  readonly userKey: string;
  readonly answer: (command: string) => Promise<CommandAnswer>;
}

const idleMs = 20_000;
const connectionMs = 120_000;
const sessionsAtMost = 10;

/**
 * A real SSH server for one simulated server: log-in by one key, `exec` with written answers. No shell, no pty, no
 * forwarding, no files; nothing of this machine is reached.
 *
 * @returns what serves one connection
 */
export function sshHost(options: SshHostOptions): (socket: Socket) => void {
  const userKey = parseKey(options.userKey);
  const server = new ssh2.Server({ hostKeys: [options.hostKey], ident: 'OpenSSH_9.2p1' }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => authenticate(context, options.user, userKey));
    connection.on('ready', () => serveSessions(connection, options.answer));
  });
  return (socket) => {
    socket.setTimeout(idleMs, () => socket.destroy());
    const limit = setTimeout(() => socket.destroy(), connectionMs);
    socket.on('close', () => clearTimeout(limit));
    server.injectSocket(socket);
  };
}

function parseKey(text: string): ParsedKey {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw new Error("the demo fleet's log-in key cannot be read", { cause: key });
  return key;
}

function authenticate(context: AuthContext, user: string, userKey: ParsedKey): void {
  if (mayLogIn(context, user, userKey)) context.accept();
  else context.reject(['publickey']);
}

function mayLogIn(context: AuthContext, user: string, userKey: ParsedKey): boolean {
  if (context.method !== 'publickey') return false;
  const { username, key, signature, blob, hashAlgo } = context;
  if (username !== user || key.algo !== userKey.type || !sameBytes(key.data, userKey.getPublicSSH()))
    return false;
  // Without a signature the client only asks whether the key would do.
  if (signature === undefined) return true;
  return blob !== undefined && userKey.verify(blob, signature, hashAlgo) === true;
}

const sameBytes = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

function serveSessions(connection: Connection, answer: SshHostOptions['answer']): void {
  let open = 0;
  connection.on('session', (accept, reject) => {
    if (open >= sessionsAtMost) return reject();
    open += 1;
    const session: Session = accept();
    session.on('close', () => {
      open -= 1;
    });
    session.on('exec', (acceptExec, _reject, { command }) => {
      const stream = acceptExec();
      stream.on('error', () => undefined);
      void answer(command).then(
        ({ output, exitCode }) => {
          stream.write(output);
          stream.exit(exitCode);
          stream.end();
        },
        () => stream.close(),
      );
    });
  });
}
