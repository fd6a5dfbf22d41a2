import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type ChainCall, machineArn } from '../../bin/simulate/virtual-chain.ts';
import type { Contact } from '../../core/account.ts';
import type { Alert } from '../../core/incident/incident.ts';
import { addSeconds, secondsBetween } from '../../core/instant.ts';
import { renderProblem } from '../../core/inventory/problem.ts';
import { parseRunbook } from '../../core/runbook/parse-runbook.ts';
import { changeIncident } from '../../lambdas/incident/change-incident.ts';
import { wakeIncident } from '../../lambdas/incident/record-recovery.ts';
import type { RunbookLibrary } from '../../lambdas/response/runbook-library.ts';
import { SshFailure } from '../../platform/ssh/ssh-connection.ts';
import { customer, dueAt, type MonitorSpec, operator, World, type WorldOptions } from './world.ts';

const start = '2026-11-21T00:00:00.000Z';
const due = dueAt('web-1', addSeconds(start, 60));
const incidentId = 'acme.web-1-1';
const firstRound = `${incidentId}-first-response-1`;
const server = { account: 'acme', server: 'web-1' };

const watched = (monitor: string, priority: number, standard: string): MonitorSpec => ({
  server: 'web-1',
  monitor,
  priority,
  plan: 'respond',
  ssh: true,
  response: { standard },
});
const http = watched('http', 5, 'restart-web');
const ftp = watched('ftp', 7, 'restart-ftp');
const mysql = watched('mysql', 4, 'restart-mysql');

/** Confirms the first call. */
const contacts: readonly Contact[] = [
  { name: '田中', mail: customer, language: 'ja', alertMail: true, phone: '+819011110001' },
];

const restartOf = (unit: string) => `sudo -n /bin/systemctl restart ${unit}.service`;
const restarts = (world: World) =>
  world.commands
    .filter(({ line }) => line.includes(' restart '))
    .map(({ line, at }) => `${/restart (\S+)\.service$/.exec(line)?.[1]} +${secondsBetween(due, at)}`);
const restartsOf = (world: World, unit: string) =>
  world.commands.filter(({ line }) => line === restartOf(unit));

const worlds: World[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** A world whose web server fails at `due` and is well as soon as it has been restarted so often. */
async function failingWeb(
  options: WorldOptions & { specs?: readonly MonitorSpec[]; restartsNeeded?: number } = {},
): Promise<World> {
  const { specs = [http], restartsNeeded = 1, ...rest } = options;
  const world = new World({ start, ...rest });
  worlds.push(world);
  await world.watch(specs, contacts);
  world.script = ({ id }, at) =>
    id === 'http' && at >= due && restartsOf(world, 'nginx').length < restartsNeeded ? 'critical' : 'ok';
  return world;
}
const never = Number.POSITIVE_INFINITY;

const told = (world: World, address = customer) =>
  world.mailsTo(address).map(({ state, at }) => `${state} +${secondsBetween(due, at)}`);
const subjects = (world: World) => world.mailsTo(operator).map(({ subject }) => subject);

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
  const lock = { holder: 'a test', until: addSeconds(start, 1) };
  return (await world.stores.responses.takeLock(server, lock, start)).holder === lock.holder;
}

const statusOf = (world: World, name: string, machine: 'first-response' | 'incident' | 'escalation') =>
  world.engine.describeExecution({
    executionArn: `${machineArn(machine).replace('stateMachine', 'execution')}:${name}`,
  }).status;
const lines = async (world: World, kind: string, id = incidentId) =>
  (await world.stores.incidents.timeline(id)).filter((one) => one.kind === kind);
const texts = async (world: World, kind: string, id = incidentId) =>
  (await lines(world, kind, id)).map(({ summary }) => summary.en);

/** Services of these names are there and have failed. */
const hasServices =
  (...units: readonly string[]): World['shell'] =>
  (line) => {
    const unit = /^systemctl show .* (\S+)\.service$/.exec(line)?.[1];
    if (unit === undefined || !units.includes(unit)) return undefined;
    return { exitCode: 0, output: 'LoadState=loaded\nActiveState=failed\nUnitFileState=enabled\n' };
  };

