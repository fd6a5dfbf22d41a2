import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditEntry } from '../../../core/audit/audit-entry.ts';
import { inventoryAudits } from '../../../core/audit/inventory-audit.ts';
import type { Change, EntityKind } from '../../../core/inventory/difference.ts';

const change = (entity: EntityKind, id: string, ...fields: Change['fields']): Change => ({
  kind: 'change',
  entity,
  id,
  fields,
});

describe('what an apply leaves in the trail', () => {
  it('given changes of two accounts and of the settings, when they are applied, then each account has a line of its own', () => {
    const audits = inventoryAudits([
      change('settings', 'settings', { path: 'mailFrom', before: 'a@msp.example', after: 'b@msp.example' }),
      change('server', 'acme.web-1', { path: 'address', before: '192.0.2.1', after: '192.0.2.2' }),
      change('monitor', 'acme.web-1.https', { path: 'priority', after: 3 }),
      change('account', 'globex', { path: 'name', before: 'Globex' }),
    ]);
    expect(audits).toEqual([
      {
        before: { 'settings settings mailFrom': 'a@msp.example' },
        after: { 'settings settings mailFrom': 'b@msp.example' },
      },
      {
        account: 'acme',
        before: { 'server acme.web-1 address': '192.0.2.1' },
        after: { 'server acme.web-1 address': '192.0.2.2', 'monitor acme.web-1.https priority': 3 },
      },
      { account: 'globex', before: { 'account globex name': 'Globex' }, after: {} },
    ]);
  });

  it('given telephone numbers, when they are applied, then the trail has their last digits', () => {
    const [audit] = inventoryAudits([
      change('account', 'acme', {
        path: 'contacts[0].phone',
        before: '+81312345678',
        after: '+819087654321',
      }),
    ]);
    expect(JSON.stringify(audit)).not.toMatch(/\+81/);
    expect(audit?.after).toEqual({ 'account acme contacts[0].phone': '…4321' });
  });

  it('given any number of changes, when they are applied, then every line fits the trail and says how much it leaves out', () => {
    const field = fc.record({ path: fc.string(), before: fc.jsonValue(), after: fc.jsonValue() });
    const any = fc.array(
      fc.array(field, { maxLength: 400 }).map((fields) => change('monitor', 'acme.web-1.https', ...fields)),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(any, (changes) => {
        for (const audit of inventoryAudits(changes)) {
          expect(JSON.stringify(audit).length).toBeLessThan(25_000);
          expect(Object.keys(audit.after).length).toBeLessThanOrEqual(151);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('given a line, when it is written, then it has the form of the trail', () => {
    const [audit] = inventoryAudits([change('account', 'acme', { path: 'name', before: 'A', after: 'B' })]);
    const entry = {
      id: '1',
      at: '2026-11-21T03:00:00.000Z',
      who: { kind: 'command', id: 'root', name: 'root (mimamori apply)', role: 'administrator' },
      deed: 'inventory.apply',
      target: 'acme',
      ...audit,
      outcome: 'begun',
    };
    expect(auditEntry.safeParse(entry).success).toBe(true);
  });
});
