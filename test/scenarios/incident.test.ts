import { describe, expect, it } from 'vitest';
import { machineArn } from '../../bin/simulate/virtual-chain.ts';
import { addSeconds, secondsBetween } from '../../core/instant.ts';
import { machines } from '../../core/machine.ts';
import { troubled } from './script.ts';
import { customer, dueAt, type MonitorSpec, operator, World } from './world.ts';

const start = '2026-11-21T00:00:00.000Z';
const due = dueAt('web-1', addSeconds(start, 60));
const services = ['http', 'https', 'ssh', 'mysql', 'smtp', 'app'] as const;
const fleet: MonitorSpec[] = services.map((monitor) => ({ server: 'web-1', monitor }));

const told = (world: World) =>
  world
    .mailsTo(customer)
    .map(({ state, incident, at }) => `${state} ${incident} +${secondsBetween(due, at)}`);

async function watchAll(options = {}): Promise<World> {
  const world = new World({ start, ...options });
  await world.watch(fleet);
  return world;
}

describe('alerts of one server (SPEC 6)', () => {
  it('given five services that die within 30 s and a sixth later, when they are confirmed, then one mail names the five and an update the sixth', async () => {
    const world = await watchAll();
    world.script = troubled([
      ...services
        .slice(0, 5)
        .map((monitor, n) => ({ server: 'web-1', monitor, from: addSeconds(due, -30 + n * 6) })),
      { server: 'web-1', monitor: 'app', from: addSeconds(due, 200) },
    ]);
    await world.advance(1_800);
    expect(told(world)).toEqual(['PROBLEM acme.web-1-1 +150', 'UPDATE acme.web-1-1 +510']);
    const [first, second] = world.mailsTo(customer);
    expect(first?.subject).toContain('+4');
    expect(second?.subject).toContain('app');
    await world.close();
  });

  it('given an alert that joins while information is collected, when the mail leaves, then it is in it', async () => {
    const world = await watchAll({ delays: { collectSeconds: 30 } });
    const quick = { confirmations: 2, confirmationSpacingSeconds: 70 };
    await world.watch([
      { server: 'web-1', monitor: 'http' },
      { server: 'web-1', monitor: 'ssh', timing: { ...quick } },
    ]);
    world.script = troubled(['http', 'ssh'].map((monitor) => ({ server: 'web-1', monitor, from: due })));
    await world.advance(1_800);
    // http joins at +120, ssh at +140, inside the window; the log-in ends at +180.
    expect(told(world)).toEqual(['PROBLEM acme.web-1-1 +180']);
    await world.close();
  });

  it('given three services down, when one recovers and then the others, then a mail names what is well and what is not, and the last one ends it', async () => {
    const world = await watchAll();
    world.script = troubled([
      { server: 'web-1', monitor: 'http', from: due, to: addSeconds(due, 300) },
      { server: 'web-1', monitor: 'ssh', from: due, to: addSeconds(due, 900) },
      { server: 'web-1', monitor: 'app', from: due, to: addSeconds(due, 900) },
    ]);
    await world.advance(3_600);
    expect(told(world)).toEqual([
      'PROBLEM acme.web-1-1 +150',
      'PARTLY-RECOVERED acme.web-1-1 +390',
      'RECOVERED acme.web-1-1 +900',
    ]);
    const incident = await world.stores.incidents.incident('acme.web-1-1');
    expect(incident?.state).toBe('closed');
    await world.close();
  });

  it('given a service that recovers before the mail has left, when the window ends, then the problem and the recovery are both told', async () => {
    const world = await watchAll({ delays: { collectSeconds: 30 } });
    const late = { confirmationSpacingSeconds: 80 };
    await world.watch([{ server: 'web-1', monitor: 'http', timing: late }]);
    // Joined at +160, seen well by the check at +180, mail at +220.
    world.script = troubled([{ server: 'web-1', monitor: 'http', from: due, to: addSeconds(due, 170) }]);
    await world.advance(1_800);
    expect(told(world)).toEqual(['PROBLEM acme.web-1-1 +220', 'RECOVERED acme.web-1-1 +220']);
    await world.close();
  });

  it('given a service that relapses while its server is still in trouble, when it is confirmed, then it is an update of the same incident', async () => {
    const world = await watchAll();
    world.script = troubled([
      { server: 'web-1', monitor: 'ssh', from: due, to: addSeconds(due, 1_800) },
      { server: 'web-1', monitor: 'http', from: due, to: addSeconds(due, 300) },
      { server: 'web-1', monitor: 'http', from: addSeconds(due, 700), to: addSeconds(due, 1_800) },
    ]);
    await world.advance(7_200);
    expect(told(world)).toEqual([
      'PROBLEM acme.web-1-1 +150',
      'PARTLY-RECOVERED acme.web-1-1 +390',
      'UPDATE acme.web-1-1 +870',
      'RECOVERED acme.web-1-1 +1800',
    ]);
    await world.close();
  });

  it('given a service that relapses after its recovery mail, when it is confirmed, then it is a new incident', async () => {
    const world = await watchAll();
    world.script = troubled([
      { server: 'web-1', monitor: 'http', from: due, to: addSeconds(due, 300) },
      { server: 'web-1', monitor: 'http', from: addSeconds(due, 720), to: addSeconds(due, 1_000) },
    ]);
    await world.advance(3_600);
    expect(told(world)).toEqual([
      'PROBLEM acme.web-1-1 +150',
      'RECOVERED acme.web-1-1 +360',
      'PROBLEM acme.web-1-2 +870',
      'RECOVERED acme.web-1-2 +1080',
    ]);
    await world.close();
  });

  it('given an incident that lasts for ten weeks, when it is well again, then the recovery is told', async () => {
    const world = await watchAll();
    // Daily checks would do: the incident sleeps on its token.
    await world.watch([{ server: 'web-1', monitor: 'http', timing: { intervalMinutes: 1440 } }]);
    const daily = dueAt('web-1', addSeconds(start, 60), 1440);
    world.script = troubled([
      { server: 'web-1', monitor: 'http', from: daily, to: addSeconds(daily, 70 * 86_400) },
    ]);
    await world.advanceTo(addSeconds(daily, 71 * 86_400));
    expect(world.mailsTo(customer).map(({ state }) => state)).toEqual(['PROBLEM', 'RECOVERED']);
    await world.close();
  }, 120_000);
});

