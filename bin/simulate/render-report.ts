import type { SimulationReport, Spread, TimeToMail } from './simulate.ts';

/** Writes a report as a person reads it. */
export function renderReport(report: SimulationReport): string {
  const { start, end, checks, failures, incidents, failureToMail, failureToUpdate, executions } = report;
  const { servers, monitors } = report;
  const lines = [
    `From ${start} to ${end}: ${counted(servers, 'server')}, ${counted(monitors, 'monitor')}`,
    '',
    row('checks', [
      `${number(checks.scheduled)} scheduled in ${counted(report.sweeps, 'sweep')}`,
      `${number(checks.repeated)} repeated`,
      `${number(checks.failed)} failed`,
      `${number(checks.unknown)} could not be judged`,
      ...(checks.notReached > 0 ? [`${number(checks.notReached)} not reached in their minute`] : []),
    ]),
    row('failures', [
      number(failures.all),
      `${number(failures.believed)} believed`,
      `${number(failures.notBelieved)} over before the repeats`,
      `${number(failures.neverSeen)} over before a check came by`,
      ...(failures.underWay > 0 ? [`${number(failures.underWay)} under way at the end`] : []),
    ]),
    row('incidents', [number(incidents.opened), `${number(incidents.openAtEnd)} open at the end`]),
    row('mails', named(report.mails)),
    ...Object.entries(executions)
      .filter(([, byStatus]) => Object.keys(byStatus).length > 0)
      .map(([machine, byStatus]) =>
        row(
          machine,
          named(byStatus).map((text) => text.toLowerCase()),
        ),
      ),
    row('events', [number(report.events)]),
  ];
  const times = Object.entries(failureToMail);
  if (times.length > 0 || failureToUpdate !== undefined) {
    lines.push('', columns('from a failure to its mail', ['count', 'p50', 'p99', 'longest', 'allowed']));
    for (const [kind, spread] of times) {
      lines.push(columns(`  ${kind}`, [...spreadCells(spread), allowedCell(spread)]));
    }
    if (failureToUpdate !== undefined) {
      lines.push(columns('  told as an update', spreadCells(failureToUpdate)));
    }
    const over = times.reduce((sum, [, { overAllowed }]) => sum + overAllowed, 0);
    lines.push(
      '',
      over === 0 ? 'No mail came later than allowed.' : `${number(over)} came later than allowed.`,
    );
  }
  return `${lines.join('\n')}\n`;
}

const number = (value: number): string => value.toLocaleString('en-US');

const counted = (value: number, noun: string): string => `${number(value)} ${noun}${value === 1 ? '' : 's'}`;

const row = (name: string, parts: readonly string[]): string =>
  `${name.padEnd(16)}${parts.length === 0 ? 'none' : parts.join(', ')}`;

const columns = (name: string, cells: readonly string[]): string =>
  `${name.padEnd(28)}${cells.map((cell) => cell.padStart(13)).join('')}`.trimEnd();

const named = (counts: Readonly<Partial<Record<string, number>>>): string[] =>
  Object.entries(counts)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => `${number(count ?? 0)} ${name}`);

const spreadCells = ({ count, p50Seconds, p99Seconds, maxSeconds }: Spread): string[] => [
  number(count),
  ...[p50Seconds, p99Seconds, maxSeconds].map(duration),
];

const allowedCell = ({ allowedSeconds }: TimeToMail): string =>
  allowedSeconds === undefined ? '' : duration(allowedSeconds);

/** `4 min 05 s`; days and hours where it is that long. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
