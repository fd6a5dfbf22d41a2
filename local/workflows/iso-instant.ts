const pattern =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-](?:0\d|1[0-8]):[0-5]\d)$/;

/**
 * Reads an ISO 8601 date and time with offset, as the Wait state takes it: `T`, seconds and `Z` or an offset are
 * required, up to nine fraction digits are accepted and cut to milliseconds.
 *
 * @returns epoch milliseconds, or `undefined` for any other text and for dates that do not exist
 * @see RFC 3339 §5.6
 */
export function parseIsoInstant(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', offset = ''] =
    match;
  const wallMs = Date.UTC(
    +year,
    +month - 1,
    +day,
    +hour,
    +minute,
    +second,
    +fraction.padEnd(3, '0').slice(0, 3),
  );
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  // Date.UTC rolls the 31st of February over to March and takes years below 100 for the 1900s.
  if (Number.isNaN(wallMs) || !new Date(wallMs).toISOString().startsWith(written)) return undefined;
  if (offset === 'Z') return wallMs;
  const [hours = '0', minutes = '0'] = offset.slice(1).split(':');
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return offset.startsWith('-') ? wallMs + offsetMs : wallMs - offsetMs;
}
