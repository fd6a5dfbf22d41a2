/** The first place where a text is no JSON. Lines and columns count from 1. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  /** What would have to stand there, or what is wrong with what does. */
  readonly kind:
    | 'value'
    | 'key'
    | 'colon'
    | 'comma-or-brace'
    | 'comma-or-bracket'
    | 'end'
    | 'string-end'
    | 'escape'
    | 'control'
    | 'deep';
  /** What stands there, shortened; empty at the end of the text. */
  readonly found: string;
}

const deepest = 500;
const blank = /[ \t\r\n]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const textPart = /[^"\\\p{Cc}]*/uy;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

class Fault extends Error {
  readonly at: number;
  readonly kind: JsonFault['kind'];

  constructor(kind: JsonFault['kind'], at: number) {
    super(kind);
    this.kind = kind;
    this.at = at;
  }
}

/**
 * Says where a text ceases to be JSON, which the built-in parser tells only of some faults and in one language.
 *
 * @returns `undefined` when the text is JSON of no more than 500 levels
 * @see RFC 8259
 */
export function findJsonFault(text: string): JsonFault | undefined {
  try {
    readText(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { at, kind } = error;
    const before = text.slice(0, at);
    const lineStart = before.lastIndexOf('\n') + 1;
    return {
      kind,
      line: before.split('\n').length,
      column: [...before.slice(lineStart)].length + 1,
      found: JSON.stringify(/^(?:\w{1,12}|.)/su.exec(text.slice(at))?.[0] ?? '').slice(1, -1),
    };
  }
}

function readText(text: string): void {
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    const hasMoved = pattern.lastIndex > at;
    at = pattern.lastIndex;
    return hasMoved;
  };
  const take = (character: string): boolean => {
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  const refuse = (kind: JsonFault['kind']): never => {
    throw new Fault(kind, at);
  };
  const readString = (): void => {
    for (;;) {
      skip(textPart);
      if (take('"')) return;
      if (at >= text.length) refuse('string-end');
      if (text[at] === '\\' ? skip(escaped) : false) continue;
      refuse(text[at] === '\\' ? 'escape' : 'control');
    }
  };
  const readKey = (): void => {
    skip(blank);
    if (!take('"')) refuse('key');
    readString();
    skip(blank);
    if (!take(':')) refuse('colon');
  };
  /** The closing characters of what is open, the innermost last: a recursion would end where the input is deep. */
  const open: ('}' | ']')[] = [];
  for (;;) {
    skip(blank);
    if (take('{')) {
      open.push('}');
      skip(blank);
      if (text[at] !== '}') {
        readKey();
        if (open.length > deepest) refuse('deep');
        continue;
      }
    } else if (take('[')) {
      open.push(']');
      if (open.length > deepest) refuse('deep');
      skip(blank);
      if (text[at] !== ']') continue;
    } else if (take('"')) readString();
    else if (!skip(scalar)) refuse('value');
    // A value has ended, or the brackets of an empty one are about to.
    for (;;) {
      skip(blank);
      const closing = open.at(-1);
      if (closing === undefined) {
        if (at < text.length) refuse('end');
        return;
      }
      if (take(closing)) {
        open.pop();
        continue;
      }
      if (!take(',')) refuse(closing === '}' ? 'comma-or-brace' : 'comma-or-bracket');
      if (closing === '}') readKey();
      break;
    }
  }
}