describe('a first response that helps', () => {
  it('given a web server that is well after a restart, when its failure is mailed, then it is restarted, the recovery is mailed, and nobody is called', async () => {
    const world = await failingWeb();
    await world.advance(3_600);
    expect(told(world)).toEqual(['PROBLEM +150', 'RECOVERED +160']);
    expect(subjects(world)).toEqual([]);
    expect(world.rung).toEqual([]);
    expect(world.commands.map(({ line }) => line)).toEqual([
      'test -d /run/systemd/system',
      'test -e /etc/debian_version',
      'test -e /etc/redhat-release',
      'test -e /etc/system-release',
      expect.stringMatching(/^systemctl show .* nginx\.service$/),
      expect.stringMatching(/^systemctl show .* apache2\.service$/),
      'timeout 10 systemctl status --no-pager --lines=20 nginx.service',
      restartOf('nginx'),
      'timeout 10 systemctl status --no-pager --lines=20 nginx.service',
    ]);
    expect(outcomes(await alertOf(world))).toEqual(['restart-web repaired']);
    expect((await incidentOf(world)).state).toBe('closed');
    expect((await world.stores.monitors.monitor({ ...server, monitor: 'http' }))?.state).toMatchObject({
      phase: 'well',
      severity: 'ok',
    });
    expect(await world.stores.responses.repairsOf({ ...server, monitor: 'http' })).toEqual([
      { at: addSeconds(due, 160), by: `${incidentId}#1` },
    ]);
    expect(await lockIsFree(world)).toBe(true);
    expect(await texts(world, 'response')).toEqual([
      expect.stringMatching(/^First response 1 \(restart-web [0-9a-f]{12}\) begins: 3 commands for http\.$/),
      expect.stringMatching(/^First response 1 \(restart-web [0-9a-f]{12}\): It is well again\. seen ok$/),
    ]);
    expect((await lines(world, 'command')).map(({ command }) => command?.line)).toEqual([
      'systemctl status --no-pager --lines=20 nginx.service',
      'sudo /bin/systemctl restart nginx.service',
      'systemctl status --no-pager --lines=20 nginx.service',
    ]);
  });

  it('given a service that starts slowly, when it is checked after the restart, then it is checked again until it is well', async () => {
    const world = await failingWeb();
    world.script = ({ id }, at) =>
      id === 'http' && at >= due && at < addSeconds(due, 175) ? 'critical' : 'ok';
    await world.advance(1_800);
    expect(told(world)).toEqual(['PROBLEM +150', 'RECOVERED +180']);
    expect(outcomes(await alertOf(world))).toEqual(['restart-web repaired']);
  });

  it('given output that holds our secret and others, when it is kept, then none of them is there', async () => {
    const world = await failingWeb();
    world.shell = (line) =>
      line.includes('status')
        ? { exitCode: 3, output: 'key the secret acme/web-1-ssh-key\nDB_PASSWORD=hunter22\n' }
        : undefined;
    await world.advance(900);
    const [first] = await lines(world, 'command');
    expect(first?.command?.output).toBe('key [removed]\nDB_PASSWORD=[removed]\n');
  });
});

