const removed = '[removed]';

/** Each finds a secret and keeps what says which one it was, as its first group. */
const secrets: readonly RegExp[] = [
  /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----)[\s\S]{0,20000}?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
  /\b((?:proxy-)?authorization\s{0,5}[:=]\s{0,5}(?:bearer|basic|digest|token)?)\s{0,5}[^\s"']{1,4096}/gi,
  /\b((?:set-)?cookie\s{0,5}:)[^\n]{1,4096}/gi,
  /\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{0,200}:)[^\s/@]{1,512}(?=@)/gi,
  /((?:^|[\s"'&?;,{(_.-])[a-z0-9_.-]{0,40}(?:passw(?:or)?d|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|community)["']?\s{0,5}[=:]\s{0,5})(?:"[^"\n]{1,1024}"|'[^'\n]{1,1024}'|[^\s"',;&)}]{1,1024})/gi,
  /\b()(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\b()eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,2000}\b/g,
];

/**
 * Takes what looks like a secret out of a command's output before it is stored or mailed.
 * Known values are taken out wherever they stand; of the others the name is kept and the value goes.
 *
 * @param known values of ours that must not appear: the password we logged in with, the community
 */
export function redactSecrets(output: string, known: readonly string[] = []): string {
  const withoutKnown = known
    .filter((value) => value.length >= 4)
    .reduce((text, value) => text.replaceAll(value, removed), output);
  return secrets.reduce((text, pattern) => text.replace(pattern, `$1${removed}`), withoutKnown);
}
