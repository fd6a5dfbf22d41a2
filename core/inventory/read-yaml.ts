import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import { printable, shown } from './printable.ts';
import type { Place, ProblemList } from './problem.ts';
import { fieldOf, type Written, type WrittenEntry } from './written.ts';

/** One file of an inventory. */
export interface InventoryFile {
  readonly name: string;
  readonly text: string;
}

const most = {
  /** Of one file, in UTF-16 units; an account of 2,000 servers has less. */
  characters: 4 * 1024 * 1024,
  textCharacters: 10_000,
  depth: 30,
  /** Values of one file, each counted as often as aliases repeat it. */
  values: 1_000_000,
  syntaxFaults: 10,
};

const tooDeep = `values are nested too deeply; ${most.depth} levels at most`;

/** What the reader of a file is told; the parser's own texts may quote the line, and the line may hold a secret. */
const syntaxFaults: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'the line is indented with a tab; indent with spaces',
  BAD_INDENT:
    'the indentation does not fit the lines above, or a bracket is not closed; keys of one map begin in one column',
  MISSING_CHAR:
    'a quotation mark, a bracket or a colon is missing; close what was opened, and write key: value',
  BLOCK_AS_IMPLICIT_KEY:
    'two keys stand where one belongs; begin a new line with the right indentation, or put a text that holds ": " in quotes',
  MULTILINE_IMPLICIT_KEY: 'a key has no colon; write key: value on one line',
  BAD_SCALAR_START: 'a text begins with a character that YAML keeps for itself (@ ` %); put it in quotes',
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins no known escape; write \\\\ or use single quotes',
  MULTIPLE_DOCS: 'a second document begins here (---); write one document a file',
  NON_STRING_KEY: 'a key is a list or a map; write a word',
  KEY_OVER_1024_CHARS: 'a key has more than 1024 characters; write a word',
  MULTIPLE_ANCHORS: 'a value has two anchors (&); give it one',
  BAD_ALIAS: 'an alias (*) has no name; write *name',
  ALIAS_PROPS: 'an alias (*) carries a tag or an anchor; write *name alone',
  RESOURCE_EXHAUSTION: tooDeep,
};
const anySyntaxFault =
  'this does not read as YAML; look at the brackets, quotes and indentation of this line and the one before';

/**
 * Reads one YAML 1.2 file and keeps the place of each value. Nothing of the file is run, merged or fetched.
 * Size, depth and what aliases may repeat are bounded, so that a hostile file costs a bounded time.
 *
 * @returns undefined when the file holds nothing usable; `problems` says why
 */
export function readYaml({ name, text }: InventoryFile, problems: ProblemList): Written | undefined {
  const start: Place = { file: name, line: 1, column: 1 };
  if (text.length > most.characters) {
    const mebibytes = most.characters / 1024 / 1024;
    problems.add(start, '', `the file is larger than ${mebibytes} MiB; divide it into several files`);
    return undefined;
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    version: '1.2',
    stringKeys: true,
    // Told here, as the parser's own search takes quadratic time.
    uniqueKeys: false,
    prettyErrors: false,
    // Silent, it would pass over a second document; it prints nothing at this level either.
    logLevel: 'error',
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: name, line: Math.max(line, 1), column: Math.max(col, 1) };
  };

  const exhausted = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const faults = exhausted === undefined ? document.errors.slice(0, most.syntaxFaults) : [exhausted];
  for (const { code, pos } of faults) problems.add(placeAt(pos[0]), '', syntaxFaults[code] ?? anySyntaxFault);
  for (const { code, pos } of document.warnings) {
    if (code === 'BAD_DIRECTIVE') {
      problems.add(placeAt(pos[0]), '', 'the line begins with %, a directive that is not known; take it out');
    }
  }
  if (document.directives?.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    problems.add(start, '', 'the file says that it is not YAML 1.2; take the %YAML line out');
    return undefined;
  }
  if (faults.length > 0) return undefined;
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    problems.add(start, '', 'the file is empty; write settings, defaults or accounts, or leave the file out');
    return undefined;
  }
  return new Walk(placeAt, problems).read(document.contents);
}

/** What is known of a value that an alias may repeat. */
interface Measured {
  readonly written: Written;
  readonly values: number;
  readonly depth: number;
}

class Walk {
  readonly #placeAt: (offset: number) => Place;
  readonly #problems: ProblemList;
  /** By anchor; undefined while its value is being read. */
  readonly #anchors = new Map<string, Measured | undefined>();

  constructor(placeAt: (offset: number) => Place, problems: ProblemList) {
    this.#placeAt = placeAt;
    this.#problems = problems;
  }

