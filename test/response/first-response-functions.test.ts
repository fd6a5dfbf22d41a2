import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckOutcome } from '../../core/check-outcome.ts';
import type { Alert, Incident } from '../../core/incident/incident.ts';
import { addSeconds } from '../../core/instant.ts';
import type { Repair } from '../../core/response/repair.ts';
import type { PlannedStep } from '../../core/runbook/plan-steps.ts';
import type { OperatorNotice } from '../../lambdas/mail/tell-operators.ts';
import { createAfterStop } from '../../lambdas/response/after-stop.ts';
import { createChooseRepair } from '../../lambdas/response/choose-repair.ts';
import { createPrepareRepair } from '../../lambdas/response/prepare-repair.ts';
import { createRunStep } from '../../lambdas/response/run-step.ts';
import { createShippedLibrary } from '../../lambdas/response/runbook-library.ts';
import { createSettleRepair } from '../../lambdas/response/settle-repair.ts';
import { createNoCalls } from '../../platform/calls/none.ts';
import { SecretMissing } from '../../platform/secrets/secret-store.ts';
import type { CommandResult } from '../../platform/ssh/ssh-connection.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import type { Stores } from '../../platform/store/stores.ts';
import type { Workflows } from '../../platform/workflows/workflows.ts';
import { toInventory } from '../scenarios/world.ts';

const at = '2026-11-21T03:00:00.000Z';
const id = 'acme.web-1-1';
const holder = `${id}-first-response-1`;
const web1 = { account: 'acme', server: 'web-1' };
const summary = { en: 'no answer', ja: '応答がありません' };

const alert: Alert = {
  monitor: 'http',
  episode: 1,
  check: 'http',
  severity: 'critical',
  priority: 5,
  failingSince: addSeconds(at, -150),
  joinedAt: addSeconds(at, -30),
  summary,
  dedupSeconds: 30,
  collectSeconds: 30,
  problemMail: 1,
};
const incident: Incident = {
  ...web1,
  id,
  number: 1,
  plan: 'respond',
  state: 'open',
  openedAt: at,
  leader: 'http-1',
  alerts: { 'http-1': alert },
  mails: 1,
  news: 1,
  version: 1,
};
const step: PlannedStep = {
  id: 'restart',
  title: { en: 'Restart', ja: '再起動' },
  argv: ['/bin/systemctl', 'restart', 'nginx.service'],
  asRoot: true,
  command: 'restart',
  changes: true,
  repeatable: false,
  mayFail: false,
  limits: { timeoutMs: 1_000, maxBytes: 1_000 },
};
const repair: Repair = {
  incident: id,
  number: 1,
  alert: 'http-1',
  monitor: 'http',
  runbook: 'restart-web',
  version: '0123456789ab',
  holder,
  at,
  plan: { steps: [step], verifyAfterSeconds: 10 },
  runs: [],
  revision: 1,
};

class Bench {
  readonly stores: Stores = createMemoryStores();
  readonly notices: OperatorNotice[] = [];
  readonly commands: string[] = [];
  readonly answered: string[] = [];
  readonly checks: string[] = [];
  result: Partial<CommandResult> = { exitCode: 0 };
  outcome: CheckOutcome = { severity: 'critical', summary, durationMs: 1, values: {} };
  secret = async (): Promise<string> => 'swordfish-123';
  readonly workflows: Workflows = {
    start: async () => 'started',
    isRunning: async () => true,
    succeed: async (token) => {
      this.answered.push(token);
      return 'told';
    },
  };

  get ports() {
    return {
      ...this.stores,
      workflows: this.workflows,
      secrets: { read: () => this.secret() },
      tellOperators: async (notice: OperatorNotice) => void this.notices.push(notice),
      localTargetsAllowed: false,
      library: createShippedLibrary(new URL('../../runbooks/', import.meta.url)),
      checkAgain: async ({ monitor }: { monitor: { monitor: string } }) => {
        this.checks.push(monitor.monitor);
        return this.outcome;
      },
      telephone: createNoCalls(),
      log: { warn: () => {} },
      openSsh: async () => ({
        run: async (command: string) => {
          this.commands.push(command);
          await Promise.resolve();
          return { output: '', truncated: false, timedOut: false, durationMs: 1, ...this.result };
        },
        close: () => {},
      }),
    };
  }

  async setUp(stored: Repair | undefined, more: Partial<Incident> = {}): Promise<void> {
    const spec = { ...web1, monitor: 'http', plan: 'respond' as const, ssh: true };
    const { account: _account, ...rest } = spec;
    await this.stores.inventory.replace(0, toInventory([{ ...rest, response: { standard: 'restart-web' } }]));
    await this.stores.incidents.replaceIncident({ ...incident, ...more });
    if (stored !== undefined) await this.stores.responses.replaceRepair(stored);
  }

