/**
 * Width of a text in a sans-serif face, as a share of the type size. The face is the reader's, so this counts on a wide
 * one: a drawn text may leave room, but never leaves its box.
 */
export function textWidthEm(text: string): number {
  let width = 0;
  for (const character of text) width += characterEm(character);
  return width;
}

function characterEm(character: string): number {
  // Han, Kana, Hangul and full-width forms are as wide as they are high; so are most pictures.
  if (/[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/u.test(character))
    return 1;
  if (character > '\uffff') return 1.3;
  if (/[ijl.,:;'|!()[\]{}`]/.test(character)) return 0.38;
  if (/[mwMW%@—…]/.test(character)) return 1;
  if (/[A-Z&+=<>~#]/.test(character)) return 0.78;
  if (/[ frt\-/\\"]/.test(character)) return 0.42;
  return 0.66;
}

/** Breaks a text into at most `most` lines of this width; the last one ends in `…` when there is more. */
export function textLines(text: string, widthEm: number, most: number): string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (lines.length < most - 1 && textWidthEm(rest) > widthEm) {
    const line = lineOf(rest, widthEm);
    lines.push(line.trimEnd());
    rest = rest.slice(line.length).trimStart();
  }
  return [...lines, textLine(rest, widthEm)];
}

/** A text in one line of this width, cut where it is too long. */
export function textLine(text: string, widthEm: number): string {
  if (textWidthEm(text) <= widthEm) return text;
  const characters: string[] = [];
  let width = textWidthEm('…');
  for (const character of text) {
    width += characterEm(character);
    if (width > widthEm) break;
    characters.push(character);
  }
  return `${characters.join('').trimEnd()}…`;
}

/** As many words as fit; of one that is too long by itself, as many characters. */
function lineOf(text: string, widthEm: number): string {
  let line = '';
  for (const word of words(text)) {
    if (textWidthEm((line + word).trimEnd()) > widthEm) break;
    line += word;
  }
  if (line !== '') return line;
  for (const character of text) {
    if (line !== '' && textWidthEm(line + character) > widthEm) break;
    line += character;
  }
  return line;
}

const segmenter = new Intl.Segmenter('ja', { granularity: 'word' });

/** Where a line may break: after a blank, and between words of a language without blanks. */
function words(text: string): string[] {
  const found: string[] = [];
  let word = '';
  for (const { segment } of segmenter.segment(text)) {
    const isWide = textWidthEm(segment) >= [...segment].length;
    word += segment;
    if (/\s$/.test(segment) || isWide) {
      found.push(word);
      word = '';
    }
  }
  return word === '' ? found : [...found, word];
}
