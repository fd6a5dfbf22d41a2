import { maskedPhone } from '../call/call.ts';

const phone = /\+[1-9][0-9]{6,14}/g;

/** The same with telephone numbers masked: the trail is read by more people than the contacts are. */
export function maskPhones(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(phone, maskedPhone);
  if (Array.isArray(value)) return value.map(maskPhones);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, maskPhones(part)]));
}