  async everything() {
    const { incidents, responses } = this.stores;
    return structuredClone({
      incident: await incidents.incident(id),
      timeline: await incidents.timeline(id),
      repair: await responses.latestRepair(id),
      repairs: await responses.repairsOf({ ...web1, monitor: 'http' }),
      commands: this.commands.length,
    });
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('a function that runs twice', () => {
  const event = { incident: id, number: 1, holder, at };
  const cases = [
    {
      name: 'choose-repair',
      stored: undefined,
      run: (b: Bench) => createChooseRepair(b.ports)({ incident: id, round: 1, holder, startedAt: at, at }),
    },
    {
      name: 'prepare-repair',
      stored: (({ plan: _plan, version: _version, ...bare }: Repair): Repair => bare)(repair),
      run: (b: Bench) => createPrepareRepair(b.ports)(event),
    },
    { name: 'run-step', stored: repair, run: (b: Bench) => createRunStep(b.ports)({ ...event, index: 0 }) },
    {
      name: 'settle-repair, at its last look',
      stored: repair,
      run: (b: Bench) => createSettleRepair(b.ports)({ ...event, look: 4 }),
    },
  ];
  for (const { name, stored, run } of cases) {
    it(`given ${name}, when it runs again, then it answers the same and changes nothing`, async () => {
      await bench.setUp(stored);
      bench.result =
        name === 'prepare-repair' ? { exitCode: 0, output: 'LoadState=loaded\n' } : { exitCode: 0 };
      const first = await run(bench);
      const before = await bench.everything();
      const second = await run(bench);
      expect(second).toEqual(first);
      const { version: _version, ...after } = { version: 0, ...(await bench.everything()) };
      expect(after).toEqual(before);
    });
  }

  it('given a step that must not run twice, when two invocations of it run at once, then the command is sent once', async () => {
    await bench.setUp(repair);
    const runStep = createRunStep(bench.ports);
    const ends = await Promise.allSettled([1, 2].map(() => runStep({ ...event, index: 0 })));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(bench.commands).toEqual(['restart']);
  });

  it('given another execution has the server, when a step is due, then nothing is sent', async () => {
    await bench.setUp(repair);
    const until = addSeconds(at, 600);
    await bench.stores.responses.takeLock(web1, { holder: 'another', until }, at);
    await expect(createRunStep(bench.ports)({ ...event, index: 0 })).rejects.toThrow(
      `acme.web-1 is worked on by another until ${until}`,
    );
    expect(bench.commands).toEqual([]);
  });

  it('given a secret that is missing, when a step is due, then it is a fault of ours, and the step counts as not begun', async () => {
    await bench.setUp(repair);
    bench.secret = async () => {
      throw new SecretMissing('acme/web-1-ssh-key');
    };
    await expect(createRunStep(bench.ports)({ ...event, index: 0 })).rejects.toThrow(SecretMissing);
    expect((await bench.stores.responses.repair(id, 1))?.runs).toEqual([]);
  });

  it('given output that is cut off in the middle of our secret, when it is kept, then its half is not there', async () => {
    await bench.setUp(repair);
    bench.result = { output: 'password is swordfish-1', truncated: true };
    await createRunStep(bench.ports)({ ...event, index: 0 });
    const [line] = await bench.stores.incidents.timeline(id);
    expect(line?.command?.output).toBe('password is ');
  });

  it('given more output than is kept, when it ends within a character, then no half of it is there', async () => {
    await bench.setUp(repair);
    bench.result = { exitCode: 0, output: '障'.repeat(3_000) };
    await createRunStep(bench.ports)({ ...event, index: 0 });
    const [line] = await bench.stores.incidents.timeline(id);
    expect(line?.command?.output).toBe('障'.repeat(2_000));
    expect(line?.command?.truncated).toBe(true);
  });
});

describe('what a stopped execution leaves behind', () => {
  const running = (stage: 'first-response' | 'escalation', round = 1) => ({
    response: { rounds: round, running: { stage, round, since: at } },
    waiting: { incident: 'the incident’s token' },
  });
  const stopOf = (machine: string, name: string, status: string, round: number | undefined) => ({
    time: '2026-11-21T03:05:00Z',
    detail: {
      executionArn: `arn:aws:states:ap-northeast-1:111111111111:execution:mimamori-${machine}:${name}`,
      stateMachineArn: `arn:aws:states:ap-northeast-1:111111111111:stateMachine:mimamori-${machine}`,
      name,
      status,
      input: JSON.stringify({ incident: id, ...(round !== undefined && { round }) }),
    },
  });
  const cases = [
    {
      given: 'a first response that an operator stops',
      stop: stopOf('first-response', holder, 'ABORTED', 1),
      stored: running('first-response'),
      then: { reason: 'stopped', outcome: 'stopped', kind: 'operator', notices: 0 },
    },
    {
      given: 'a first response that fails',
      stop: stopOf('first-response', holder, 'FAILED', 1),
      stored: running('first-response'),
      then: { reason: 'fault', outcome: 'fault', kind: 'response', notices: 1 },
    },
    {
      given: 'a first response that is stopped before the incident has noted it',
      stop: stopOf('first-response', holder, 'ABORTED', 1),
      stored: { waiting: { incident: 'the incident’s token' } },
      then: { reason: 'stopped', outcome: 'stopped', kind: 'operator', notices: 0 },
    },
    {
      given: 'calls that an operator stops',
      stop: stopOf('escalation', `${id}-escalation-2`, 'ABORTED', 2),
      stored: running('escalation', 2),
      then: { calls: 'skipped', kind: 'operator', notices: 0 },
    },
    {
      given: 'calls that fail',
      stop: stopOf('escalation', `${id}-escalation-2`, 'TIMED_OUT', 2),
      stored: running('escalation', 2),
      then: { kind: 'response', notices: 1 },
    },
    {
      given: 'calls that fail for the tenth time',
      stop: stopOf('escalation', `${id}-escalation-10`, 'FAILED', 10),
      stored: running('escalation', 10),
      then: { calls: 'skipped', kind: 'response', notices: 1 },
    },
    {
      given: 'the engineers’ response that is stopped',
      stop: stopOf('second-response', `${id}-engineers`, 'ABORTED', 3),
      stored: {},
      // News without a deed: whoever waits only looks once more.
      then: { kind: 'operator', notices: 1, raisesNews: true },
    },
    {
      given: 'an incident that is stopped',
      stop: stopOf('incident', id, 'ABORTED', undefined),
      stored: { waiting: { incident: 'the incident’s token' } },
      then: { state: 'closed', kind: 'operator', notices: 1 },
    },
  ];
  for (const { given, stop, stored, then } of cases) {
    it(`given ${given}, when its event comes twice, then it is in order, told once on the timeline, and the second time changes nothing`, async () => {
      await bench.setUp(repair, stored);
      await bench.stores.responses.takeLock(web1, { holder, until: addSeconds(at, 1_200) }, at);
      const afterStop = createAfterStop(bench.ports);
      await afterStop(stop);
      const once = await bench.everything();
      const left = once.incident?.alerts['http-1'];
      expect(left?.unrepaired?.reason).toBe(then.reason);
      expect(left?.attempts?.map(({ outcome }) => outcome)).toEqual(
        then.outcome === undefined ? undefined : [then.outcome],
      );
      expect(once.incident?.response?.running).toBeUndefined();
      expect(once.incident?.response?.calls?.end).toBe(then.calls);
      expect(once.incident?.state).toBe(then.state ?? 'open');
      expect(once.timeline.map(({ kind }) => kind)).toContain(then.kind);
      expect(new Set(bench.notices.map(({ key }) => key)).size).toBe(then.notices);
      if ('waiting' in stored) expect(bench.answered).toContain('the incident’s token');
      if (then.reason !== undefined || then.state !== undefined) {
        const next = { holder: 'the next', until: addSeconds(at, 600) };
        expect(await bench.stores.responses.takeLock(web1, next, at)).toEqual(next);
      }
      await afterStop(stop);
      const twice = await bench.everything();
      const { news = 0, version = 0 } = (then.raisesNews ? twice : once).incident ?? {};
      expect(twice).toEqual({ ...once, incident: { ...once.incident, news, version } });
      expect(new Set(bench.notices.map(({ key }) => key)).size).toBe(then.notices);
    });
  }

  it('given an execution of a machine that is not ours, when its event comes, then it is refused', async () => {
    await bench.setUp(undefined);
    await expect(createAfterStop(bench.ports)(stopOf('billing', 'x', 'FAILED', 1))).rejects.toThrow(
      'nothing is known of what arn:aws:states:ap-northeast-1:111111111111:stateMachine:mimamori-billing leaves behind',
    );
  });
});

describe('the runbooks that come with Mimamori', () => {
  const library = createShippedLibrary(new URL('../../runbooks/', import.meta.url));

  it('given the id of one, when it is looked for, then it is there with its version', async () => {
    expect(await library.find('acme', 'restart-web')).toMatchObject({
      id: 'restart-web',
      version: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  for (const odd of ['restart-nothing', '../package', 'restart-web.yaml', '', 'Restart-Web', 'a/b']) {
    it(`given "${odd}", when it is looked for, then there is none`, async () => {
      expect(await library.find('acme', odd)).toBeUndefined();
    });
  }
});
