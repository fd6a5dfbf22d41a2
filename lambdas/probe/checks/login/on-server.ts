import type { CheckResult } from '../../../../core/check-outcome.ts';
import type { Text } from '../../../../core/text.ts';
import { NameNotFound } from '../../../../platform/network/target-address.ts';
import {
  openSshConnection,
  type SshConnection,
  SshFailure,
} from '../../../../platform/ssh/ssh-connection.ts';
import { type CheckContext, TimeLimitReached } from '../check-type.ts';
import { hostPort } from '../outcome-text.ts';

/** What a check that logs in saw. */
export type Seen = Pick<CheckResult['outcome'], 'severity' | 'summary'> & {
  readonly values?: Readonly<Record<string, number>>;
};

/** A log-in for the length of one check. */
export interface LogIn {
  readonly connection: SshConnection;
  /** The secrets it was made with: they must not appear in any output. */
  readonly secrets: readonly string[];
}

/**
 * Logs in to the server, looks at something there, and leaves. A server that cannot be logged in to leaves it unknown:
 * it is the `ssh` monitor that alerts, and what nobody saw is no ground to act on. A host key that is not the pinned one
 * is unknown, too, and so told to the operators.
 *
 * @throws for faults of ours
 */
export async function lookOnServer(
  context: CheckContext,
  look: (logIn: LogIn) => Promise<Seen>,
): Promise<CheckResult> {
  const startedAt = performance.now();
  const { severity, summary, values = {} } = await logInAndLook(context, look);
  const durationMs = performance.now() - startedAt;
  return { outcome: { severity, summary, durationMs, values: { ...values } } };
}

async function logInAndLook(context: CheckContext, look: (logIn: LogIn) => Promise<Seen>): Promise<Seen> {
  const { target, signal, secret, resolve } = context;
  const { ssh } = target;
  if (ssh === undefined) {
    throw new Error('the server has no ssh access in the inventory; give it ssh, or take this monitor out');
  }
  const { port, user, hostKey, key, password } = ssh;
  const [privateKey, word] = await Promise.all([key && secret(key), password && secret(password)]);
  const credentials = { ...(privateKey && { privateKey }), ...(word && { password: word }) };
  let connection: SshConnection;
  try {
    const { address } = await resolve(target.address);
    connection = await openSshConnection({ address, port, user, hostKey, ...credentials }, signal);
    context.step?.('connect');
  } catch (error) {
    if (error instanceof SshFailure || error instanceof NameNotFound) {
      return { severity: 'unknown', summary: failureText(error, context, port) };
    }
    throw error;
  }
  try {
    const seen = await look({ connection, secrets: Object.values(credentials) });
    if (!signal.aborted) return seen;
    // The connection was cut under what was being read.
    return { severity: 'unknown', summary: lateText(context, port) };
  } finally {
    connection.close();
  }
}

/** The port's own words have the address that was resolved; a reader knows the server by its name. */
function failureText(failure: SshFailure | NameNotFound, context: CheckContext, port: number): Text {
  const where = hostPort(context.target.address, port);
  if (failure instanceof NameNotFound) {
    return {
      ja: `${where} のホスト名が DNS にありません`,
      en: `${where} has a host name that does not exist in DNS`,
    };
  }
  switch (failure.reason) {
    case 'timed-out':
      return lateText(context, port);
    case 'refused-login':
      return {
        ja: `${where} が SSH のログインを拒否しました。ユーザーと鍵(またはパスワード)を確かめてください`,
        en: `${where} refused the log-in by SSH; see that user and key or password are those of the server`,
      };
    case 'bad-key':
      return {
        ja: `SSH の秘密鍵を読めません。パスフレーズなしの OpenSSH 形式または PEM 形式で登録してください`,
        en: `the private key for ${where} cannot be read; put it in OpenSSH or PEM form, without a passphrase, into the secret store`,
      };
    case 'host-key-mismatch':
      return {
        ja: `${where} の SSH ホスト鍵が登録されたものと違うため、接続しませんでした。お客様に確認してから新しい鍵を登録してください`,
        en: `${where} has another SSH host key than the pinned one, and was not logged in to; pin the new key after asking the customer`,
      };
    case 'unreachable':
      return {
        ja: `${where} に SSH で接続できませんでした`,
        en: `${where} could not be reached by SSH`,
      };
  }
}

function lateText({ target, signal }: CheckContext, port: number): Text {
  const where = hostPort(target.address, port);
  const { reason } = signal;
  const seconds = reason instanceof TimeLimitReached ? reason.timeLimitMs / 1000 : undefined;
  return seconds === undefined
    ? { ja: `${where} が時間内に応答しませんでした`, en: `${where} gave no answer in time` }
    : {
        ja: `${where} で ${seconds} 秒以内に終わりませんでした`,
        en: `${where} did not finish within ${seconds} s`,
      };
}