describe('a first response that does not help', () => {
  it('given a restart that mends nothing, when it was checked four times, then it is left to people and calling begins', async () => {
    const world = await failingWeb({ restartsNeeded: never });
    await world.advance(900);
    const alert = await alertOf(world);
    expect(restarts(world)).toEqual(['nginx +150']);
    expect(outcomes(alert)).toEqual(['restart-web not-repaired']);
    expect(alert.unrepaired).toEqual({ at: addSeconds(due, 190), reason: 'tried-all' });
    expect(statusOf(world, `${incidentId}-escalation-2`, 'escalation')).toBeDefined();
    expect(await lockIsFree(world)).toBe(true);
  });

  const plans = [
    { plan: 'respond', given: 'respond', tried: ['restart-web'] },
    { plan: 'managed', given: 'managed', tried: ['restart-apache', 'restart-web'] },
  ] as const;
  for (const { plan, given, tried } of plans) {
    it(`given the plan ${given} and a runbook of the account, when it fails, then ${tried.join(' and ')} are tried`, async () => {
      const library = await withOwn(ownRestart('restart-apache', false));
      const spec = { ...http, plan, response: { custom: ['restart-apache'], standard: 'restart-web' } };
      const world = await failingWeb({ specs: [spec], restartsNeeded: never, runbooks: library });
      await world.advance(900);
      expect(outcomes(await alertOf(world))).toEqual(tried.map((runbook) => `${runbook} not-repaired`));
    });
  }

  const left = [
    { given: 'no runbook', spec: { ...http, response: {} }, reason: 'no-runbook', noted: [] },
    { given: 'no log-in', spec: { ...http, ssh: false }, reason: 'no-runbook', noted: [] },
    {
      given: 'a runbook that is not there',
      spec: { ...http, response: { standard: 'restart-nothing' } },
      reason: 'tried-all',
      noted: ['restart-nothing not-fit'],
    },
    {
      given: 'a runbook for services that the server lacks',
      spec: { ...http, response: { standard: 'restart-mysql' } },
      reason: 'tried-all',
      noted: ['restart-mysql not-fit'],
    },
  ];
  for (const { given, spec, reason, noted } of left) {
    it(`given ${given}, when it fails, then nothing is changed and it is left to people at once (${reason})`, async () => {
      const world = await failingWeb({ specs: [spec] });
      await world.advance(900);
      const alert = await alertOf(world);
      expect(alert.unrepaired).toEqual({ at: addSeconds(due, 150), reason });
      expect(outcomes(alert)).toEqual(noted);
      expect(restarts(world)).toEqual([]);
      expect(statusOf(world, `${incidentId}-escalation-2`, 'escalation')).toBeDefined();
    });
  }

  const logIns = [
    {
      given: 'another host key',
      fault: 'host-key-mismatch',
      reason: 'host-key',
      notices: ['Host key changed'],
    },
    { given: 'a refused log-in', fault: 'refused-login', reason: 'no-access', notices: [] },
    { given: 'a server that answers no SSH', fault: 'unreachable', reason: 'no-access', notices: [] },
  ] as const;
  for (const { given, fault, reason, notices } of logIns) {
    it(`given ${given}, when two alerts are to be repaired, then one log-in is tried and both are left to people (${reason})`, async () => {
      const world = await failingWeb({ specs: [http, ftp], restartsNeeded: never });
      world.script = (_monitor, at) => (at >= due ? 'critical' : 'ok');
      let logIns = 0;
      world.logIn = (at) => {
        // The evidence is collected before the mail.
        if (at >= addSeconds(due, 150)) logIns += 1;
        throw new SshFailure(fault, `not as it should be: ${fault}`);
      };
      await world.advance(900);
      expect((await alertOf(world, 'http')).unrepaired?.reason).toBe(reason);
      expect((await alertOf(world, 'ftp')).unrepaired?.reason).toBe(reason);
      expect(outcomes(await alertOf(world, 'http'))).toEqual([`restart-web ${reason}`]);
      // The first is the collection's.
      expect(logIns).toBe(2);
      expect(world.commands).toEqual([]);
      expect(subjects(world)).toEqual(notices.map((text) => expect.stringContaining(text)));
      expect(await lockIsFree(world)).toBe(true);
    });
  }

  const cutOff = [
    { given: 'hangs', answer: { exitCode: undefined, timedOut: true }, shown: true },
    {
      given: 'floods us with output',
      answer: { exitCode: undefined, truncated: true, output: 'x'.repeat(8_000) },
      shown: true,
    },
  ];
  for (const { given, answer } of cutOff) {
    it(`given a restart that ${given}, when it is cut off, then the check says whether it helped, and what is kept is bounded`, async () => {
      const world = await failingWeb();
      world.shell = (line) => {
        if (line !== restartOf('nginx')) return undefined;
        const { exitCode: _none, ...rest } = answer;
        return { ...rest };
      };
      await world.advance(900);
      expect(told(world)).toEqual(['PROBLEM +150', 'RECOVERED +160']);
      const [, restarted, ...after] = await lines(world, 'command');
      expect(after).toEqual([]);
      expect(restarted?.command).toMatchObject({ truncated: true });
      expect(restarted?.command?.exitCode).toBeUndefined();
      expect(restarted?.command?.output.length).toBeLessThanOrEqual(6_000);
    });
  }
});

