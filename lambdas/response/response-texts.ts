import type { Unrepaired } from '../../core/incident/response.ts';
import type { Repair, RepairEnd } from '../../core/response/repair.ts';
import type { PlannedStep } from '../../core/runbook/plan-steps.ts';
import type { Text } from '../../core/text.ts';

const one = (en: string, ja: string): Text => ({ en, ja });

/** Why nothing (more) is tried. */
export const leftText: Readonly<Record<Unrepaired['reason'], Text>> = {
  'no-runbook': one(
    'There is no runbook that a first response could try for it here.',
    'このアラートに対して実行できる一次対応の手順書はありません。',
  ),
  'tried-all': one(
    'Every runbook there is was tried, and it is not well.',
    'すべての手順書を実行しましたが、復旧しませんでした。',
  ),
  guarded: one(
    'It was repaired before and the repair did not hold, or it was repaired too often. Nothing is tried again.',
    '一次対応で復旧した後の再発、または復旧回数の上限に達したため、同じ対応は繰り返しません。',
  ),
  'no-access': one(
    'We could not log in to the server, so nothing could be tried.',
    'サーバーにログインできないため、一次対応を実行できませんでした。',
  ),
  'host-key': one(
    "The server's host key is not the one we know, so nobody logs in until that is settled.",
    'サーバーのホスト鍵が登録済みのものと異なるため、確認できるまでログインを行いません。',
  ),
  stopped: one('The first response was stopped.', '一次対応は停止されました。'),
  operator: one('An operator has escalated it.', '運用担当がエスカレーションしました。'),
  fault: one(
    'The first response could not go on for a reason of ours. Our operators know.',
    '当社側の理由により一次対応を続行できませんでした。運用担当が確認しています。',
  ),
};

const ends: Readonly<Record<RepairEnd, Text>> = {
  repaired: one('It is well again.', '復旧を確認しました。'),
  'not-repaired': one('It is not well yet.', '復旧していません。'),
  'not-fit': one('It cannot run on this server.', 'このサーバーでは実行できません。'),
  'no-access': one('We could not log in.', 'ログインできませんでした。'),
  'host-key': one("The server's host key has changed.", 'ホスト鍵が変更されています。'),
  stopped: one('It was stopped.', '停止されました。'),
  fault: one('It ended by an error of ours.', '当社側のエラーで終了しました。'),
  held: one(
    'Announced maintenance began: no further command runs. If it still fails after it, the first response begins anew.',
    '予定のメンテナンスが始まったため、以後のコマンドは実行しません。終了後も異常が続く場合は、一次対応をやり直します。',
  ),
  'not-needed': one(
    'It was well before anything was changed.',
    '変更を加える前に復旧していたため、何も行いませんでした。',
  ),
};

const nameOf = ({ number, runbook, version }: Repair): Text => {
  const shown = version === undefined ? runbook : `${runbook} ${version}`;
  return one(`First response ${number} (${shown})`, `一次対応 ${number}(${shown})`);
};

export const beganText = (repair: Repair, steps: readonly PlannedStep[]): Text => {
  const name = nameOf(repair);
  const by = repair.requested?.by;
  return one(
    `${name.en} begins: ${steps.length} commands for ${repair.monitor}${by === undefined ? '' : `, asked for by ${by}`}.`,
    `${name.ja}を開始しました。対象: ${repair.monitor}、コマンド ${steps.length} 件${by === undefined ? '' : `、依頼者: ${by}`}。`,
  );
};

export const endedText = (repair: Repair, end: RepairEnd, detail?: Text): Text => {
  const name = nameOf(repair);
  return one(
    `${name.en}: ${ends[end].en}${detail === undefined ? '' : ` ${detail.en}`}`,
    `${name.ja}: ${ends[end].ja}${detail === undefined ? '' : ` ${detail.ja}`}`,
  );
};

/** What of a repair an alert keeps. */
export const attemptText = (end: RepairEnd, detail?: Text): Text =>
  detail === undefined ? ends[end] : one(`${ends[end].en} ${detail.en}`, `${ends[end].ja} ${detail.ja}`);

export const unknownResult = one(
  'It was begun, and nobody knows what it ended with. It is not run again.',
  '実行を開始しましたが結果を確認できません。再実行はしません。',
);

export const noConnection = (detail: Text): Text =>
  one(
    `The connection for this command failed: ${detail.en}`,
    `このコマンドのための接続に失敗しました: ${detail.ja}`,
  );

export const withMonitor = (monitor: string, text: Text): Text =>
  one(`${monitor}: ${text.en}`, `${monitor}: ${text.ja}`);
