import fc from 'fast-check';

/** What a liar does to what a server says; places are taken modulo its length. */
export type Mutation =
  | { readonly kind: 'set'; readonly places: readonly (readonly [at: number, byte: number])[] }
  | { readonly kind: 'drop' | 'twice'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'run'; readonly at: number; readonly byte: number; readonly length: number }
  | { readonly kind: 'split'; readonly at: number }
  | { readonly kind: 'cut'; readonly at: number; readonly end: 'close' | 'reset' };

/** What is said in the end: pieces that come one by one, and what is done after them in place of going on. */
export interface Told {
  readonly pieces: readonly Buffer[];
  readonly end?: 'close' | 'reset';
}

export function mutate(bytes: Buffer, mutation: Mutation): Told {
  const place = (at: number) => at % (bytes.length + 1);
  const around = (at: number, middle: Uint8Array, skip = 0): Told => ({
    pieces: [Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(at + skip)])],
  });
  if (mutation.kind === 'set') {
    const changed = Buffer.from(bytes);
    for (const [at, byte] of mutation.places) changed[at % Math.max(1, bytes.length)] = byte;
    return { pieces: [changed] };
  }
  const at = place(mutation.at);
  switch (mutation.kind) {
    case 'drop':
      return around(at, Buffer.alloc(0), mutation.length);
    case 'twice':
      return around(at, bytes.subarray(at, at + mutation.length));
    case 'insert':
      return around(at, mutation.bytes);
    case 'run':
      return around(at, Buffer.alloc(mutation.length, mutation.byte));
    case 'split':
      return { pieces: [bytes.subarray(0, at), bytes.subarray(at)] };
    case 'cut':
      return { pieces: [bytes.subarray(0, at)], end: mutation.end };
  }
}

const at = fc.nat(5000);
const byte = fc.nat(255);
const length = fc.integer({ min: 1, max: 40 });
/** Bytes that mean something to one of the protocols. */
const telling = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  '-',
  ' ',
  '220 ',
  '421 ',
  '250-',
  '* BYE',
  '-ERR',
  '\xff',
  '\x16\x03\x01',
];

export const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      places: fc.array(fc.tuple(at, byte), { minLength: 1, maxLength: 4 }),
    }),
  },
  fc.record({ kind: fc.constantFrom('drop' as const, 'twice' as const), at, length }),
  fc.record({
    kind: fc.constant('insert' as const),
    at,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at,
    bytes: fc.constantFrom(...telling.map((text) => Buffer.from(text, 'latin1'))),
  }),
  fc.record({ kind: fc.constant('run' as const), at, byte, length: fc.integer({ min: 100, max: 70_000 }) }),
  fc.record({ kind: fc.constant('split' as const), at }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cut' as const),
      at,
      end: fc.constantFrom('close' as const, 'reset' as const),
    }),
  },
);
