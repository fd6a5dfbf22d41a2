import type { Severity } from '../../../core/check-outcome.ts';
import { type Difference, type Plugin, type Row, verdictsOf } from './row.ts';

/** Writes docs/same-verdict.md from the table, so that the page cannot say what no test has seen. */
export function renderPage(table: readonly Row[], secrets: Readonly<Record<string, string>>): string {
  const byPlugin = [...Map.groupBy(table, ({ plugin }) => plugin)];
  const differing = table.filter(isDifferent);
  return [
    '# The same verdict as monitoring-plugins',
    '',
    `${table.length} conditions of a target, each judged by one of our checks and by the program of Debian's`,
    'monitoring-plugins (seen with 2.3.3) that is meant for it, side by side and in the same run.',
    `They agree in ${table.length - differing.length}; ${differing.length} differences are meant, and stand below with their reason.`,
    '',
    'This page is written from the table in [test/real/same-verdict](../test/real/same-verdict): `npm run test:real`',
    'sees every line of it. It fails when a verdict is another one, when a difference is gone, or when this page is not what',
    'the table says; `npm run test:real -- same-verdict -u` writes it anew.',
    '',
    '| plugin | our check | conditions | same | different |',
    '| --- | --- | ---: | ---: | ---: |',
    ...byPlugin.map(([plugin, rows]) => {
      const checks = [...new Set(rows.map(({ check }) => `\`${check}\``))].join(', ');
      const others = rows.filter(isDifferent).length;
      return `| \`${plugin}\` | ${checks} | ${rows.length} | ${rows.length - others} | ${others} |`;
    }),
    '',
    'A verdict is the exit code of a plugin: ok, warning, critical or unknown. Servers with a name, as nginx or NSD, are',
    'the real ones of Debian on the loopback; the others are scripted, to do what no real one does on demand. Both are asked',
    'with the same time limit, but for `check_snmp`, whose own is 5 s here (`-t 6 -e 0`) and 55 s by default. Where a plugin',
    'warns, ours is often critical: our warnings are mailed and never acted on, so what serves nobody is more than that.',
    '',
    '## Where they differ',
    '',
    ...reasons(differing),
    '## All conditions',
    '',
    ...byPlugin.flatMap(([plugin, rows]) => section(plugin, rows, secrets)),
  ].join('\n');
}

type Differing = Row & { readonly says: Difference };
const isDifferent = (row: Row): row is Differing => typeof row.says !== 'string';

function reasons(rows: readonly Differing[]): string[] {
  return [...Map.groupBy(rows, ({ says }) => says.because)].flatMap(([because, alike]) => [
    sentence(because),
    '',
    ...alike.map(
      ({ plugin, given, says }) =>
        `- \`${plugin}\`, ${given}: ${says.ours} to us, ${says.theirs} to the plugin`,
    ),
    '',
  ]);
}

/** A reason as the page has it: names of plugins as code, a capital at its beginning. */
function sentence(because: string): string {
  const named = because.replace(/\bcheck_\w+/g, '`$&`');
  return `${named.charAt(0).toUpperCase()}${named.slice(1)}:`;
}

const section = (
  plugin: Plugin,
  rows: readonly Row[],
  secrets: Readonly<Record<string, string>>,
): string[] => [
  `### ${plugin}`,
  '',
  '| condition | verdict | arguments | our check and its settings |',
  '| --- | --- | --- | --- |',
  ...rows.map((row) => {
    const args = row.args.map((arg) => shown(arg, secrets)).join(' ');
    const settings = Object.keys(row.settings).length === 0 ? '' : ` ${code(JSON.stringify(row.settings))}`;
    return `| ${row.given} | ${verdict(row)} | ${args === '' ? '' : code(args)} | ${row.check}${settings} |`;
  }),
  '',
];

function verdict(row: Row): string {
  const { ours, theirs } = verdictsOf(row);
  return ours === theirs ? ours : `${ours}; plugin: ${theirs}`;
}

/** An argument as one would write it in a shell, secrets by their name. */
function shown(arg: string, secrets: Readonly<Record<string, string>>): string {
  const name = Object.entries(secrets).find(([, value]) => arg.includes(value));
  if (name !== undefined) return arg.replace(name[1], `<${name[0]}>`);
  return /^[\w@%+=:,./~-]+$/.test(arg) ? arg : `'${arg}'`;
}

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;

/** What is wrong with the table itself. */
export function faultsOf(table: readonly Row[]): string[] {
  const titles = table.map(({ plugin, check, given }) => `${plugin} and ${check}: ${given}`);
  const twice = titles.filter((title, i) => titles.indexOf(title) !== i);
  const alike = table.filter(isDifferent).filter(({ says }) => says.ours === (says.theirs as Severity));
  return [
    ...twice.map((title) => `${title} is there twice; tell what is different`),
    ...alike.map(({ given }) => `${given} has a reason for no difference`),
  ];
}
