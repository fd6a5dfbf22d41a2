/**
 * Tells what an authPriv session may believe of an SNMPv3 message: an encrypted and authenticated one, or a report,
 * by which an agent says why it will not answer. net-snmp takes a response without either. An engine id longer than
 * the standard's is refused: keys are kept by it.
 *
 * @returns undefined for what is neither
 * @see RFC 3411 §5, SnmpEngineID; RFC 3412 §6; RFC 3414 §3.2
 */
export function kindOfV3Message(message: Buffer): 'protected' | 'report' | undefined {
  const outer = enter(message, 0, sequence);
  const version = outer && enter(message, outer.start, integer);
  const header = version && enter(message, version.end, sequence);
  const id = header && enter(message, header.start, integer);
  const maxSize = id && enter(message, id.end, integer);
  const flags = maxSize && enter(message, maxSize.end, octets);
  if (version === undefined || header === undefined || flags === undefined) return undefined;
  if (sizeOf(version) !== 1 || message[version.start] !== 3 || sizeOf(flags) !== 1) return undefined;

  const parameters = enter(message, header.end, octets);
  const security = parameters && enter(message, parameters.start, sequence);
  const engine = security && enter(message, security.start, octets);
  if (parameters === undefined || engine === undefined || sizeOf(engine) > maxEngineIdBytes) return undefined;
  if (((message[flags.start] ?? 0) & authAndPriv) === authAndPriv) return 'protected';

  const scoped = enter(message, parameters.end, sequence);
  const contextEngine = scoped && enter(message, scoped.start, octets);
  const context = contextEngine && enter(message, contextEngine.end, octets);
  return context !== undefined && message[context.end] === report ? 'report' : undefined;
}

const integer = 0x02;
const octets = 0x04;
const sequence = 0x30;
const report = 0xa8;
const authAndPriv = 0b11;
const maxEngineIdBytes = 32;

interface Bounds {
  readonly start: number;
  readonly end: number;
}

const sizeOf = ({ start, end }: Bounds): number => end - start;

/** The bounds of a BER value of the given tag that begins at `at`. */
function enter(message: Buffer, at: number, tag: number): Bounds | undefined {
  if (message[at] !== tag) return undefined;
  const first = message[at + 1] ?? 0x80;
  const bytes = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || bytes > 3 || at + 2 + bytes > message.length) return undefined;
  const length = bytes === 0 ? first : message.readUIntBE(at + 2, bytes);
  const start = at + 2 + bytes;
  const end = start + length;
  return end <= message.length ? { start, end } : undefined;
}
