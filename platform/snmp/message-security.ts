/**
 * Whether an SNMPv3 message carries what an authPriv session may believe: an encrypted and authenticated message,
 * or a report, by which an agent says why it will not answer. net-snmp takes a response without either.
 *
 * @see RFC 3412 §6, RFC 3414 §3.2
 */
export function isProtectedOrReport(message: Buffer): boolean {
  const outer = enter(message, 0, 0x30);
  const version = outer && enter(message, outer.start, 0x02);
  const header = version && enter(message, version.end, 0x30);
  const id = header && enter(message, header.start, 0x02);
  const maxSize = id && enter(message, id.end, 0x02);
  const flags = maxSize && enter(message, maxSize.end, 0x04);
  if (version === undefined || header === undefined || flags === undefined) return false;
  if (version.end - version.start !== 1 || message[version.start] !== 3) return false;
  if (flags.end - flags.start !== 1) return false;
  if (((message[flags.start] ?? 0) & authAndPriv) === authAndPriv) return true;

  const parameters = enter(message, header.end, 0x04);
  const scoped = parameters && enter(message, parameters.end, 0x30);
  const engine = scoped && enter(message, scoped.start, 0x04);
  const context = engine && enter(message, engine.end, 0x04);
  return context !== undefined && message[context.end] === reportTag;
}

const authAndPriv = 0b11;
const reportTag = 0xa8;

/** The bounds of a BER value of the given tag that begins at `at`. */
function enter(message: Buffer, at: number, tag: number): { start: number; end: number } | undefined {
  if (message[at] !== tag) return undefined;
  const first = message[at + 1] ?? 0x80;
  const bytes = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || bytes > 3 || at + 2 + bytes > message.length) return undefined;
  const length = bytes === 0 ? first : message.readUIntBE(at + 2, bytes);
  const start = at + 2 + bytes;
  const end = start + length;
  return end <= message.length ? { start, end } : undefined;
}
