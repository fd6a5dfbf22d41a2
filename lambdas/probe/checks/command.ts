import { z } from 'zod';
import type { Severity } from '../../../core/check-outcome.ts';
import { quoteCommand } from '../../../core/evidence/quote.ts';
import { redactSecrets } from '../../../core/evidence/redact-secrets.ts';
import type { Text } from '../../../core/text.ts';
import { numberOf } from '../../../platform/snmp/snmp-value.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { lookOnServer, type Seen } from './login/on-server.ts';
import { readPluginOutput } from './plugin/plugin-output.ts';
import { measureByAgent } from './snmp/snmp-exchange.ts';

const noControlCharacters = /^\P{Cc}*$/u;

const commandSettings = z
  .strictObject({
    command: z
      .array(
        z
          .string()
          .max(1000)
          .regex(noControlCharacters, 'write it on one line, without control characters')
          .describe('an argument'),
      )
      .min(1)
      .max(60)
      .refine(([program = '']) => /^\/[^\s]*[^\s/]$/.test(program), {
        error: 'begin with the whole path of the program, for example /usr/lib/nagios/plugins/check_load',
        path: [0],
      })
      .meta({
        description: 'the program and its arguments as a list, as no shell reads them; it runs by SSH',
        examples: [['/usr/lib/nagios/plugins/check_mailq', '-w', '20', '-c', '100']],
      })
      .optional(),
    extend: z
      .string()
      .regex(/^[\x21-\x7e]{1,60}$/, 'write the name that follows extend in snmpd.conf')
      .meta({
        description: 'the name of an extend line of snmpd.conf, in place of command; it is asked by SNMP',
        examples: ['backup'],
      })
      .optional(),
  })
  .refine(({ command, extend }) => (command === undefined) !== (extend === undefined), {
    error: 'give command or extend, one of both',
  });
type CommandSettings = z.output<typeof commandSettings>;

/** Nagios reads 8 KB. */
const maxBytes = 16 * 1024;

/** NET-SNMP-EXTEND-MIB nsExtendOutputFull and nsExtendResult; the index is the name with its length before it. */
const extendOutput = '1.3.6.1.4.1.8072.1.3.2.3.1.2';
const extendResult = '1.3.6.1.4.1.8072.1.3.2.3.1.4';

const isNotStarted = /^\/\S+: (?:No such file or directory|Permission denied)\s*$/;
/** As shells tell it. */
const cannotRun = 127;

const severities: readonly Severity[] = ['ok', 'warning', 'critical', 'unknown'];

/**
 * Runs a plugin of Nagios on the server, or asks the agent that runs it: exit code 0 is ok, 1 a warning, 2 critical,
 * 3 unknown, and the performance data are its values. Every other end, a time limit, too, leaves it unknown: only the
 * plugin's own word is a ground to act on.
 *
 * @see Monitoring Plugins Development Guidelines, "Plugin Return Codes"
 */
const checkCommand = ({ command, extend }: CommandSettings, context: CheckContext) =>
  command === undefined
    ? measureByAgent(context, async (session) => {
        const index = [...Buffer.from(extend ?? '', 'latin1')];
        const row = [index.length, ...index].join('.');
        const [result, output] = await session.get([`${extendResult}.${row}`, `${extendOutput}.${row}`]);
        const exitCode = numberOf(result);
        if (exitCode === undefined) return noSuchExtend(extend ?? '');
        const text =
          output instanceof Uint8Array ? Buffer.from(output.subarray(0, maxBytes)).toString('utf8') : '';
        // The agent of Net-SNMP tells of a program that it could not start as if that had ended with 1.
        return judge(isNotStarted.test(text) ? cannotRun : exitCode, text, extend);
      })
    : lookOnServer(context, async ({ connection, secrets }) => {
        const { exitCode, output, truncated } = await connection.run(quoteCommand(command), {
          timeoutMs: maxRunMs,
          maxBytes,
          withoutErrors: true,
        });
        const [program = ''] = command;
        if (truncated) return floods(program);
        return judge(exitCode, redactSecrets(output, secrets), program);
      });

/** The signal of the check comes before it. */
const maxRunMs = 30_000;

function judge(exitCode: number | undefined, output: string, program = ''): Seen {
  const severity = exitCode === undefined ? undefined : severities[exitCode];
  if (severity === undefined) return { severity: 'unknown', summary: strangeEnd(exitCode, program) };
  const { line, values } = readPluginOutput(output);
  const summary =
    line === ''
      ? {
          ja: `プラグインは何も出力しませんでした(終了コード ${exitCode})`,
          en: `the plugin said nothing (exit code ${exitCode})`,
        }
      : { ja: line, en: line };
  // What could not be judged has nothing to draw.
  return { severity, summary, values: severity === 'unknown' ? {} : values };
}

function strangeEnd(exitCode: number | undefined, program: string): Text {
  if (exitCode === 126 || exitCode === cannotRun) {
    return {
      ja: `プラグイン ${program} を実行できません(終了コード ${exitCode})。サーバーにあるか、実行を許されているかを確かめてください`,
      en: `the plugin ${program} cannot be run (exit code ${exitCode}); see that it is on the server and our user may run it`,
    };
  }
  return exitCode === undefined
    ? {
        ja: 'プラグインが終了コードなしで終わりました(シグナル、または接続の切断)',
        en: 'the plugin ended without an exit code, by a signal or with the connection',
      }
    : {
        ja: `プラグインの終了コード ${exitCode} は決まりにありません(0〜3)`,
        en: `the plugin ended with ${exitCode}, which is no exit code of plugins (0 to 3)`,
      };
}

const floods = (program: string): Seen => ({
  severity: 'unknown',
  summary: {
    ja: `プラグイン ${program} の出力が ${maxBytes / 1024} KiB を超えました`,
    en: `the plugin ${program} said more than ${maxBytes / 1024} KiB`,
  },
});

const noSuchExtend = (name: string): Seen => ({
  severity: 'unknown',
  summary: {
    ja: `エージェントに extend ${name} がありません。snmpd.conf の extend 行と view の範囲を確かめてください`,
    en: `the agent has no extend ${name}; see that snmpd.conf has that line and its view includes it`,
  },
});

export const command = checkType(
  {
    class: 'liveness',
    priority: 8,
    timeLimitMs: 20_000,
    needsBy: { command: 'ssh', extend: 'snmp' },
    plans: ['managed'],
  },
  commandSettings,
  checkCommand,
);
