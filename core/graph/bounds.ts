import type { BoundView } from '../api/servers.ts';
import type { Monitor } from '../monitor.ts';
import { type BadSide, type Bound, rangeOf, type Thresholds } from '../threshold.ts';

/** Which value a setting with bounds judges. */
interface Judged {
  /** Name of the setting. */
  readonly setting: string;
  /** Name of the value; what follows a colon in it is not looked at. */
  readonly value: string;
  /** What of it is bad. @default high */
  readonly bad?: BadSide;
  /** The setting's unit in units of the value. @default 1 */
  readonly factor?: number;
}

const responseTime: readonly Judged[] = [{ setting: 'responseMs', value: 'responseMs' }];

/**
 * Which values each check type judges, by the names of its settings: what graphs draw as bounds. A check type that judges by
 * nothing measured has an empty list, so that none is forgotten.
 */
const judgedBy: Readonly<
  Record<string, readonly Judged[] | ((settings: Monitor['settings']) => BoundView[])>
> = {
  agent: responseTime,
  // The plugin judges by itself, and does not tell its bounds.
  command: [],
  cpu: [{ setting: 'usedPercent', value: 'usedPercent' }],
  disk: [{ setting: 'usedPercent', value: 'usedPercent' }],
  dns: responseTime,
  'file-age': [
    { setting: 'ageHours', value: 'ageMinutes', factor: 60 },
    { setting: 'ageMinutes', value: 'ageMinutes' },
  ],
  ftp: responseTime,
  heartbeat: ({ everyMinutes, graceMinutes }) =>
    typeof everyMinutes === 'number' && typeof graceMinutes === 'number'
      ? [{ value: 'ageMinutes', level: 'critical', from: everyMinutes + graceMinutes }]
      : [],
  host: responseTime,
  http: pageBounds,
  https: pageBounds,
  imap: responseTime,
  load: [{ setting: 'loadPerCore', value: 'loadPerCore' }],
  memory: [{ setting: 'usedPercent', value: 'usedPercent' }],
  mysql: responseTime,
  pop3: responseTime,
  postgres: responseTime,
  process: ({ min, max, warning }) => [
    ...boundViews('processes', 'warning', warning as Bound | undefined, 'high', 1),
    ...boundViews('processes', 'critical', { below: numberIn(min), above: numberIn(max) }, 'high', 1),
  ],
  smtp: responseTime,
  ssh: responseTime,
  tcp: responseTime,
  tls: [{ setting: 'daysLeft', value: 'daysLeft', bad: 'low' }],
  traffic: [
    { setting: 'inMbps', value: 'inBitsPerSecond', factor: 1e6 },
    { setting: 'outMbps', value: 'outBitsPerSecond', factor: 1e6 },
  ],
};

/** Check types whose bounds are known here. */
export const boundedChecks: readonly string[] = Object.keys(judgedBy);

/** The bounds of a monitor's values as graphs draw them, in the units of the values. */
export function boundsOf({ check, settings }: Pick<Monitor, 'check' | 'settings'>): BoundView[] {
  const judged = judgedBy[check] ?? [];
  return typeof judged === 'function' ? judged(settings) : judgedViews(judged, settings);
}

const judgedViews = (judged: readonly Judged[], settings: Monitor['settings']): BoundView[] =>
  judged.flatMap(({ setting, value, bad = 'high', factor = 1 }) => {
    // The schema of the check type has seen to its form.
    const { warning, critical } = (settings[setting] ?? {}) as Thresholds;
    return [
      ...boundViews(value, 'warning', warning, bad, factor),
      ...boundViews(value, 'critical', critical, bad, factor),
    ];
  });

/** The time of the answer, and the number in its JSON document. */
function pageBounds(settings: Monitor['settings']): BoundView[] {
  const { json } = (settings.body ?? {}) as {
    readonly json?: { readonly min?: unknown; readonly max?: unknown };
  };
  const wanted = { below: numberIn(json?.min), above: numberIn(json?.max) };
  return [...judgedViews(responseTime, settings), ...boundViews('jsonValue', 'critical', wanted, 'high', 1)];
}

function boundViews(
  value: string,
  level: BoundView['level'],
  bound: Bound | undefined,
  bad: BadSide,
  factor: number,
): BoundView[] {
  if (bound === undefined) return [];
  const { below, above, from, to } = rangeOf(bound, bad);
  const scaled = (edge: number | undefined) => (edge === undefined ? undefined : edge * factor);
  return [
    { from: undefined, to: scaled(below) },
    { from: scaled(above), to: undefined },
    { from: scaled(from), to: scaled(to) },
  ].flatMap((range) =>
    range.from === undefined && range.to === undefined
      ? []
      : [
          {
            value,
            level,
            ...(range.from !== undefined && { from: range.from }),
            ...(range.to !== undefined && { to: range.to }),
          },
        ],
  );
}

const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
