import type { Language } from '../text.ts';
import type { Block, Fact, MailDocument } from './document.ts';

/** Columns of a line; a Japanese character takes two. */
const columns = 76;

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
/** What a Japanese line does not begin with, and what it does not end with. */
const closing = new Set('、。，．・：；？！）」』】〕〉》ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…');
const opening = new Set('（「『【〔〈《');

/** In characters: four bytes each at most, so that a word alone never makes a line too long for a mail. */
const longestWord = 100;

/** Lays a mail out as plain text. No line is above 998 bytes, as long as no single line given to it is. */
export function renderText({ language, blocks: all }: MailDocument): string {
  const blocks = all.filter((block) => block.kind !== 'picture');
  const parts: string[] = [];
  blocks.forEach((block, index) => {
    const before = blocks[index - 1]?.kind;
    // A heading stands directly above what it heads.
    if (index > 0 && before !== 'heading') parts.push('');
    parts.push(...linesOf(block, language));
  });
  return `${parts.join('\n')}\n`;
}

function linesOf(block: Exclude<Block, { kind: 'picture' }>, language: Language): string[] {
  switch (block.kind) {
    case 'headline':
      return wrap(
        language === 'ja' ? `【${block.label}】${block.text}` : `${block.label}: ${block.text}`,
        '',
      );
    case 'address':
      return [...block.lines];
    case 'heading':
      return wrap(`■ ${block.text}`, '  ');
    case 'paragraph':
      return wrap(block.text, '');
    case 'item':
      return [...wrap(`● ${block.title} [${block.badge}]`, '  '), ...factLines(block.facts)];
    case 'output':
      // The bar in front of each line shows where the output ends, whatever it contains.
      return [
        ...wrap(`${block.title}: ${block.command}`, '  '),
        ...block.lines.map((line) => `| ${line}`.trimEnd()),
        ...(block.note === undefined ? [] : wrap(block.note, '')),
      ];
    case 'link':
      return [...wrap(`■ ${block.text}`, '  '), block.url];
    case 'actions':
      return block.links.flatMap(({ text, url }) => [...wrap(`・${text}`, '  '), `  ${url}`]);
    case 'footer':
      return ['-- ', ...block.lines.flatMap((line) => wrap(line, ''))];
  }
}

function factLines(facts: readonly Fact[]): string[] {
  const labelWidth = Math.max(...facts.map((fact) => widthOf(fact.label)));
  const hanging = ' '.repeat(labelWidth + 4);
  return facts.flatMap((fact) => {
    const label = `  ${fact.label}${' '.repeat(labelWidth - widthOf(fact.label))}  `;
    const lines = wrap(`${label}${fact.value}`, hanging, label.length);
    return fact.detail === undefined
      ? lines
      : [...lines, ...wrap(`${hanging}${fact.detail.trim()}`, hanging, hanging.length)];
  });
}

export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : 1;
  return width;
}

/**
 * Breaks a line at the columns: English between words, Japanese between characters, neither before a closing nor
 * after an opening mark. A word longer than the line, a URL for one, stays whole up to what a mail line may hold.
 *
 * @param indent in front of the second and later lines
 * @param fixed length of a beginning in which there is no break
 */
export function wrap(text: string, indent: string, fixed = 0): string[] {
  const lines: string[] = [];
  let line = text.slice(0, fixed);
  let width = widthOf(line);
  let begun = false;
  for (const word of wordsOf(text.slice(fixed))) {
    const wordWidth = widthOf(word.trimEnd());
    if (begun && width + wordWidth > columns) {
      lines.push(line.trimEnd());
      line = indent;
      width = widthOf(indent);
    }
    line += word;
    width += widthOf(word);
    begun = true;
  }
  return [...lines, line.trimEnd()];
}

/** What may not be broken, with the space after it. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let holdsNext = false;
  for (const piece of text.match(/[!-\u00ff]{1,200} {0,8}|[ァ-ヶー]{1,12} {0,8}|. {0,8}/gsu) ?? []) {
    const [first = ''] = piece;
    const last = words.at(-1);
    const joins = last !== undefined && last.length < longestWord && (holdsNext || closing.has(first));
    if (joins) words[words.length - 1] = last + piece;
    else words.push(piece);
    holdsNext = opening.has(first);
  }
  return words;
}
