import { z } from 'zod';
import { quoteCommand } from '../../../core/evidence/quote.ts';
import type { Text } from '../../../core/text.ts';
import { judgeValue } from '../../../core/threshold.ts';
import { peerText } from '../../../platform/network/peer-text.ts';
import type { CommandResult, SshConnection } from '../../../platform/ssh/ssh-connection.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { lookOnServer, type Seen } from './login/on-server.ts';
import { oneDecimal, thresholdText } from './outcome-text.ts';
import { thresholds } from './settings.ts';

/** A century. */
const mostHours = 876_000;
const mostMinutes = 60 * mostHours;

const age = (unit: string, most: number) =>
  thresholds({}, most)
    .unwrap()
    .refine(({ warning, critical }) => warning !== undefined || critical !== undefined, {
      error: `has no bound; give critical, warning or both, in ${unit}`,
    })
    .describe(`bounds of the age in ${unit}`)
    .optional();

const fileAgeSettings = z
  .strictObject({
    path: z
      .string()
      .max(500)
      .regex(/^\/\P{Cc}*$/u, 'write the whole path from its slash')
      .meta({
        description: 'the file, or with newest the directory it is in',
        examples: ['/var/backups/db.dump'],
      }),
    newest: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^/\p{Cc}]+$/u, 'write the name of a file without a directory')
      .meta({
        description:
          'of the files of that directory with this name, * for any run of characters, the newest counts',
        examples: ['db-*.dump'],
      })
      .optional(),
    ageHours: age('hours', mostHours),
    ageMinutes: age('minutes', mostMinutes),
  })
  .refine(({ ageHours, ageMinutes }) => (ageHours === undefined) !== (ageMinutes === undefined), {
    error: 'give ageHours or ageMinutes, one of both, for example ageHours: {critical: 26}',
  });
type FileAgeSettings = z.output<typeof fileAgeSettings>;

/** Times of some ten thousand files. */
const maxBytes = 256 * 1024;
const maxRunMs = 30_000;
/** A file that is being written is a little younger than the clock that was asked before. */
const clockSlackSeconds = 60;

/**
 * Measures how old a file is, by the server's own clock: the last backup, say. A file that is not there is critical, as
 * it is older than any objective; one that cannot be looked at is unknown.
 */
const checkFileAge = (settings: FileAgeSettings, context: CheckContext) =>
  lookOnServer(context, async ({ connection }) => {
    const { path, newest } = settings;
    const now = secondsOf(await run(connection, ['date', '+%s']));
    if (now === undefined) return noClock;
    const found =
      newest === undefined
        ? await run(connection, ['stat', '-L', '-c', '%Y', '--', path])
        : await run(connection, [
            ...['find', '-H', path, '-maxdepth', '1', '-type', 'f'],
            ...['-name', namePattern(newest), '-printf', '%T@\\n'],
          ]);
    const name = newest === undefined ? path : `${path.replace(/\/$/, '')}/${newest}`;
    if (found.truncated) return tooMany(name);
    const changedAt = newestOf(found.output);
    if (changedAt === undefined) return withoutFile(found, name);
    const ageSeconds = now - changedAt;
    if (ageSeconds < -clockSlackSeconds) return inFuture(name);
    return judgeAge(settings, name, Math.max(0, ageSeconds) / 60);
  });

function judgeAge({ ageHours, ageMinutes }: FileAgeSettings, name: string, minutes: number): Seen {
  const [age, limits, unit] =
    ageMinutes === undefined
      ? [minutes / 60, ageHours ?? {}, { ja: '時間', en: 'h' }]
      : [minutes, ageMinutes, { ja: '分', en: 'min' }];
  const severity = judgeValue(age, limits);
  const limit = thresholdText(severity, limits, unit);
  return {
    severity,
    summary: {
      ja: `${name} は ${oneDecimal(age)} ${unit.ja}前のものです${limit.ja}`,
      en: `${name} is ${oneDecimal(age)} ${unit.en} old${limit.en}`,
    },
    values: { ageMinutes: minutes },
  };
}

/** The messages of the programs are read, so they must be in one language. */
const run = (connection: SshConnection, argv: readonly string[]): Promise<CommandResult> =>
  connection.run(quoteCommand(['env', 'LC_ALL=C', ...argv]), { timeoutMs: maxRunMs, maxBytes });

/** Only `*` is special to us; find knows more. */
const namePattern = (name: string): string => name.replace(/[\\?[\]]/g, '\\$&');

const seconds = /^(-?\d{1,12})(?:\.\d{1,12})?$/;

function secondsOf({ exitCode, output }: CommandResult): number | undefined {
  const found = exitCode === 0 ? seconds.exec(output.trim())?.[1] : undefined;
  return found === undefined ? undefined : Number(found);
}

/** The greatest of the lines that are times; an error between them is none. */
function newestOf(output: string): number | undefined {
  let newest: number | undefined;
  for (const line of output.split('\n')) {
    const found = seconds.exec(line.trim())?.[1];
    if (found !== undefined && (newest === undefined || Number(found) > newest)) newest = Number(found);
  }
  return newest;
}

function withoutFile({ exitCode, output }: CommandResult, name: string): Seen {
  const isMissing = exitCode === 0 || /No such file or directory/.test(output);
  if (isMissing) {
    const summary = { ja: `${name} がありません`, en: `${name} is not there` };
    return { severity: 'critical', summary };
  }
  if (/Permission denied/.test(output)) {
    return unknown({
      ja: `${name} を見る権限がありません。SSH のユーザーに読み取りを許してください`,
      en: `our user may not look at ${name}; let it read the directories above`,
    });
  }
  const said = peerText(output.trim(), 120);
  return unknown({
    ja: `${name} を見られませんでした(終了コード ${exitCode ?? 'なし'}): ${said}`,
    en: `${name} could not be looked at (exit code ${exitCode ?? 'none'}): ${said}`,
  });
}

const unknown = (summary: Text): Seen => ({ severity: 'unknown', summary });

const noClock = unknown({
  ja: 'サーバーの時刻(date +%s)を読めませんでした',
  en: "the server's clock (date +%s) could not be read",
});

const tooMany = (name: string): Seen =>
  unknown({
    ja: `${name} に合うファイルが多すぎます。名前をより細かく指定してください`,
    en: `too many files fit ${name}; give a name that fewer have`,
  });

const inFuture = (name: string): Seen =>
  unknown({
    ja: `${name} の日時が未来です。サーバーの時刻を確かめてください`,
    en: `${name} is dated in the future; see that the server's clock is right`,
  });

export const fileAge = checkType(
  { class: 'resource', priority: 8, timeLimitMs: 20_000, needs: ['ssh'], plans: ['managed'] },
  fileAgeSettings,
  checkFileAge,
);
