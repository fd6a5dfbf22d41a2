import { peerText } from '../../../../platform/network/peer-text.ts';

/** What a Nagios plugin said. */
export interface PluginOutput {
  /** Its first line without the performance data, for people; empty when it said nothing. */
  readonly line: string;
  /** Its performance data by label and unit: `performance:/home MB`. */
  readonly values: Readonly<Record<string, number>>;
}

const mostValues = 50;
const mostLineCharacters = 300;
const mostLabelCharacters = 60;

/**
 * Reads what a plugin wrote: a line with performance data after a bar, then lines of text, then a bar and further data.
 * What has not the form of the data is left out.
 *
 * @param output as it came, of bounded length
 * @see Monitoring Plugins Development Guidelines, "Plugin Output for Nagios" and "Performance data"
 */
export function readPluginOutput(output: string): PluginOutput {
  const [first = '', ...more] = output.replaceAll('\r\n', '\n').replace(/^\n+/, '').split('\n');
  const [line, data] = atBar(first);
  const [, furtherData] = atBar(more.join('\n'));
  const values: Record<string, number> = {};
  for (const { label, value, unit } of performanceData(`${data} ${furtherData}`)) {
    const name = `performance:${label}${unit === '' ? '' : ` ${unit}`}`;
    if (Object.keys(values).length < mostValues && !Object.hasOwn(values, name)) values[name] = value;
  }
  return { line: peerText(line.trim(), mostLineCharacters), values };
}

function atBar(text: string): [before: string, after: string] {
  const bar = text.indexOf('|');
  return bar < 0 ? [text, ''] : [text.slice(0, bar), text.slice(bar + 1)];
}

interface PerformanceValue {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
}

// A label in single quotes may have blanks in it, and a quote doubled. Bounds, smallest and largest value follow the
// semicolons; they are not drawn. `U` stands for a value that the plugin could not get.
const item =
  /(?:'((?:[^'\n]|''){1,200})'|([^\s'=]{1,200}))=(?:U|(-?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][-+]?\d{1,3})?)([A-Za-z%µ]{0,10}))(?:;[^\s;]{0,60}){0,4};?(?=\s|$)/y;

function* performanceData(text: string): Generator<PerformanceValue> {
  let place = 0;
  while (place < text.length) {
    item.lastIndex = place;
    const found = item.exec(text);
    if (found === null) {
      place = nextWord(text, place);
      continue;
    }
    place = item.lastIndex;
    const [, quoted, plain = '', number, unit = ''] = found;
    const value = number === undefined ? Number.NaN : Number(number);
    const label = peerText(quoted?.replaceAll("''", "'") ?? plain, mostLabelCharacters);
    if (Number.isFinite(value)) yield { label, value, unit };
  }
}

/** Past the blanks here, or past a word that is none of ours. */
function nextWord(text: string, place: number): number {
  const blanks = /\s+/y;
  blanks.lastIndex = place;
  if (blanks.test(text)) return blanks.lastIndex;
  const word = /\S+/y;
  word.lastIndex = place;
  return word.test(text) ? word.lastIndex : text.length;
}