describe('several alerts of one server', () => {
  it('given two alerts, when the lower one is first in time, then the higher one is repaired first', async () => {
    const world = await failingWeb({ specs: [http, ftp] });
    world.shell = hasServices('nginx', 'vsftpd');
    world.script = ({ id }, at) =>
      at >= (id === 'ftp' ? due : addSeconds(due, 1)) &&
      restartsOf(world, id === 'ftp' ? 'vsftpd' : 'nginx').length === 0 &&
      (id === 'ftp' || at > due)
        ? 'critical'
        : 'ok';
    await world.watch(
      [{ ...http, timing: { intervalMinutes: 1, confirmationSpacingSeconds: 30 } }, ftp],
      contacts,
    );
    await world.advance(1_800);
    const { failingSince: lower } = await alertOf(world, 'ftp');
    const { failingSince: higher } = await alertOf(world, 'http');
    expect(lower < higher).toBe(true);
    expect(restarts(world)).toEqual(['nginx +150', 'vsftpd +160']);
    expect((await incidentOf(world)).state).toBe('closed');
  });

  it('given a higher alert that joins while a lower one is worked on, when that one ends, then the higher one is next', async () => {
    const specs = [http, ftp, { ...mysql, timing: { confirmationSpacingSeconds: 77 } }];
    const world = await failingWeb({ specs });
    world.shell = hasServices('nginx', 'vsftpd', 'mysql');
    world.script = (_monitor, at) => (at >= due ? 'critical' : 'ok');
    await world.advance(600);
    expect(restarts(world)).toEqual(['nginx +150', 'mysql +190', 'vsftpd +230']);
  });

  it('given a repair that heals the next alert too, when that one is next, then nothing is done for it', async () => {
    const world = await failingWeb({ specs: [http, ftp] });
    world.shell = hasServices('nginx', 'vsftpd');
    world.script = (_monitor, at) =>
      at >= due && restartsOf(world, 'nginx').length === 0 ? 'critical' : 'ok';
    await world.advance(600);
    expect(restarts(world)).toEqual(['nginx +150']);
    expect(await alertOf(world, 'ftp')).toMatchObject({ wellAt: addSeconds(due, 160) });
    expect((await alertOf(world, 'ftp')).attempts).toBeUndefined();
    // Recoveries of a server that still has failures are gathered for half a minute.
    expect(told(world)).toEqual(['PROBLEM +150', 'RECOVERED +190']);
  });

  it('given a service that becomes well while its commands run, when the next command is due, then it is left out', async () => {
    const world = await failingWeb({ restartsNeeded: never });
    world.shell = (line) => {
      // The sweep of this moment sees it well before the command has ended.
      if (line.includes('status')) world.script = () => 'ok';
      return undefined;
    };
    const heal = async (call: ChainCall) => {
      if (call.name === 'RunStep') await world.deliver(addSeconds(due, 180));
    };
    let healing: Promise<void> | undefined;
    world.crash = (call) => {
      healing ??= call.name === 'RunStep' ? heal(call) : undefined;
      return false;
    };
    await world.advance(600);
    await healing;
    expect(restarts(world)).toEqual([]);
    expect((await alertOf(world)).attempts).toBeUndefined();
    expect((await incidentOf(world)).state).toBe('closed');
  });
});

describe('guard rails', () => {
  it('given a failure soon after a repair, when it is confirmed, then the repair did not hold: it is left to people', async () => {
    const world = await failingWeb();
    const relapse = addSeconds(due, 900);
    world.script = ({ id }, at) =>
      id === 'http' && at >= due && (at >= relapse || restartsOf(world, 'nginx').length === 0)
        ? 'critical'
        : 'ok';
    await world.advance(3_600);
    expect(restartsOf(world, 'nginx')).toHaveLength(1);
    expect((await alertOf(world, 'http', 'acme.web-1-2')).unrepaired?.reason).toBe('guarded');
    expect(statusOf(world, 'acme.web-1-2-escalation-2', 'escalation')).toBeDefined();
  });

  it('given as many repairs in the period as may be, when it fails once more, then it is left to people', async () => {
    const guard = { repairs: 2, periodHours: 24, holdMinutes: 5 };
    const world = await failingWeb({ specs: [{ ...http, response: { standard: 'restart-web', guard } }] });
    const failures = [0, 3_600, 7_200].map((seconds) => addSeconds(due, seconds));
    world.script = ({ id }, at) => {
      const begun = failures.filter((from) => at >= from).length;
      return id === 'http' && restartsOf(world, 'nginx').length < begun ? 'critical' : 'ok';
    };
    await world.advance(10_000);
    expect(restarts(world)).toEqual(['nginx +150', 'nginx +3750']);
    expect((await alertOf(world, 'http', 'acme.web-1-3')).unrepaired?.reason).toBe('guarded');
  });
});