describe('what ends an incident otherwise', () => {
  it('given a failing monitor that is taken out of the inventory, when the incident is looked at again, then it ends', async () => {
    const world = await watchAll();
    world.script = troubled([{ server: 'web-1', monitor: 'http', from: due }]);
    await world.advance(900);
    await world.watch(fleet.filter(({ monitor }) => monitor !== 'http'));
    await world.advance(7 * 3_600);
    expect(world.mailsTo(customer).map(({ state }) => state)).toEqual(['PROBLEM', 'RECOVERED']);
    expect(await world.stores.incidents.openIncidents()).toEqual([]);
    await world.close();
  });
});

describe('plans', () => {
  const stages = [
    { plan: 'notify', begins: [] },
    { plan: 'respond', begins: ['first-response-1', 'escalation-2'] },
    { plan: 'managed', begins: ['first-response-1', 'escalation-2', 'engineers'] },
  ] as const;
  for (const { plan, begins } of stages) {
    it(`given the plan ${plan} and nothing that could be tried, when a failure is mailed, then ${begins.join(', ') || 'nothing'} begins, each once, and the recovery ends the incident`, async () => {
      const world = new World({ start });
      await world.watch(fleet.map((spec) => ({ ...spec, plan })));
      world.script = troubled([{ server: 'web-1', monitor: 'http', from: due, to: addSeconds(due, 1_800) }]);
      await world.advance(7_200);
      const states = world.mailsTo(customer).map(({ state }) => state);
      expect(states.at(0)).toBe('PROBLEM');
      expect(states).toContain('RECOVERED');
      const begun = machines
        .filter((machine) => machine !== 'detection' && machine !== 'incident')
        .flatMap((machine) =>
          world.engine
            .listExecutions({ stateMachineArn: machineArn(machine) })
            .executions.map(({ name }) => name),
        );
      expect(begun).toEqual(begins.map((name) => `acme.web-1-1-${name}`));
      expect((await world.stores.incidents.incident('acme.web-1-1'))?.state).toBe('closed');
      await world.close();
    });
  }
});

describe('a mail service that is down', () => {
  it('given it refuses for half an hour, when it works again, then the alert and the recovery leave, each once and in this order', async () => {
    const world = await watchAll();
    world.script = troubled([{ server: 'web-1', monitor: 'http', from: due, to: addSeconds(due, 600) }]);
    world.mailWorks = false;
    await world.advanceTo(addSeconds(due, 1_800));
    expect(world.mails).toEqual([]);
    world.mailWorks = true;
    await world.advance(3_600);
    expect(world.mailsTo(customer).map(({ state }) => state)).toEqual(['PROBLEM', 'RECOVERED']);
    expect(world.mailsTo(operator).map(({ subject }) => subject)).toEqual(
      expect.arrayContaining([expect.stringContaining('Mail did not leave: acme.web-1-1')]),
    );
    await world.close();
  });
});
