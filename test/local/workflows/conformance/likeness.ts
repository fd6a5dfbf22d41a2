import { isDeepStrictEqual } from 'node:util';

/** Says how two values differ; `undefined` when they are alike. JSON in strings is read, and `<?>` stands for any text. */
export function difference(wanted: unknown, came: unknown): string | undefined {
  return isAlike(readJson(wanted), readJson(came))
    ? undefined
    : `wanted ${shortened(wanted)}, came ${shortened(came)}`;
}

function isAlike(wanted: unknown, came: unknown): boolean {
  if (typeof wanted === 'string' && wanted.includes('<?>')) {
    return came !== undefined && matchesText(wanted, typeof came === 'string' ? came : JSON.stringify(came));
  }
  if (Array.isArray(wanted) && Array.isArray(came)) {
    return wanted.length === came.length && wanted.every((item, index) => isAlike(item, came[index]));
  }
  if (isRecord(wanted) && isRecord(came)) {
    const keys = new Set([...Object.keys(wanted), ...Object.keys(came)]);
    // Recordings before 2024-11 do not have the count of redrives in the context yet.
    if (!('RedriveCount' in wanted)) keys.delete('RedriveCount');
    return [...keys].every((key) => isAlike(wanted[key], came[key]));
  }
  return isDeepStrictEqual(wanted, came);
}

function readJson(value: unknown): unknown {
  if (typeof value === 'string') {
    try {
      const parsed: unknown = JSON.parse(value);
      return typeof parsed === 'string' ? parsed : readJson(parsed);
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map(readJson);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readJson(item)]));
}

/** Whether a text matches a recorded one, in which `<?>` stands for any text. */
export function matchesText(pattern: string, text: string): boolean {
  const parts = pattern.split('<?>').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`).test(text);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
