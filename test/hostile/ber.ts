/** SNMP messages by hand: what no library would write. */

export const tlv = (tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Buffer => {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const size = body.length;
  const length =
    size < 128
      ? [size]
      : size < 65_536
        ? [0x82, size >> 8, size & 255]
        : [0x83, size >> 16, (size >> 8) & 255, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};

/** A value of a message: where its tag, its content and its end lie, and what is inside. */
export interface Node {
  readonly at: number;
  readonly start: number;
  readonly end: number;
  readonly inside: readonly Node[];
}

const isConstructed = (tag: number) => (tag & 0x20) !== 0;

/** Reads an honest message into its values. */
export function nodesOf(message: Buffer, from = 0, to = message.length): Node[] {
  const nodes: Node[] = [];
  for (let at = from; at + 1 < to; ) {
    const first = message[at + 1] ?? 0;
    const bytes = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + bytes;
    const end = start + (bytes === 0 ? first : message.readUIntBE(at + 2, bytes));
    const inside = isConstructed(message[at] ?? 0) ? nodesOf(message, start, end) : [];
    nodes.push({ at, start, end, inside });
    at = end;
  }
  return nodes;
}

export const allNodes = (nodes: readonly Node[]): Node[] =>
  nodes.flatMap((node) => [node, ...allNodes(node.inside)]);

/** What a v2c request asks. */
export interface Asked {
  readonly requestId: Buffer;
  readonly community: Buffer;
  /** Each OID with its tag and length. */
  readonly oids: readonly Buffer[];
}

export function readRequest(message: Buffer): Asked {
  const [, community, pdu] = nodesOf(message)[0]?.inside ?? [];
  const [id, , , list] = pdu?.inside ?? [];
  const whole = (node: Node | undefined) => message.subarray(node?.at, node?.end);
  return {
    requestId: whole(id),
    community: whole(community),
    oids: (list?.inside ?? []).map((varbind) => whole(varbind.inside[0])),
  };
}

export const varbind = (oid: Uint8Array, value: Uint8Array): Buffer => tlv(0x30, oid, value);

/** An OID further down the tree. */
export const below = (oid: Buffer, ...parts: readonly number[]): Buffer => {
  const { start } = nodesOf(oid)[0] ?? { start: 2 };
  const encoded = parts.flatMap((part) =>
    part < 128
      ? [part]
      : part < 16_384
        ? [0x80 | (part >> 7), part & 127]
        : [0x80 | (part >> 14), 0x80 | ((part >> 7) & 127), part & 127],
  );
  return tlv(0x06, oid.subarray(start), encoded);
};

/** A v2c response to a request. */
export const response = ({ requestId, community }: Asked, varbinds: readonly Uint8Array[]): Buffer => {
  const zero = tlv(0x02, [0]);
  return tlv(0x30, tlv(0x02, [1]), community, tlv(0xa2, requestId, zero, zero, tlv(0x30, ...varbinds)));
};

export const int = (value: number): Buffer =>
  tlv(0x02, [(value >> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
export const octets = (bytes: number): Buffer => tlv(0x04, Buffer.alloc(bytes, 'x'));
