import { describe, expect, it } from 'vitest';
import type { Alert } from '../../core/incident/incident.ts';
import { addSeconds, secondsBetween } from '../../core/instant.ts';
import { customer, dueAt, type MonitorSpec, operator, World, type WorldOptions } from './world.ts';

const start = '2026-11-21T00:00:00.000Z';
const due = dueAt('web-1', addSeconds(start, 60));
const incidentId = 'acme.web-1-1';

const http: MonitorSpec = {
  server: 'web-1',
  monitor: 'http',
  plan: 'respond',
  ssh: true,
  response: { standard: 'restart-web' },
};
const restart = 'sudo -n /bin/systemctl restart nginx.service';
const restarts = (world: World) => world.commands.filter(({ line }) => line === restart);

/** A world whose web server fails at `due` and is well as soon as it has been restarted so often. */
async function failingWeb(
  options: WorldOptions & { specs?: readonly MonitorSpec[]; restartsNeeded?: number } = {},
): Promise<World> {
  const { specs = [http], restartsNeeded = 1, ...rest } = options;
  const world = new World({ start, ...rest });
  await world.watch(specs);
  world.script = ({ id }, at) =>
    specs.some(({ monitor }) => monitor === id) && at >= due && restarts(world).length < restartsNeeded
      ? 'critical'
      : 'ok';
  return world;
}

const told = (world: World, address = customer) =>
  world.mailsTo(address).map(({ state, at }) => `${state} +${secondsBetween(due, at)}`);

async function incidentOf(world: World, id = incidentId) {
  const incident = await world.stores.incidents.incident(id);
  if (incident === undefined) throw new Error(`${id} was never opened`);
  return incident;
}

async function alertOf(world: World, monitor = 'http', id = incidentId): Promise<Alert> {
  const alert = Object.values((await incidentOf(world, id)).alerts).find((one) => one.monitor === monitor);
  if (alert === undefined) throw new Error(`${monitor} has no alert in ${id}`);
  return alert;
}

const outcomes = ({ attempts = [] }: Alert) =>
  attempts.map(({ runbook, outcome }) => `${runbook} ${outcome}`);

async function lockIsFree(world: World): Promise<boolean> {
  const lock = { holder: 'a test', until: '2026-11-21T00:00:00.001Z' };
  const held = await world.stores.responses.takeLock({ account: 'acme', server: 'web-1' }, lock, start);
  return held.holder === lock.holder;
}

describe('a first response that helps', () => {
  it('given a web server that is well after a restart, when its failure is mailed, then it is restarted, the recovery is mailed, and nobody is called', async () => {
    const world = await failingWeb();
    await world.advance(3_600);
    expect(told(world)).toEqual(['PROBLEM +150', 'RECOVERED +160']);
    expect(told(world, operator)).toEqual([]);
    expect(world.commands.map(({ line }) => line)).toEqual([
      'test -d /run/systemd/system',
      'test -e /etc/debian_version',
      'test -e /etc/redhat-release',
      'test -e /etc/system-release',
      expect.stringMatching(/^systemctl show .* nginx\.service$/),
      expect.stringMatching(/^systemctl show .* apache2\.service$/),
      'timeout 10 systemctl status --no-pager --lines=20 nginx.service',
      restart,
      'timeout 10 systemctl status --no-pager --lines=20 nginx.service',
    ]);
    expect(outcomes(await alertOf(world))).toEqual(['restart-web repaired']);
    expect((await incidentOf(world)).state).toBe('closed');
    const ref = { account: 'acme', server: 'web-1', monitor: 'http' };
    expect((await world.stores.monitors.monitor(ref))?.state).toMatchObject({
      phase: 'well',
      severity: 'ok',
    });
    expect(await lockIsFree(world)).toBe(true);
    await world.close();
  });
});
