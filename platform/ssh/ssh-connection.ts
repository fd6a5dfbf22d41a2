import { createHash, timingSafeEqual } from 'node:crypto';
import { Client, type ClientChannel, type ServerHostKeyAlgorithm } from 'ssh2';

/** A server to log in to. `address` is resolved and allowed already. */
export interface SshTarget {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** `SHA256:<base64>`, as `ssh-keygen -l` prints it. */
  readonly hostKey: string;
  readonly privateKey?: string;
  readonly password?: string;
}

/** Why a log-in failed. None of the messages holds a secret. */
export class SshFailure extends Error {
  readonly reason: 'unreachable' | 'host-key-mismatch' | 'refused-login' | 'bad-key' | 'timed-out';
  constructor(reason: SshFailure['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export interface CommandResult {
  /** Absent when the command was cut off or ended by a signal. */
  readonly exitCode?: number;
  /** Standard output and error, as they came; output alone where that was asked for. */
  readonly output: string;
  /** More came than is kept. */
  readonly truncated: boolean;
  /** The time limit ended it. */
  readonly timedOut: boolean;
  readonly durationMs: number;
}

export interface CommandLimits {
  readonly timeoutMs: number;
  /** Of what is kept; of standard error, where it is not kept, as much may come. */
  readonly maxBytes: number;
  /** Leaves standard error out, where only the output has a form that is read. */
  readonly withoutErrors?: boolean;
}

export interface SshConnection {
  /** Runs one command. Never throws for what the command does; a lost connection gives what came until then. */
  run(command: string, limits: CommandLimits): Promise<CommandResult>;
  close(): void;
}

/**
 * Families of host keys, tried in turn: the pinned fingerprint names no algorithm, and a server that has several
 * keys offers the one that is asked for first.
 */
const hostKeyFamilies: readonly ServerHostKeyAlgorithm[][] = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256'],
];

/**
 * Logs in to a server whose host key is the pinned one. With another key nothing is sent: no user, no password.
 *
 * @param signal ends the attempt and, later, the connection
 * @throws SshFailure
 */
export async function openSshConnection(target: SshTarget, signal: AbortSignal): Promise<SshConnection> {
  const seen: string[] = [];
  for (const family of hostKeyFamilies) {
    const attempt = await connect(target, family, signal);
    if (attempt.kind === 'connected') return attempt.connection;
    if (attempt.hostKey !== undefined) seen.push(attempt.hostKey);
  }
  const shown = seen.length === 0 ? 'none of a type we know' : seen.join(', ');
  throw new SshFailure(
    'host-key-mismatch',
    `${target.address}:${target.port} has another host key than the pinned ${target.hostKey}: ${shown}; if the server was rebuilt, pin the new key after asking the customer`,
  );
}

type Attempt =
  | { readonly kind: 'connected'; readonly connection: SshConnection }
  | { readonly kind: 'other-key'; readonly hostKey?: string };

function connect(target: SshTarget, family: ServerHostKeyAlgorithm[], signal: AbortSignal): Promise<Attempt> {
  const { address, port, user, privateKey, password } = target;
  const client = new Client();
  let otherKey: string | undefined;
  return new Promise<Attempt>((resolve, reject) => {
    const settle = (finish: () => void) => {
      signal.removeEventListener('abort', abort);
      finish();
    };
    const fail = (failure: SshFailure) =>
      settle(() => {
        client.destroy();
        reject(failure);
      });
    const abort = () =>
      fail(new SshFailure('timed-out', `${address}:${port} did not finish the log-in in time`));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });

    client.on('ready', () => {
      // A command is several small messages each way; held back to be joined, they cost 40 ms a piece.
      client.setNoDelay(true);
      settle(() => resolve({ kind: 'connected', connection: wrap(client, signal) }));
    });
    client.on('error', (error) => {
      if (otherKey !== undefined || isNoCommonHostKey(error)) {
        const found: Attempt = {
          kind: 'other-key',
          ...(otherKey === undefined ? {} : { hostKey: otherKey }),
        };
        return settle(() => {
          client.destroy();
          resolve(found);
        });
      }
      fail(toFailure(error, target));
    });
    client.on('close', () => fail(new SshFailure('unreachable', `${address}:${port} closed the connection`)));
    // Some servers ask for the password as a question.
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.map(() => password ?? '')),
    );
    try {
      client.connect({
        host: address,
        port,
        username: user,
        ...(privateKey === undefined ? {} : { privateKey }),
        ...(password === undefined ? {} : { password, tryKeyboard: true }),
        algorithms: { serverHostKey: family },
        hostVerifier: (key: Buffer) => {
          const fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
          const matches = sameText(fingerprint, target.hostKey.replace(/=+$/, ''));
          if (!matches) otherKey = fingerprint;
          return matches;
        },
        // The caller's signal bounds the whole.
        readyTimeout: 0,
        keepaliveInterval: 0,
      });
    } catch (error) {
      fail(toFailure(error, target));
    }
  });
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const isNoCommonHostKey = (error: Error): boolean => /no matching host key/i.test(error.message);

