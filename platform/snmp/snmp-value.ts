import snmp, { type VarBind } from 'net-snmp';
import { peerText } from '../network/peer-text.ts';

/** Integers and 32-bit counters as numbers, 64-bit counters as bigint, octets as bytes, OIDs and addresses as text. */
export type SnmpValue = number | bigint | string | Uint8Array;

const { ObjectType } = snmp;

/** The value of a varbind; undefined where there is no such object or instance, or the type is of no use. */
export function readValue({ type, value }: VarBind): SnmpValue | undefined {
  if (type === ObjectType.Counter64) return value instanceof Uint8Array ? unsigned(value) : undefined;
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Uint8Array) return value;
  return undefined;
}

/** A Counter64 arrives as its bytes: up to nine, as a leading zero keeps it positive. */
function unsigned(bytes: Uint8Array): bigint | undefined {
  if (bytes.length > 9) return undefined;
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return BigInt.asUintN(64, value);
}

/** A count or gauge as a number; undefined when it is none. */
export function numberOf(value: SnmpValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' ? Number(value) : undefined;
}

/** A 32-bit size that the MIB declares signed and agents fill to the brim: negative means above 2³¹. */
export function unsigned32Of(value: SnmpValue | undefined): number | undefined {
  const number = numberOf(value);
  return number === undefined ? undefined : number >>> 0;
}

/** A counter as bigint; undefined when it is none. */
export function counterOf(value: SnmpValue | undefined): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? BigInt(value) : undefined;
}

/** Text of an agent for people; undefined when the value is none. */
export function textOf(value: SnmpValue | undefined, maxLength = 120): string | undefined {
  return typeof value === 'string' || value instanceof Uint8Array ? peerText(value, maxLength) : undefined;
}

/** Compares row indexes as numbers, part by part. */
export function compareIndex(left: string, right: string): number {
  const a = left.split('.');
  const b = right.split('.');
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = Number(a[i]) - Number(b[i]);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
