import { createHash } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import ssh2, { type Connection, type ParsedKey, type ServerChannel } from 'ssh2';

/** What a command does on the test's server. */
export type Exec = (command: string, channel: ServerChannel) => void;

export interface SshServerOptions {
  readonly password?: string;
  readonly keyType?: 'ed25519' | 'ecdsa' | 'rsa';
  readonly exec?: Exec;
  /** Called for each log-in that is tried. */
  readonly onLogin?: (user: string) => void;
}

/** About one in three hundred of the ed25519 keys that ssh2 makes it cannot read itself; then another is made. */
function generateHostKey(keyType: 'ed25519' | 'ecdsa' | 'rsa'): {
  pair: { private: string };
  publicKey: ParsedKey;
} {
  for (;;) {
    const pair = generateKeyPair(keyType);
    const publicKey = ssh2.utils.parseKey(pair.private);
    if (!(publicKey instanceof Error)) return { pair, publicKey };
  }
}

function generateKeyPair(keyType: 'ed25519' | 'ecdsa' | 'rsa') {
  if (keyType === 'rsa') return ssh2.utils.generateKeyPairSync('rsa', { bits: 2048 });
  if (keyType === 'ecdsa') return ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  return ssh2.utils.generateKeyPairSync('ed25519');
}

/** A real SSH server on loopback. */
export async function startSshServer({
  password = 'correct horse',
  keyType = 'ed25519',
  exec = (command, channel) => {
    channel.write(`ran ${command}\n`);
    channel.exit(0);
    channel.end();
  },
  onLogin = () => {},
}: SshServerOptions = {}) {
  const { pair, publicKey } = generateHostKey(keyType);
  const hostKey = `SHA256:${createHash('sha256').update(publicKey.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;

  const clients = new Set<Connection>();
  const ssh = new ssh2.Server({ hostKeys: [pair.private] }, (client) => {
    clients.add(client);
    client.on('error', () => {});
    client.on('close', () => clients.delete(client));
    client.on('authentication', (context) => {
      onLogin(context.username);
      if (context.method === 'password' && context.password === password) return context.accept();
      context.reject(['password']);
    });
    client.on('ready', () =>
      client.on('session', (accept) =>
        accept().on('exec', (acceptExec, _reject, info) => exec(info.command, acceptExec())),
      ),
    );
  });
  // As OpenSSH does it; otherwise each small message waits 40 ms for the one before.
  const server = createServer({ noDelay: true }, (socket) => ssh.injectSocket(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    hostKey,
    target: { address: '127.0.0.1', port, user: 'mimamori', hostKey, password },
    close: () =>
      new Promise<void>((resolve) => {
        for (const client of clients) client.end();
        server.close(() => resolve());
      }),
  };
}