describe('a function that dies', () => {
  const steps = ['ChooseRepair', 'PrepareRepair', 'RunStep', 'SettleRepair', 'EndFirstResponse'] as const;
  for (const name of steps) {
    for (const nth of name === 'RunStep' ? [1, 2, 3] : [1]) {
      it(`given ${name}, when call ${nth} dies after its work, then it goes on as if nothing had been, and no command runs twice`, async () => {
        const world = await failingWeb();
        let calls = 0;
        world.crash = (call) => {
          if (call.name !== name) return false;
          calls += 1;
          return calls === nth;
        };
        await world.advance(3_600);
        expect(calls).toBeGreaterThan(nth);
        expect(restartsOf(world, 'nginx')).toHaveLength(1);
        expect(outcomes(await alertOf(world))).toEqual(['restart-web repaired']);
        expect(told(world).map((line) => line.split(' ')[0])).toEqual(['PROBLEM', 'RECOVERED']);
        expect(await lines(world, 'command')).toHaveLength(3);
        expect(await lines(world, 'response')).toHaveLength(2);
        expect(await lockIsFree(world)).toBe(true);
        expect(subjects(world)).toEqual([]);
      });
    }

    it(`given ${name}, when it always dies, then the alert is left to people, operators hear of it, and the server is free`, async () => {
      const world = await failingWeb({ restartsNeeded: never });
      world.crash = (call) =>
        call.name === name && (name !== 'EndFirstResponse' || world.clock.now() < Date.parse(due) + 900_000);
      await world.advance(3_600);
      const alert = await alertOf(world);
      expect(alert.unrepaired?.reason).toBe(name === 'EndFirstResponse' ? 'tried-all' : 'fault');
      expect(subjects(world)).toEqual([
        ...(name === 'EndFirstResponse' ? [expect.stringContaining('A first response is stuck')] : []),
        expect.stringContaining('First response failed'),
      ]);
      expect((await incidentOf(world)).response?.calls).toBeDefined();
      expect(await lockIsFree(world)).toBe(true);
    });
  }

  const kills = [
    { given: 'may run again', repeatable: true, runs: 2 },
    { given: 'must not run twice', repeatable: false, runs: 1 },
  ];
  for (const { given, repeatable, runs } of kills) {
    it(`given a command that ${given}, when its function is killed while it runs, then it runs ${runs === 1 ? 'once and the check decides' : 'again'}`, async () => {
      const library = await withOwn(ownRestart('restart-apache', repeatable));
      const spec = { ...http, response: { standard: 'restart-apache' } };
      const world = await failingWeb({ specs: [spec], runbooks: library });
      let killed = false;
      world.shell = (line) => {
        if (line !== restartOf('nginx') || killed) return undefined;
        killed = true;
        throw new Error('killed');
      };
      await world.advance(3_600);
      expect(restartsOf(world, 'nginx')).toHaveLength(runs);
      expect(outcomes(await alertOf(world))).toEqual(['restart-apache repaired']);
      expect((await incidentOf(world)).state).toBe('closed');
    });
  }
});

