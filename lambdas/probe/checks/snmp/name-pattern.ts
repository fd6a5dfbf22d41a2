/**
 * Whether a name fits one of the patterns; `*` stands for any run of characters, nothing else is special.
 * Takes time in proportion to the lengths multiplied, whatever the pattern.
 */
export const fitsAny = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => fits(name, pattern));

function fits(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
