import type { Instant } from '../../core/instant.ts';
import type { Text } from '../../core/text.ts';
import { AddressRefused } from '../../platform/network/target-address.ts';
import { SecretMissing } from '../../platform/secrets/secret-store.ts';
import { SshFailure } from '../../platform/ssh/ssh-connection.ts';
import type { OperatorNotice } from '../mail/tell-operators.ts';

const failures: Readonly<Record<SshFailure['reason'], Text>> = {
  unreachable: { en: 'The server could not be reached by SSH.', ja: 'SSHでサーバーに接続できませんでした。' },
  'timed-out': { en: 'The log-in did not finish in time.', ja: '制限時間内にログインできませんでした。' },
  'refused-login': {
    en: 'The server refused our log-in. Has the account, its key or its password been changed?',
    ja: 'ログインが拒否されました。アカウント、鍵、パスワードの変更がないかご確認ください。',
  },
  'host-key-mismatch': {
    en: "The server's host key is not the one we know, so we did not log in.",
    ja: 'サーバーのホスト鍵が登録済みのものと異なるため、ログインを中止しました。',
  },
  'bad-key': {
    en: 'Our key for this server cannot be used. Our operators are looking at it.',
    ja: '当社側の鍵に問題があるためログインできませんでした。当社で確認しています。',
  },
};

const ours: Text = {
  en: 'We could not log in for a reason of ours. Our operators are looking at it.',
  ja: '当社側の理由によりログインできませんでした。当社で確認しています。',
};

/** Why nothing was collected, as the customer may read it: nothing of our own set-up is in it. */
export function reasonFor(error: unknown): Text {
  if (error instanceof SshFailure) return failures[error.reason];
  if (error instanceof SecretMissing || error instanceof AddressRefused) return ours;
  if (error instanceof Error && error.name === 'TimeoutError') return failures['timed-out'];
  return failures.unreachable;
}

export const skippedSome = (count: number): Text => ({
  en: `${count} commands were left out, as the time was over or the connection was lost.`,
  ja: `時間切れまたは切断のため、${count} 件の情報は取得できませんでした。`,
});

export const hostKeyNotice = (server: string, at: Instant, detail: string): OperatorNotice => ({
  // Once a day for each server: the key stays what it is until somebody acts.
  key: `host-key.${server}.${at.slice(0, 10)}`,
  at,
  subject: { en: `Host key changed: ${server}`, ja: `ホスト鍵が変更されています: ${server}` },
  body: {
    en: `${detail}\nNobody logs in to this server until the key is settled. Ask the customer whether the server was rebuilt, then pin the new key in the inventory.`,
    ja: `${detail}\n鍵を確認するまで、このサーバーにはログインしません。サーバーの再構築がなかったかお客様に確認し、新しい鍵をインベントリーに登録してください。`,
  },
});