describe('the lock of a server', () => {
  it('given another execution works on the server, when it frees it, then the first response goes on within half a minute', async () => {
    const world = await failingWeb();
    const other = { holder: 'another', until: addSeconds(due, 3_000) };
    await world.stores.responses.takeLock(server, other, start);
    await world.advanceTo(addSeconds(due, 300));
    expect(restarts(world)).toEqual([]);
    await world.stores.responses.releaseLock(server, 'another');
    await world.advance(600);
    expect(restarts(world)).toEqual(['nginx +330']);
  });

  it('given an execution that was killed with the lock, when its time is over, then the next one has it', async () => {
    const world = await failingWeb();
    await world.stores.responses.takeLock(server, { holder: 'dead', until: addSeconds(due, 415) }, start);
    await world.advance(900);
    expect(restarts(world)).toEqual(['nginx +415']);
  });

  it('given a lock that is never given back, when an hour has passed, then operators hear of it and people are reached', async () => {
    const world = await failingWeb({ restartsNeeded: never });
    const other = { holder: 'another', until: addSeconds(due, 100_000) };
    await world.stores.responses.takeLock(server, other, start);
    await world.advance(5_000);
    expect((await alertOf(world)).unrepaired?.reason).toBe('fault');
    expect(subjects(world)).toEqual([expect.stringContaining('First response failed')]);
    expect(restarts(world)).toEqual([]);
  });
});

