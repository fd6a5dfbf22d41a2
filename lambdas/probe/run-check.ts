import type { CheckResult } from '../../core/check-outcome.ts';
import type { SecretRef } from '../../core/ids.ts';
import type { Instant } from '../../core/instant.ts';
import type { Monitor } from '../../core/monitor.ts';
import type { Text } from '../../core/text.ts';
import { peerText } from '../../platform/network/peer-text.ts';
import { AddressRefused, resolveTarget } from '../../platform/network/target-address.ts';
import { SecretMissing, type SecretStore } from '../../platform/secrets/secret-store.ts';
import type { HeartbeatStore } from '../../platform/store/heartbeat-store.ts';
import { type CheckContext, type CheckType, TimeLimitReached } from './checks/check-type.ts';

export interface CheckRunnerPorts {
  readonly checkTypes: Readonly<Record<string, CheckType>>;
  readonly secrets: SecretStore;
  /** Only where checks of monitors run; at the terminal there are none. */
  readonly heartbeats?: HeartbeatStore;
  /** Whether servers may be reached by loopback: on one machine only. */
  readonly localTargetsAllowed: boolean;
  /** Looks on: what it makes of the context is what the check gets. */
  readonly lookOn?: (context: CheckContext) => CheckContext;
}

/** What of a monitor says how it is checked. */
export type CheckedMonitor = Pick<Monitor, 'check' | 'settings' | 'target' | 'timeLimitMs'> &
  Partial<Pick<Monitor, 'account' | 'server' | 'id'>>;

/** Carries out one check. Never throws: what is a fault of ours comes back as `unknown`. */
export type CheckRunner = (monitor: CheckedMonitor, at: Instant, sample?: unknown) => Promise<CheckResult>;

/** A check that does not heed its signal is left alone after this. */
const graceMs = 1000;

/** Joins the check types with what they stand on, and holds the time limit of each check. */
export function createCheckRunner(ports: CheckRunnerPorts): CheckRunner {
  return async (monitor, at, sample) => {
    const startedAt = performance.now();
    try {
      return await runInTime(ports, monitor, at, sample);
    } catch (fault) {
      const summary = explainFault(fault, monitor);
      const durationMs = performance.now() - startedAt;
      return { outcome: { severity: 'unknown', summary, durationMs, values: {} } };
    }
  };
}

async function runInTime(
  { checkTypes, secrets, heartbeats, localTargetsAllowed, lookOn }: CheckRunnerPorts,
  monitor: CheckedMonitor,
  at: Instant,
  sample: unknown,
): Promise<CheckResult> {
  const type = Object.hasOwn(checkTypes, monitor.check) ? checkTypes[monitor.check] : undefined;
  if (type === undefined) {
    throw new Error(`check is "${monitor.check}"; known checks are ${Object.keys(checkTypes).join(', ')}`);
  }
  const { target, timeLimitMs } = monitor;
  const control = new AbortController();
  const { signal } = control;
  const plain: CheckContext = {
    at,
    target,
    signal,
    sample,
    secret: (ref: SecretRef) => secrets.read(ref),
    heartbeat: async () => {
      const { account, server, id } = monitor;
      if (heartbeats === undefined || account === undefined || server === undefined || id === undefined)
        throw new Error('a heartbeat is judged by the calls of a monitor, and this check is of none');
      return await heartbeats.heartbeat({ account, server, monitor: id });
    },
    resolve: (host, family) =>
      resolveTarget(host, target.reach, { localAllowed: localTargetsAllowed, signal, family }),
  };
  const context = lookOn?.(plain) ?? plain;

  const { promise: overrun, reject } = Promise.withResolvers<never>();
  // Between the timer and the end lies one turn of the event loop: an answer that had come while this process was
  // busy is heard first, and our own slowness is not told as the target's.
  let afterTurn: NodeJS.Immediate | undefined;
  let timer = setTimeout(() => {
    afterTurn = setImmediate(() => {
      control.abort(new TimeLimitReached(timeLimitMs));
      timer = setTimeout(() => reject(new Error(`the check did not end at its time limit`)), graceMs);
    });
  }, timeLimitMs);
  try {
    return await Promise.race([type.run(monitor.settings, context), overrun]);
  } finally {
    clearTimeout(timer);
    clearImmediate(afterTurn);
  }
}

/** Says for operators why a check could not be carried out. Errors of ports hold no secret, and are bounded here. */
function explainFault(fault: unknown, { check, target }: CheckedMonitor): Text {
  const reason = reasonOf(fault);
  return {
    ja: `監視(${check})を実行できませんでした(対象 ${target.address}): ${reason.ja}`,
    en: `the ${check} check of ${target.address} could not be carried out: ${reason.en}`,
  };
}

function reasonOf(fault: unknown): Text {
  if (fault instanceof AddressRefused) return fault.text;
  if (fault instanceof SecretMissing) {
    return {
      ja: `シークレット ${fault.ref} がありません。mimamori secret put ${fault.ref} で登録してください`,
      en: fault.message,
    };
  }
  if (fault instanceof TimeLimitReached) {
    const seconds = fault.timeLimitMs / 1000;
    return { ja: `${seconds} 秒の制限時間を超えました`, en: `it took longer than ${seconds} s` };
  }
  const message = peerText(fault instanceof Error ? fault.message : String(fault), 300);
  return { ja: message, en: message };
}
