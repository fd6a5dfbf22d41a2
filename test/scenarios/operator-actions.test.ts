import { afterEach, describe, expect, it } from 'vitest';
import type { PhoneBehaviour } from '../../bin/simulate/virtual-phone.ts';
import { confirming } from '../../bin/simulate/virtual-phone.ts';
import type { Contact } from '../../core/account.ts';
import type { OperatorAction } from '../../core/action/operator-action.ts';
import { addSeconds, secondsBetween } from '../../core/instant.ts';
import { act } from '../../lambdas/actions/act.ts';
import { customer, dueAt, type MonitorSpec, World } from './world.ts';

const start = '2026-11-21T00:00:00.000Z';
const due = dueAt('web-1', addSeconds(start, 60));
const first = 'acme.web-1-1';
const later = (seconds: number) => addSeconds(due, seconds);

const spec = (plan: MonitorSpec['plan'], standard?: string): MonitorSpec => ({
  server: 'web-1',
  monitor: 'http',
  ...(plan !== undefined && { plan }),
  ssh: true,
  ...(standard !== undefined && { response: { standard } }),
});
const contacts: readonly Contact[] = [
  { name: 'tanaka', mail: customer, language: 'ja', alertMail: true, phone: '+819011110001' },
  { name: 'smith', mail: 'smith@acme.example', language: 'en', alertMail: false, phone: '+819011110002' },
];
const rings: PhoneBehaviour = { does: 'rings' };

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** A web server that is down from `due` on, until it was restarted so often. */
async function failing(watched: MonitorSpec, phone: PhoneBehaviour = confirming, restartsNeeded = 99) {
  const world = new World({ start, phone: () => phone });
  worlds.push(world);
  await world.watch([watched], contacts);
  world.script = (_monitor, at) => (at >= due && restarts(world) < restartsNeeded ? 'critical' : 'ok');
  let requests = 0;
  /** Lets time pass until so many seconds after the first failed check, and acts then. */
  const actAt = async (seconds: number, action: OperatorAction, incident = first) => {
    await world.advanceTo(later(seconds));
    requests += 1;
    const request = { action, key: `request-${requests}`, by: 'Sato', at: later(seconds) };
    const { end } = await act({ ...world.stores, workflows: world.workflows }, incident, request);
    expect(end).toBe('done');
  };
  return { world, actAt };
}

const restarts = (world: World) => world.commands.filter(({ line }) => line.includes(' restart ')).length;
const mails = (world: World) =>
  world
    .mailsTo(customer)
    .map(({ state, incident, at }) => `${state} ${incident} +${secondsBetween(due, at)}`);
const rung = (world: World) => world.rung.map(({ to, at }) => `${to.slice(-1)} +${secondsBetween(due, at)}`);
const stateOf = async (world: World, id = first) => (await world.stores.incidents.incident(id))?.state;

describe('an operator acts', () => {
  it('given a failure that goes on, when it is marked resolved, then the incident closes and it is detected anew', async () => {
    const { world, actAt } = await failing(spec('notify'));
    await actAt(600, { action: 'resolve' });
    await world.advanceTo(later(1_200));
    expect(mails(world)).toEqual([
      `PROBLEM ${first} +150`,
      `RECOVERED ${first} +600`,
      'PROBLEM acme.web-1-2 +870',
    ]);
    expect([await stateOf(world), await stateOf(world, 'acme.web-1-2')]).toEqual(['closed', 'open']);
  });

  it('given a pause until later and then resolved, when the time is over, then what still fails is told', async () => {
    const { world, actAt } = await failing(spec('notify'));
    await actAt(300, { action: 'pause', monitor: 'http', until: later(3_600), reason: 'new disk' });
    await actAt(310, { action: 'resolve' });
    await world.advanceTo(later(3_500));
    expect(mails(world)).toEqual([`PROBLEM ${first} +150`, `RECOVERED ${first} +310`]);
    await world.advanceTo(later(4_200));
    expect(mails(world).slice(2)).toEqual(['PROBLEM acme.web-1-2 +3750']);
  });

  it('given a pause, when it is resumed early, then what fails is told from then on', async () => {
    const { world, actAt } = await failing(spec('notify'));
    await actAt(300, { action: 'pause', monitor: 'http', until: later(36_000), reason: 'new disk' });
    await actAt(310, { action: 'resolve' });
    await actAt(1_000, { action: 'resume', monitor: 'http' });
    await world.advanceTo(later(1_500));
    expect(mails(world).slice(2)).toEqual(['PROBLEM acme.web-1-2 +1230']);
  });

  it('given calls that would begin with the mail, when they are skipped before it, then no telephone rings', async () => {
    const { world, actAt } = await failing(spec('respond'));
    await actAt(140, { action: 'skip-calls' });
    await world.advanceTo(later(3_600));
    expect(rung(world)).toEqual([]);
    expect(mails(world)).toEqual([`PROBLEM ${first} +150`]);
    const text = world.mailsTo(customer)[0]?.text ?? '';
    expect(text.replaceAll('\n', '')).toContain('お電話は差し上げず、メールでお知らせいたします。');
  });

  it('given a ringing telephone, when the calls are skipped, then the next one stays silent', async () => {
    const { world, actAt } = await failing(spec('respond'), rings);
    await actAt(160, { action: 'skip-calls' });
    await world.advanceTo(later(3_600));
    expect(rung(world)).toEqual(['1 +150']);
  });

  it('given a customer who was reached, when it is escalated, then the telephone rings again', async () => {
    const { world, actAt } = await failing(spec('respond'));
    await actAt(1_000, { action: 'escalate' });
    await world.advanceTo(later(1_200));
    expect(rung(world)).toEqual(['1 +150', '1 +1000']);
  });

  it('given a first response under way, when it is escalated, then the customer is called at once', async () => {
    const { world, actAt } = await failing(spec('respond', 'restart-web'));
    await actAt(155, { action: 'escalate' });
    await world.advanceTo(later(1_200));
    expect(restarts(world)).toBeLessThanOrEqual(1);
    const [call] = world.rung;
    expect(secondsBetween(later(155), call?.at ?? '')).toBeLessThan(30);
    expect(world.rung).toHaveLength(1);
  });

  it('given a repair that did not help, when an operator asks for the runbook again, then it runs and the recovery is told', async () => {
    const { world, actAt } = await failing(spec('respond', 'restart-web'), confirming, 2);
    await world.advanceTo(later(1_000));
    expect([restarts(world), world.rung.length]).toEqual([1, 1]);
    await actAt(1_000, { action: 'run-runbook', alert: 'http-1', runbook: 'restart-web' });
    await world.advanceTo(later(1_200));
    expect([restarts(world), world.rung.length]).toEqual([2, 1]);
    expect(mails(world).at(-1)).toMatch(/^RECOVERED acme\.web-1-1 /);
    expect(await stateOf(world)).toBe('closed');
  });

  it('given an acknowledgement, then nothing goes another way', async () => {
    const { world, actAt } = await failing(spec('respond'));
    await actAt(140, { action: 'acknowledge' });
    await world.advanceTo(later(600));
    expect(rung(world)).toEqual(['1 +150']);
    const timeline = await world.stores.incidents.timeline(first);
    expect(timeline.filter(({ kind }) => kind === 'operator').map(({ by }) => by)).toEqual(['Sato']);
  });
});