describe('what operators do', () => {
  const arnOf = (machine: 'first-response' | 'escalation' | 'incident', name: string) =>
    `${machineArn(machine).replace('stateMachine', 'execution')}:${name}`;

  it('given a first response that waits for the service, when it is stopped, then the server is free, the timeline says so, and people are called; a redrive does no harm', async () => {
    const world = await failingWeb({ restartsNeeded: never });
    await world.advanceTo(addSeconds(due, 155));
    const executionArn = arnOf('first-response', firstRound);
    await world.engine.stopExecution({ executionArn });
    await world.advance(5);
    expect(await lockIsFree(world)).toBe(true);
    const alert = await alertOf(world);
    expect(alert.unrepaired?.reason).toBe('stopped');
    expect(outcomes(alert)).toEqual(['restart-web stopped']);
    expect(await texts(world, 'operator')).toEqual([
      'The first response was stopped. What is not well is left to people.',
    ]);
    await world.advance(60);
    expect(statusOf(world, `${incidentId}-escalation-2`, 'escalation')).toBeDefined();
    await world.engine.redriveExecution({ executionArn });
    await world.advance(600);
    expect(statusOf(world, firstRound, 'first-response')).toBe('SUCCEEDED');
    expect(restartsOf(world, 'nginx')).toHaveLength(1);
    expect(outcomes(await alertOf(world))).toEqual(['restart-web stopped']);
  });

  const unseen = [
    { stage: 'first-response', name: firstRound, then: 2 },
    { stage: 'escalation', name: `${incidentId}-escalation-2`, then: 3 },
  ] as const;
  for (const { stage, name, then } of unseen) {
    it(`given ${stage} that is stopped and no event tells so, when the incident is looked at again, then it goes on`, async () => {
      const world = await failingWeb({ restartsNeeded: never, losesStatusChanges: true });
      const underWay = async () =>
        (await world.stores.incidents.incident(incidentId))?.response?.running?.stage;
      await world.advanceTo(addSeconds(due, 145));
      for (let second = 0; (await underWay()) !== stage && second < 900; second += 1) await world.advance(1);
      await world.engine.stopExecution({ executionArn: arnOf(stage, name) });
      await world.advance(1_500);
      expect(await underWay()).toBe(stage);
      await world.advance(6_000);
      expect(await texts(world, 'response')).toContain(
        'A step of the response had ended without a word; the incident goes on without it.',
      );
      expect(statusOf(world, `${incidentId}-escalation-${then}`, 'escalation')).toBe('SUCCEEDED');
      expect(await lockIsFree(world)).toBe(true);
    });
  }

  it('given an incident that is stopped, when another monitor fails, then it is a new incident, and the stopped one stays silent', async () => {
    const world = await failingWeb({ specs: [{ ...http, response: {} }, ftp], restartsNeeded: never });
    world.shell = hasServices('vsftpd');
    const later = addSeconds(due, 1_200);
    world.script = ({ id }, at) =>
      (id === 'http' && at >= due) || (at >= later && restartsOf(world, 'vsftpd').length === 0)
        ? 'critical'
        : 'ok';
    await world.advanceTo(addSeconds(due, 600));
    await world.engine.stopExecution({ executionArn: arnOf('incident', incidentId) });
    await world.advance(10);
    expect(await incidentOf(world)).toMatchObject({ state: 'closed', stoppedAt: expect.any(String) });
    expect(await texts(world, 'operator')).toContainEqual(
      expect.stringContaining('The workflow of this incident was stopped.'),
    );
    await world.advanceTo(addSeconds(due, 3_600));
    expect((await incidentOf(world, 'acme.web-1-2')).state).toBe('closed');
    expect(outcomes(await alertOf(world, 'ftp', 'acme.web-1-2'))).toEqual(['restart-ftp repaired']);
    // A redrive of the old one finds that the server has a newer one.
    await world.engine.redriveExecution({ executionArn: arnOf('incident', incidentId) });
    await world.advance(600);
    expect(statusOf(world, incidentId, 'incident')).toBe('SUCCEEDED');
  });

  it('given an incident that is stopped and redriven, when its service recovers meanwhile, then the recovery is told', async () => {
    const world = await failingWeb({ specs: [{ ...http, response: {} }] });
    const mended = addSeconds(due, 1_200);
    world.script = ({ id }, at) => (id === 'http' && at >= due && at < mended ? 'critical' : 'ok');
    await world.advanceTo(addSeconds(due, 900));
    await world.engine.stopExecution({ executionArn: arnOf('incident', incidentId) });
    await world.advanceTo(addSeconds(due, 1_800));
    expect(told(world)).not.toContainEqual(expect.stringContaining('RECOVERED'));
    await world.engine.redriveExecution({ executionArn: arnOf('incident', incidentId) });
    await world.advance(600);
    expect(told(world)).toContainEqual('RECOVERED +1800');
    expect((await incidentOf(world)).state).toBe('closed');
    expect(await texts(world, 'operator')).toContainEqual(
      'The workflow of this incident was redriven: it goes on.',
    );
  });

  it('given an alert that was left to people, when an operator asks for a runbook, then it runs once, whatever was tried before', async () => {
    const world = await failingWeb({ restartsNeeded: 2 });
    await world.advanceTo(addSeconds(due, 600));
    expect((await alertOf(world)).unrepaired?.reason).toBe('tried-all');
    const requested = { alert: 'http-1', runbook: 'restart-web', by: 'Sato', at: addSeconds(due, 600) };
    const { incident } = await changeIncident(world.stores.incidents, incidentId, (now) => ({
      ...now,
      response: { ...(now.response ?? { rounds: 0 }), requested },
      news: now.news + 1,
      version: now.version + 1,
    }));
    await wakeIncident(world.workflows, incident);
    await world.advance(900);
    expect(restarts(world)).toEqual(['nginx +150', 'nginx +600']);
    expect(outcomes(await alertOf(world))).toEqual(['restart-web not-repaired', 'restart-web repaired']);
    expect((await incidentOf(world)).response?.requested).toBeUndefined();
    expect((await incidentOf(world)).state).toBe('closed');
    expect(await texts(world, 'response')).toContainEqual(expect.stringContaining('asked for by Sato'));
  });
});

/** A runbook of the account's own, with one step. */
function ownRestart(id: string, repeatable: boolean): string {
  return `id: ${id}
purpose: {ja: 再起動します。, en: Restarts it.}
checks: [http]
sudo: [/bin/systemctl restart nginx.service]
steps:
  - id: restart
    title: {ja: 再起動, en: Restart}
    command: [/bin/systemctl, restart, nginx.service]
    asRoot: true
    changes: true
    repeatable: ${repeatable}
    timeLimitSeconds: 60
    outputLimitBytes: 1000
verification: {check: same, afterSeconds: 10}
`;
}

async function withOwn(text: string): Promise<RunbookLibrary> {
  const { createShippedLibrary, libraryOf } = await import('../../lambdas/response/runbook-library.ts');
  const sha256 = createHash('sha256').update(text).digest('hex');
  const parsed = parseRunbook({ name: 'own.yaml', text, sha256 }, ['http']);
  if (!parsed.ok) throw new Error(parsed.problems.map(renderProblem).join('\n'));
  const { runbook } = parsed;
  const own: RunbookLibrary = { find: async (_account, id) => (id === runbook.id ? runbook : undefined) };
  return libraryOf(own, createShippedLibrary(new URL('../../runbooks/', import.meta.url)));
}
