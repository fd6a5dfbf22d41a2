/** Text that a stranger's machine sent, for people: UTF-8, one line, nothing invisible, bounded. */
export function peerText(sent: string | Uint8Array, maxLength = 120): string {
  const text =
    typeof sent === 'string' ? sent : Buffer.from(sent.subarray(0, 4 * maxLength)).toString('utf8');
  return text
    .slice(0, 4 * maxLength)
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, '?')
    .slice(0, maxLength);
}