/** ssh2 tells causes by `level` and by the message; its messages hold no secret, but a key's parse error may. */
function toFailure(error: unknown, { address, port, user }: SshTarget): SshFailure {
  const message = error instanceof Error ? error.message : String(error);
  const level = error instanceof Error && 'level' in error ? error.level : undefined;
  if (level === 'client-authentication') {
    return new SshFailure('refused-login', `${address}:${port} refused the log-in of ${user}`, {
      cause: error,
    });
  }
  if (/privateKey|parse|passphrase/i.test(message)) {
    return new SshFailure(
      'bad-key',
      `the private key for ${user} at ${address} cannot be read; put it in OpenSSH or PEM form, without a passphrase, into the secret store`,
    );
  }
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return new SshFailure('unreachable', `${address}:${port} could not be reached by SSH${code}`, {
    cause: error,
  });
}

function wrap(client: Client, signal: AbortSignal): SshConnection {
  const end = () => client.destroy();
  signal.addEventListener('abort', end, { once: true });
  client.on('close', () => signal.removeEventListener('abort', end));
  // After the log-in a lost connection shows as a command without an exit code.
  client.removeAllListeners('error');
  client.on('error', () => {});
  return {
    run: (command, limits) => runCommand(client, command, limits),
    close: () => {
      signal.removeEventListener('abort', end);
      client.end();
      client.destroy();
    },
  };
}

function runCommand(
  client: Client,
  command: string,
  { timeoutMs, maxBytes, withoutErrors = false }: CommandLimits,
): Promise<CommandResult> {
  const startedAt = performance.now();
  const kept: Buffer[] = [];
  let bytes = 0;
  let leftOut = 0;
  let truncated = false;
  let timedOut = false;
  let exitCode: number | undefined;
  let channel: ClientChannel | undefined;

  return new Promise<CommandResult>((resolve) => {
    let done = false;
    const keep = (chunk: Buffer) => {
      const taken = chunk.subarray(0, maxBytes - bytes);
      kept.push(taken);
      bytes += taken.length;
      if (taken.length < chunk.length) cutOff();
    };
    const leaveOut = (chunk: Buffer) => {
      leftOut += chunk.length;
      if (leftOut > maxBytes) cutOff();
    };
    const cutOff = () => {
      truncated = true;
      channel?.destroy();
      finish();
    };
    const finish = () => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      client.off('close', finish);
      // A character whose bytes were cut in two is left out.
      const output = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(kept), {
        stream: truncated,
      });
      const durationMs = performance.now() - startedAt;
      resolve({ ...(exitCode === undefined ? {} : { exitCode }), output, truncated, timedOut, durationMs });
    };
    const timer = setTimeout(() => {
      timedOut = true;
      channel?.destroy();
      finish();
    }, timeoutMs);
    client.on('close', finish);
    try {
      client.exec(command, (error, opened) => {
        if (error !== undefined || done) {
          opened?.destroy();
          return finish();
        }
        channel = opened;
        opened.on('data', keep);
        opened.stderr.on('data', withoutErrors ? leaveOut : keep);
        opened.on('exit', (code: number | null) => {
          exitCode = code ?? undefined;
        });
        opened.on('error', finish);
        opened.on('close', finish);
      });
    } catch {
      // ssh2 throws when the connection is gone already.
      finish();
    }
  });
}
