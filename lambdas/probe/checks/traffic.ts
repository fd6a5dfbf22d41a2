import { z } from 'zod';
import { judgeValue, worst } from '../../../core/threshold.ts';
import type { SnmpSession } from '../../../platform/snmp/snmp-session.ts';
import { counterOf, numberOf, textOf } from '../../../platform/snmp/snmp-value.ts';
import { sysUpTime } from './agent.ts';
import { type CheckContext, checkType } from './check-type.ts';
import { oneDecimal, thresholdText } from './outcome-text.ts';
import { namePatterns, thresholds } from './settings.ts';
import { bitsPerSecond, elapsedSeconds } from './snmp/counter-rate.ts';
import { fitsAny } from './snmp/name-pattern.ts';
import { type Measured, measureByAgent, notOffered } from './snmp/snmp-exchange.ts';

const trafficSettings = z.strictObject({
  include: namePatterns
    .min(1)
    .default(['*'])
    .describe('a list of the interfaces that are looked at, * for any run of characters'),
  /** The loopback, and interfaces that come and go with containers and virtual machines. */
  exclude: namePatterns
    .default(['lo', 'docker*', 'br-*', 'veth*', 'virbr*', 'vnet*', 'tap*', 'cni*', 'cali*', 'flannel*'])
    .describe('a list of the interfaces that are left out'),
  inMbps: thresholds({}).describe('bounds of the incoming traffic of each interface, in Mbit/s'),
  outMbps: thresholds({}).describe('bounds of the outgoing traffic of each interface, in Mbit/s'),
});
type TrafficSettings = z.output<typeof trafficSettings>;

/** IF-MIB ifXTable: name, octets in and out in 64 bits, speed in Mbit/s, last break of the counters. */
const columns = [1, 6, 10, 15, 19].map((column) => `1.3.6.1.2.1.31.1.1.1.${column}`);
const maxInterfaces = 2048;
/** A measurement has so many values at most: two for each interface. */
const maxRecorded = 64;

const octets = z.string().regex(/^[0-9]{1,20}$/);
/** Keyed by interface name: an interface may bear another number after a restart. */
const trafficSample = z.strictObject({
  upTime: z.int().nonnegative(),
  interfaces: z.record(
    z.string(),
    z.strictObject({ in: octets, out: octets, discontinuity: z.int().nonnegative() }),
  ),
});
type TrafficSample = z.output<typeof trafficSample>;

/** What the agent said of one interface now. */
interface Interface {
  readonly name: string;
  readonly in: bigint;
  readonly out: bigint;
  readonly maxBitsPerSecond: number;
  readonly discontinuity: number;
}

const minSeconds = 1;
const maxSeconds = 3600;
/** Agents cache their counters for up to 15 s, so a rate over a short interval may seem higher than the link. */
const tolerance = 1.5;
/** Virtual interfaces have no speed, or the 10 Mbit/s that agents fall back to: only nonsense is caught. */
const leastBelievedMbps = 10;
const fastestLinkMbps = 1_600_000;

/**
 * Counts bits per second in and out of each interface since the last check, from 64-bit counters.
 *
 * Restarts of the system, the agent or an interface leave a gap, not a number.
 * @see RFC 2863, ifXTable and ifCounterDiscontinuityTime
 */
const checkTraffic = (settings: TrafficSettings, context: CheckContext) =>
  measureByAgent(context, async (session) => {
    const upTime = numberOf((await session.get([sysUpTime]))[0]);
    const found = upTime === undefined ? [] : await readInterfaces(session, settings);
    if (upTime === undefined || found === undefined) {
      return notOffered(
        '64 ビットのトラフィックのカウンター(ifXTable)',
        '64-bit traffic counters (ifXTable)',
      );
    }
    if (found.length === 0) return noneFits;
    const sample: TrafficSample = { upTime, interfaces: Object.fromEntries(found.map(toSample)) };
    const before = trafficSample.safeParse(context.sample);
    return before.success
      ? { ...judgeTraffic(before.data, upTime, found, settings), sample }
      : { ...first, sample };
  });

