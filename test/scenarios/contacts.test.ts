import { afterEach, describe, expect, it } from 'vitest';
import type { Contact } from '../../core/account.ts';
import type { ContactChange } from '../../core/contacts/contact-change.ts';
import { addSeconds, type Instant } from '../../core/instant.ts';
import { troubled } from './script.ts';
import { account, dueAt, type MonitorSpec, World } from './world.ts';

/** A Wednesday; 09:00 in Tokyo. */
const start = '2026-11-18T00:00:00.000Z';
const http: MonitorSpec = { server: 'web-1', monitor: 'http', plan: 'respond' };
const contact = (name: string, phone: string): Contact => ({
  name,
  mail: `${name}@acme.example`,
  language: 'ja',
  alertMail: true,
  phone,
});
const sato = contact('sato', '+819011110001');
const suzuki = contact('suzuki', '+819011110002');
const smith = contact('smith', '+819011110003');
const effectiveAt = addSeconds(start, 86_400);
const change: ContactChange = {
  account,
  contacts: [suzuki],
  requestedAt: start,
  requestedBy: 'sato',
  effectiveAt,
  over: [sato],
  version: 1,
};

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** Who was mailed and called about a failure that begins at an instant. */
async function reached(from: Instant, inventory: readonly Contact[] = [sato]) {
  const world = new World({ start });
  worlds.push(world);
  await world.watch([http], [sato]);
  await world.stores.contacts.replaceContactChange(change);
  if (inventory[0] !== sato) await world.watch([http], inventory);
  world.script = troubled([{ ...http, from, to: addSeconds(from, 1_800) }]);
  await world.advanceTo(addSeconds(from, 3_600));
  const mailed = new Set(world.mails.filter(({ state }) => state === 'PROBLEM').map(({ to }) => to));
  return {
    mailed: [...mailed].filter((to) => to.endsWith('@acme.example')),
    rung: world.rung.map(({ to }) => to),
  };
}

describe('contacts that were changed in the portal', () => {
  const rows = [
    { given: 'a failure before it takes effect', from: addSeconds(start, 3_600), then: sato },
    { given: 'a failure after it took effect', from: addSeconds(effectiveAt, 60), then: suzuki },
  ];
  for (const { given, from, then } of rows) {
    it(`given ${given}, when it is told, then ${then.name} is mailed and called`, async () =>
      expect(await reached(from)).toEqual({ mailed: [then.mail], rung: [then.phone] }));
  }

  it('given an apply with other contacts, when a failure is told, then the apply stands over the change', async () =>
    expect(await reached(addSeconds(effectiveAt, 60), [smith])).toEqual({
      mailed: [smith.mail],
      rung: [smith.phone],
    }));

  it('given a change that takes effect while the telephones ring, when the next is called, then it is who the contacts are now', async () => {
    const world = new World({ start, phone: () => ({ does: 'rings' }) });
    worlds.push(world);
    await world.watch([http], [sato]);
    const due = dueAt('web-1', effectiveAt);
    // The first call is placed two and a half minutes after the first failed check.
    const takesEffect = addSeconds(due, 160);
    await world.stores.contacts.replaceContactChange({ ...change, effectiveAt: takesEffect });
    world.script = troubled([{ ...http, from: due }]);
    await world.advanceTo(addSeconds(due, 600));
    expect(world.rung.map(({ to }) => to)).toEqual([sato.phone, suzuki.phone]);
  });
});
