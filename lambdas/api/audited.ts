import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../../core/audit/audit-entry.ts';
import { maskPhones } from '../../core/audit/mask-phones.ts';
import type { Principal } from '../../core/identity/principal.ts';
import type { Instant } from '../../core/instant.ts';
import type { ApiPorts } from './ports.ts';
import { Refusal } from './refusal.ts';

/** Who changes what; a route has all of it at hand. */
export interface Changer {
  readonly ports: Pick<ApiPorts, 'audit' | 'log'>;
  readonly principal: Principal;
  readonly at: Instant;
  /** Whose the change is; absent for what concerns no single account. */
  readonly account?: string | undefined;
}

export interface AuditedDeed extends Pick<AuditEntry, 'deed' | 'target' | 'before'> {}

/** What a change came to: what the caller goes on with, and what the trail keeps. */
export interface Changed<T> {
  readonly value: T;
  readonly after?: unknown;
}

/**
 * Makes a change with its line in the trail: begun before it, settled after it, so that a crash in between leaves a line that
 * says "not known" and never a change without one. Telephone numbers are masked.
 *
 * @param change throws a Refusal when it cannot be; nothing has been changed then
 */
export async function audited<T>(
  { ports: { audit, log }, principal, at, account }: Changer,
  { deed, target, before }: AuditedDeed,
  change: () => Promise<Changed<T>>,
): Promise<T> {
  const { kind, id, name, role } = principal;
  const begun: AuditEntry = {
    id: randomUUID(),
    at,
    ...(account !== undefined && { account }),
    who: { kind, id, name, role },
    deed,
    target,
    ...(before !== undefined && { before: maskPhones(before) }),
    outcome: 'begun',
  };
  await audit.beginAudit(begun);
  const settle = async (entry: AuditEntry): Promise<void> => {
    try {
      await audit.settleAudit(entry);
    } catch (error) {
      // The change stands or was refused by now, and the line says that it was begun.
      log.error('an audit entry could not be settled', { deed, target, cause: error });
    }
  };
  let changed: Changed<T>;
  try {
    changed = await change();
  } catch (error) {
    await settle({ ...begun, outcome: error instanceof Refusal ? 'refused' : 'failed' });
    throw error;
  }
  const { value, after } = changed;
  await settle({ ...begun, ...(after !== undefined && { after: maskPhones(after) }), outcome: 'done' });
  return value;
}