async function readInterfaces(
  session: SnmpSession,
  settings: TrafficSettings,
): Promise<Interface[] | undefined> {
  const rows = await session.columns(columns, { maxRows: maxInterfaces });
  const all = [...rows.values()].flatMap(([ifName, inOctets, outOctets, highSpeed, discontinuity]) => {
    const name = textOf(ifName, 60);
    const received = counterOf(inOctets);
    const sent = counterOf(outOctets);
    if (!name || received === undefined || sent === undefined) return [];
    const mbps = numberOf(highSpeed) ?? 0;
    const carried = mbps > leastBelievedMbps ? mbps * tolerance : fastestLinkMbps;
    return [
      {
        name,
        in: received,
        out: sent,
        maxBitsPerSecond: carried * 1e6,
        discontinuity: numberOf(discontinuity) ?? 0,
      },
    ];
  });
  if (all.length === 0) return undefined;
  // Two of one name cannot be told apart from check to check.
  const byName = Map.groupBy(all, ({ name }) => name);
  return all
    .filter(({ name }) => byName.get(name)?.length === 1)
    .filter(({ name }) => fitsAny(name, settings.include) && !fitsAny(name, settings.exclude))
    .slice(0, maxRecorded);
}

const toSample = (one: Interface) =>
  [one.name, { in: String(one.in), out: String(one.out), discontinuity: one.discontinuity }] as const;

const first: Measured = {
  severity: 'ok',
  summary: {
    ja: 'トラフィックは次回の監視から計算します(前回の値がまだありません)',
    en: 'the traffic will be known at the next check, as it needs two samples',
  },
};

const noneFits: Measured = {
  severity: 'unknown',
  summary: {
    ja: 'include と exclude に合うネットワークインターフェースがありません',
    en: 'no network interface fits include and exclude',
  },
};

/** Unknown, not well: an alert must not end because a server was started anew. */
const broken: Measured = {
  severity: 'unknown',
  summary: {
    ja: '前回の監視の後にカウンターが途切れたため、トラフィックを計算できません。次回から計算します',
    en: 'the counters broke off since the last check, so the traffic is known from the next one on',
  },
};

function judgeTraffic(
  before: TrafficSample,
  upTime: number,
  found: readonly Interface[],
  settings: TrafficSettings,
): Measured {
  const seconds = elapsedSeconds(before.upTime, upTime);
  if (seconds === undefined || seconds < minSeconds || seconds > maxSeconds) return broken;
  const rates = found.flatMap((now) => {
    const earlier = before.interfaces[now.name];
    if (earlier === undefined || earlier.discontinuity !== now.discontinuity) return [];
    const inBits = bitsPerSecond(BigInt(earlier.in), now.in, seconds, now.maxBitsPerSecond);
    const outBits = bitsPerSecond(BigInt(earlier.out), now.out, seconds, now.maxBitsPerSecond);
    return inBits === undefined || outBits === undefined ? [] : [{ name: now.name, inBits, outBits }];
  });
  if (rates.length === 0) return broken;
  const isLost = found.some(
    ({ name }) => name in before.interfaces && !rates.some((rate) => rate.name === name),
  );
  const values = Object.fromEntries(
    rates.flatMap(({ name, inBits, outBits }) => [
      [`inBitsPerSecond:${name}`, inBits],
      [`outBitsPerSecond:${name}`, outBits],
    ]),
  );

  const judged = rates.flatMap(({ name, inBits, outBits }) => [
    { name, ja: '受信', en: 'in', mbps: inBits / 1e6, limits: settings.inMbps },
    { name, ja: '送信', en: 'out', mbps: outBits / 1e6, limits: settings.outMbps },
  ]);
  const withSeverity = judged.map((one) => ({ ...one, severity: judgeValue(one.mbps, one.limits) }));
  const severity = worst(withSeverity.map((one) => one.severity));
  // The interface that broke off may be the one that is alerted.
  if (isLost && severity === 'ok') return { ...broken, values };
  const worstFirst = withSeverity
    .filter((one) => one.severity === severity)
    .sort((a, b) => b.mbps - a.mbps)
    .slice(0, 3);
  const say = (language: 'ja' | 'en') =>
    worstFirst
      .map((one) => {
        const limit = thresholdText(one.severity, one.limits, 'Mbit/s');
        return `${one.name} ${one[language]} ${oneDecimal(one.mbps)} Mbit/s${limit[language]}`;
      })
      .join(', ');
  return {
    severity,
    summary: { ja: `トラフィック ${say('ja')}`, en: `traffic: ${say('en')}` },
    values,
  };
}

export const traffic = checkType(
  {
    class: 'resource',
    priority: 12,
    timeLimitMs: 5000,
    runbook: { id: 'collect-load' },
    needs: ['snmp'],
    keepsSample: true,
  },
  trafficSettings,
  checkTraffic,
);