  read(contents: ParsedNode): Written | undefined {
    const root = this.#read(contents, '', 0);
    if (root === undefined) return undefined;
    if (root.values <= most.values) return root.written;
    this.#problems.add(
      root.written.place,
      '',
      `aliases repeat so much that the file holds more than ${most.values} values; use defaults in place of aliases`,
    );
    return undefined;
  }

  /** @returns undefined when it is left out, with its problem told */
  #read(node: ParsedNode, field: string, level: number): Measured | undefined {
    const place = this.#placeAt(node.range[0]);
    if (level > most.depth) {
      this.#problems.add(place, '', tooDeep);
      return undefined;
    }
    if (isAlias(node)) return this.#readAlias(node, place, level);
    // Only a tag that was written is there: the parser leaves it out where it found the type by itself.
    if (node.tag !== undefined) {
      this.#problems.add(place, field, `has the tag ${shown(node.tag)}; write the value without a tag`);
      return undefined;
    }
    const { anchor } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, undefined);
    const measured = this.#readValue(node, field, place, level);
    if (anchor !== undefined && measured !== undefined) this.#anchors.set(anchor, measured);
    return measured;
  }

  #readAlias({ source }: Alias.Parsed, place: Place, level: number): Measured | undefined {
    const name = printable(source);
    const found = this.#anchors.get(source);
    if (found === undefined) {
      const text = this.#anchors.has(source)
        ? `the alias *${name} stands inside the value it names, or that value is at fault; write the value out`
        : `the alias *${name} names no anchor; write &${name} at the value it is to repeat, above this line`;
      this.#problems.add(place, '', text);
      return undefined;
    }
    if (level + found.depth > most.depth) {
      this.#problems.add(place, '', tooDeep);
      return undefined;
    }
    return found;
  }

  #readValue(
    node: Exclude<ParsedNode, Alias.Parsed>,
    field: string,
    place: Place,
    level: number,
  ): Measured | undefined {
    if (isScalar(node)) return this.#readScalar(node.value, node.source, field, place);
    if (isSeq(node)) {
      const items = node.items.flatMap((item, index) => {
        const read = this.#read(item, fieldOf(field, index), level + 1);
        return read === undefined ? [] : [read];
      });
      return measure({ kind: 'list', place, field, items: items.map(({ written }) => written) }, items);
    }
    if (!isMap(node)) return undefined;
    const entries = new Map<string, WrittenEntry>();
    const values: Measured[] = [];
    for (const pair of node.items) {
      const key = this.#readKey(pair.key, field, entries);
      if (key === undefined) continue;
      const value: Measured | undefined =
        pair.value === null
          ? measure({ kind: 'scalar', place: key.place, field: key.field, value: null, source: '' }, [])
          : this.#read(pair.value, key.field, level + 1);
      if (value === undefined) continue;
      values.push(value);
      entries.set(key.name, { key: key.place, value: value.written });
    }
    return measure({ kind: 'map', place, field, entries }, values);
  }

  #readScalar(value: unknown, source: string, field: string, place: Place): Measured | undefined {
    if (typeof value === 'string' && value.length > most.textCharacters) {
      this.#problems.add(
        place,
        field,
        `has ${value.length} characters; a text may have ${most.textCharacters} at most`,
      );
      return undefined;
    }
    if (
      value === null ||
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'boolean'
    ) {
      return measure({ kind: 'scalar', place, field, value, source }, []);
    }
    this.#problems.add(place, field, 'is not a text, a number, true or false; write one of them');
    return undefined;
  }

  #readKey(
    key: ParsedNode,
    parent: string,
    entries: ReadonlyMap<string, WrittenEntry>,
  ): { readonly name: string; readonly field: string; readonly place: Place } | undefined {
    const place = this.#placeAt(key.range[0]);
    if (isAlias(key) || !isScalar(key)) {
      this.#problems.add(place, parent, 'has a key that is an alias, a list or a map; write a word');
      return undefined;
    }
    const name = String(key.value);
    const field = fieldOf(parent, name);
    const earlier = entries.get(name);
    if (earlier !== undefined) {
      this.#problems.add(place, field, `is there twice, first in line ${earlier.key.line}; keep one of them`);
      return undefined;
    }
    if (name === '<<') {
      this.#problems.add(
        place,
        field,
        'is a merge key, which YAML 1.2 does not have; use defaults, or write the values out',
      );
      return undefined;
    }
    if (name === '__proto__') {
      this.#problems.add(place, field, 'is not a key that an inventory may have; take it out');
      return undefined;
    }
    return { name, field, place };
  }
}

function measure(written: Written, children: readonly Measured[]): Measured {
  const values = children.reduce((sum, child) => sum + child.values, 1);
  const depth = children.reduce((deepest, child) => Math.max(deepest, child.depth + 1), 0);
  return { written, values, depth };
}
