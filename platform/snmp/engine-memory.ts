import type { SecurityParameters, Session } from 'net-snmp';
import type { SnmpPeer } from './snmp-session.ts';

/** A v3 agent's engine, and where its clock stood when it was last heard. */
interface Engine {
  readonly id: Buffer;
  readonly boots: number;
  readonly seconds: number;
  readonly heardAtMs: number;
}

/** Some 300 bytes each. */
const maxEngines = 20_000;
const engines = new Map<string, Engine>();

const keyOf = ({ address, port }: SnmpPeer): string => `${address} ${port}`;

/**
 * What an agent told of itself in an earlier talk, its clock moved on to now: it need not be greeted again. One that
 * has another engine or clock by now says so in a report, which costs no more than the greeting.
 *
 * @see RFC 3414 §2.3, the local notion of an authoritative engine's time
 */
export function recallEngine(peer: SnmpPeer): SecurityParameters | undefined {
  const engine = engines.get(keyOf(peer));
  if (engine === undefined) return undefined;
  const passedSeconds = Math.floor((performance.now() - engine.heardAtMs) / 1000);
  return {
    msgAuthoritativeEngineID: engine.id,
    msgAuthoritativeEngineBoots: engine.boots,
    msgAuthoritativeEngineTime: engine.seconds + passedSeconds,
  };
}

/** Keeps what a session has learned from an answer that was authentic. */
export function rememberEngine(peer: SnmpPeer, session: Session): void {
  const heard = session.msgSecurityParameters?.msgAuthoritativeEngineID;
  const time = session.getEngineTime();
  if (heard === undefined || time === null) return;
  const key = keyOf(peer);
  const known = engines.get(key);
  if (known === undefined && engines.size >= maxEngines) engines.clear();
  // A copy: what was heard is a piece of a whole datagram.
  const id = known?.id.equals(heard) ? known.id : Buffer.from(heard);
  engines.set(key, {
    id,
    boots: time.engineBoots,
    seconds: time.engineTime,
    heardAtMs: performance.now(),
  });
}

export function forgetEngine(peer: SnmpPeer): void {
  engines.delete(keyOf(peer));
}
