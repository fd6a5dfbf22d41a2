import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChainFunction, type Moment, machineArn } from '../../bin/simulate/virtual-chain.ts';
import { confirming, type PhoneBehaviour, type PhoneScript } from '../../bin/simulate/virtual-phone.ts';
import type { Contact } from '../../core/account.ts';
import { addSeconds, secondsBetween } from '../../core/instant.ts';
import { renderProblem } from '../../core/inventory/problem.ts';
import { engineer, rota } from '../../core/on-call/rota.ts';
import { parseRunbook } from '../../core/runbook/parse-runbook.ts';
import type { Settings } from '../../core/settings.ts';
import { submitCauseReport } from '../../lambdas/on-call/submit-report.ts';
import {
  createShippedLibrary,
  libraryOf,
  type RunbookLibrary,
} from '../../lambdas/response/runbook-library.ts';
import { dueAt, type MonitorSpec, World, type WorldOptions } from './world.ts';

/*
 * What the end-to-end test of kills cannot hit for certain is hit here in virtual time: the workflows die in each of their
 * states and go on from their journal, and what the world has seen must be what it sees without.
 */

/** A Tuesday; 09:00 in Tokyo. */
const start = '2026-11-24T00:00:00.000Z';
const due = dueAt('web-1', addSeconds(start, 60));
const incident = 'acme.web-1-1';
const restart = 'sudo -n /bin/systemctl restart nginx.service';

const contact = (name: string, phone: string): Contact => ({
  name,
  mail: `${name}@acme.example`,
  language: 'ja',
  alertMail: true,
  phone,
});
const contacts = [
  contact('sato', '+819011110001'),
  contact('suzuki', '+819011110002'),
  contact('smith', '+819011110003'),
];
const jones = engineer.parse({
  id: 'jones',
  name: 'Jones',
  mail: 'jones@msp.example',
  phone: '+81312340002',
  language: 'en',
});
const settings: Partial<Settings> = {
  onCall: rota.parse({
    engineers: [jones],
    shifts: [
      {
        days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
        from: '00:00',
        to: '24:00',
        engineers: ['jones'],
      },
    ],
  }),
  desk: { phone: '+81312349999' },
};

/** A course of things, up to its end. */
interface Story {
  readonly options?: WorldOptions;
  readonly spec: MonitorSpec;
  /** How long the service stays down without a restart. @default for good */
  readonly downSeconds?: number;
  /** How often it must be restarted, and how long it then takes to start. @default no restart helps */
  readonly restarts?: { readonly needed: number; readonly slowSeconds: number };
  /** Functions that die after their work, and in which seconds after the failure. */
  readonly dying?: { readonly name: ChainFunction; readonly from?: number; readonly until?: number };
  readonly lockedUntil?: number;
  /** When the engineer reports, in seconds after the failure. */
  readonly reportAt?: number;
  readonly lasts: number;
}

const respond: MonitorSpec = { server: 'web-1', monitor: 'http', plan: 'respond', ssh: true };
const managed: MonitorSpec = { ...respond, plan: 'managed' };
const repairable: MonitorSpec = { ...respond, response: { standard: 'restart-web' } };

/** Sato lets it ring, Suzuki has an answering machine, Smith confirms, Jones too. */
const thirdConfirms: PhoneScript = ({ to }) => {
  if (to === contacts[0]?.phone) return { does: 'rings' };
  if (to === contacts[1]?.phone) return { does: 'answers', afterSeconds: 5, hangsUpAfterSeconds: 45 };
  return confirming;
};
const onlyJones: PhoneScript = ({ to }) => (to === jones.phone ? confirming : { does: 'rings' });
const nobody: PhoneScript = () => ({ does: 'rings' });
const firstIs =
  (behaviour: PhoneBehaviour): PhoneScript =>
  ({ to }) =>
    to === contacts[0]?.phone ? behaviour : confirming;

const stories = {
  'repaired by the second runbook': {
    spec: { ...managed, response: { custom: ['restart-own'], standard: 'restart-web' } },
    restarts: { needed: 2, slowSeconds: 15 },
    lasts: 600,
  },
  'another works on the server': {
    spec: repairable,
    restarts: { needed: 1, slowSeconds: 0 },
    lockedUntil: 200,
    lasts: 600,
  },
  'the server cannot be looked at': { spec: repairable, dying: { name: 'PrepareRepair' }, lasts: 600 },
  'a first response cannot end': {
    spec: repairable,
    dying: { name: 'EndFirstResponse', until: 600 },
    lasts: 1_200,
  },
  'the third contact confirms': { spec: respond, options: { phone: thirdConfirms }, lasts: 600 },
  'nobody is reached': { spec: respond, options: { phone: nobody }, downSeconds: 600, lasts: 1_200 },
  'a number is refused': {
    spec: respond,
    options: { phone: firstIs({ does: 'is refused', reason: 'no such number' }) },
    lasts: 600,
  },
  'the telephone service fails for one call': {
    spec: respond,
    options: { phone: firstIs({ does: 'fails', error: 'ServiceUnavailable' }) },
    lasts: 600,
  },
  'calls cannot be looked at': {
    spec: respond,
    options: { phone: thirdConfirms },
    dying: { name: 'LookAtCall', until: 200 },
    lasts: 600,
  },
  'nothing can wait for a call': {
    spec: respond,
    options: { phone: thirdConfirms },
    dying: { name: 'WaitForNews', until: 200 },
    lasts: 600,
  },
  'nobody can be found to call': {
    spec: respond,
    options: { phone: thirdConfirms },
    dying: { name: 'NextCall', until: 600 },
    lasts: 1_200,
  },
  'an engineer takes it and reports': {
    spec: managed,
    options: { phone: onlyJones },
    downSeconds: 600,
    reportAt: 1_000,
    lasts: 1_200,
  },
  'the report comes before the incident is closed': {
    spec: managed,
    options: { phone: onlyJones },
    downSeconds: 600,
    dying: { name: 'LookAtIncident', from: 590, until: 1_200 },
    reportAt: 1_000,
    lasts: 1_800,
  },
  'the report does not leave': {
    spec: managed,
    options: { phone: onlyJones },
    downSeconds: 600,
    dying: { name: 'SendIncidentMail', from: 1_000, until: 1_400 },
    reportAt: 1_000,
    lasts: 1_800,
  },
  'nobody can be paged': {
    spec: managed,
    options: { phone: onlyJones },
    dying: { name: 'PageEngineer', until: 400 },
    downSeconds: 900,
    lasts: 1_200,
  },
  'the response cannot be looked at': {
    spec: managed,
    options: { phone: onlyJones },
    dying: { name: 'LookAtSecondResponse', until: 400 },
    downSeconds: 900,
    lasts: 1_200,
  },
} as const satisfies Readonly<Record<string, Story>>;
type StoryName = keyof typeof stories;

/** A state that is passed within one write of the journal: nobody can die in it. */
const passed = 'passed';

/** Starts another execution: the engine itself is asked, and its own tests let it die there. */
const started = 'started by the engine';

/** Every state of the three workflows of a response, and the story that stands in it. */
const rows: Readonly<Record<string, Readonly<Record<string, StoryName | typeof passed | typeof started>>>> = {
  'first-response': {
    'Take up the first response': passed,
    'Choose what to repair next': 'repaired by the second runbook',
    'What is to be done?': passed,
    'Wait until the server is free': 'another works on the server',
    'Look at the server and plan the commands': 'repaired by the second runbook',
    'Is there anything to run?': passed,
    'Run the next command': 'repaired by the second runbook',
    'Is there another command?': passed,
    'Wait until the service has started': 'repaired by the second runbook',
    'Check whether it is well again': 'repaired by the second runbook',
    'Is it to be checked once more?': passed,
    'Wait before the next check': 'repaired by the second runbook',
    'End the first response': 'repaired by the second runbook',
    Ended: passed,
    'Leave what failed to people': 'the server cannot be looked at',
    'Tell the operators that the first response failed': 'the server cannot be looked at',
    'Tell the operators that the first response is stuck': 'a first response cannot end',
    'Wait before going on': 'a first response cannot end',
  },
  escalation: {
    'Take up the calls': passed,
    'Find whom to call next': 'the third contact confirms',
    'Is there somebody to call?': passed,
    'Place the call': 'the third contact confirms',
    'Was it placed?': passed,
    'Look at the call': 'the third contact confirms',
    'Is it over?': passed,
    'Wait while it rings': 'nobody is reached',
    'Wait for the key': 'the third contact confirms',
    'Wait before looking again': 'nothing can wait for a call',
    'Hang up and note how it ended': 'the third contact confirms',
    'Has it ended?': passed,
    'Note why it was not placed': 'a number is refused',
    'Note that it could not be called': 'the telephone service fails for one call',
    'Hang up after a fault': 'calls cannot be looked at',
    'End the calls': 'nobody is reached',
    Ended: passed,
    'Ended before': passed,
    'Tell the operators that calling is stuck': 'nobody can be found to call',
    'Wait before going on': 'nobody can be found to call',
  },
  'second-response': {
    "Take up the engineers' response": passed,
    "Look at the engineers' response": 'an engineer takes it and reports',
    'What is due now?': passed,
    'Choose who is paged next': 'an engineer takes it and reports',
    'Ring the telephone': 'an engineer takes it and reports',
    'End the call': 'an engineer takes it and reports',
    'Page the engineer': 'an engineer takes it and reports',
    'Tell the customer how it stands': 'an engineer takes it and reports',
    'Remind the engineer of the cause report': 'an engineer takes it and reports',
    'Mail the cause report to the customer': 'an engineer takes it and reports',
    'Wait for an engineer to acknowledge': 'an engineer takes it and reports',
    'Wait for the engineer and the recovery': 'an engineer takes it and reports',
    'Wait for the cause report': 'an engineer takes it and reports',
    "Wait for the incident's mail to leave": 'the report comes before the incident is closed',
    'Go on in a new execution': started,
    'Goes on in the new execution': passed,
    "Note that the engineers' response has ended": 'an engineer takes it and reports',
    "The engineers' response has ended": passed,
    'Tell the operators that a step failed': 'nobody can be paged',
    'Tell the operators that the report did not leave': 'the report does not leave',
    "Tell the operators that the engineers' response is stuck": 'the response cannot be looked at',
    'Wait before going on': 'the response cannot be looked at',
  },
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'restarts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Kills in a state: one at the first of each moment. */
function killing(world: World, machine: string, state: string, done: Set<Moment>): World['dies'] {
  return (moment) => {
    if (done.has(moment) || !standsIn(world, machine, state)) return false;
    done.add(moment);
    return true;
  };
}

function standsIn({ engine }: World, machine: string, state: string): boolean {
  const stateMachineArn = machineArn(machine as Parameters<typeof machineArn>[0]);
  const { executions } = engine.listExecutions({ stateMachineArn, statusFilter: 'RUNNING' });
  return executions.some(({ executionArn }) => {
    const { events } = engine.getExecutionHistory({ executionArn, reverseOrder: true, maxResults: 20 });
    return events.find(({ type }) => type.endsWith('StateEntered'))?.details.name === state;
  });
}

/** Plays a story, and gives what the world has seen of it. */
async function play(story: Story, kill?: { machine: string; state: string; done: Set<Moment> }) {
  const workflowFile = join(
    folder,
    `${kill?.state.replaceAll(/\W/g, '-') ?? 'calm'}-${Math.trunc(performance.now() * 1000)}.sqlite`,
  );
  const { options = {}, spec, restarts, downSeconds = Number.POSITIVE_INFINITY, lockedUntil } = story;
  const world = new World({
    start,
    runbooks: library,
    ...options,
    ...(kill !== undefined && { workflowFile }),
  });
  try {
    await world.watch([spec], contacts, settings);
    const times = () => world.commands.filter(({ line }) => line === restart).map(({ at }) => at);
    const wellFrom = () => {
      const last = restarts === undefined ? undefined : times()[restarts.needed - 1];
      return last === undefined
        ? addSeconds(due, Math.min(downSeconds, 1e9))
        : addSeconds(last, restarts?.slowSeconds ?? 0);
    };
    world.script = (_monitor, at) => (at >= due && at < wellFrom() ? 'critical' : 'ok');
    world.crash = ({ name, payload }) => {
      const { dying } = story;
      const seconds = secondsBetween(due, now(world));
      if (name !== dying?.name || seconds < (dying.from ?? 0) || seconds >= (dying.until ?? 1e9))
        return false;
      return name !== 'WaitForNews' || JSON.stringify(payload).includes('"escalation"');
    };
    if (lockedUntil !== undefined)
      await world.stores.responses.takeLock(
        { account: 'acme', server: 'web-1' },
        { holder: 'another', until: addSeconds(due, lockedUntil) },
        start,
      );
    if (kill !== undefined) world.dies = killing(world, kill.machine, kill.state, kill.done);
    const { reportAt, lasts } = story;
    if (reportAt !== undefined) {
      await world.advanceTo(addSeconds(due, reportAt));
      await report(world);
    }
    await world.advanceTo(addSeconds(due, lasts));
    return {
      commands: world.commands.filter(({ line }) => line.startsWith('sudo')).map(({ line }) => line),
      calls: world.rung.map(({ to, at }) => `${to} +${secondsBetween(due, at)}`),
      mails: world.mails.map(({ to, state, subject }) => `${to} ${state} ${subject}`).sort(),
      state: (await world.stores.incidents.incident(incident))?.state,
      running: world.engine.listExecutions({ statusFilter: 'RUNNING' }).executions.map(({ name }) => name),
    };
  } finally {
    await world.close();
  }
}

const now = (world: World) => new Date(world.clock.now()).toISOString();

async function report(world: World): Promise<void> {
  const ports = { ...world.stores, workflows: world.workflows };
  const given = {
    cause: 'The disk was full.',
    actions: 'Freed it.',
    prevention: 'A larger one.',
    author: 'Jones',
  };
  const { outcome } = await submitCauseReport(ports, { incident, report: given, at: now(world) });
  expect(outcome).toBe('taken');
}

const calm = new Map<StoryName, ReturnType<typeof play>>();
const calmly = (name: StoryName) => {
  const known = calm.get(name) ?? play(stories[name]);
  calm.set(name, known);
  return known;
};

interface StateDefinition {
  readonly Type: string;
  readonly Resource?: string;
}

for (const [machine, states] of Object.entries(rows)) {
  const file = new URL(`../../statemachines/${machine}.asl.json`, import.meta.url);
  const shipped = (JSON.parse(readFileSync(file, 'utf8')) as { States: Record<string, StateDefinition> })
    .States;

  describe(`the workflows die in a state of ${machine}`, () => {
    it('given the shipped file, then each of its states has a row, and only those that do no work are passed', () => {
      expect(Object.keys(states).sort()).toEqual(Object.keys(shipped).sort());
      for (const [state, { Type, Resource }] of Object.entries(shipped)) {
        const isPassed = ['Pass', 'Choice', 'Succeed', 'Fail'].includes(Type);
        expect([state, states[state] === passed]).toEqual([state, isPassed]);
        const isStarted = Resource?.endsWith(':states:startExecution') ?? false;
        expect([state, states[state] === started]).toEqual([state, isStarted]);
      }
    });

    for (const [state, story] of Object.entries(states)) {
      if (story === passed || story === started) continue;
      it(`given ${story}, when they die in "${state}" and start again, then people and servers see what they see without`, async () => {
        const done = new Set<Moment>();
        const wanted = await calmly(story);
        expect(await play(stories[story], { machine, state, done })).toEqual(wanted);
        const { Type, Resource = '' } = shipped[state] ?? { Type: 'none' };
        const isWait = Type === 'Wait' || Resource.endsWith('.waitForTaskToken');
        const calls = Resource.includes(':lambda:invoke') ? ['before a function', 'after a function'] : [];
        expect([...done].sort()).toEqual(expect.arrayContaining([...calls, ...(isWait ? ['idle'] : [])]));
        expect(done.size).toBeGreaterThan(0);
      });
    }
  });
}

/** A runbook of the account's own, whose command must not run twice. */
const ownText = `id: restart-own
purpose: {ja: 再起動します。, en: Restarts it.}
checks: [http]
sudo: [/bin/systemctl restart nginx.service]
steps:
  - id: restart
    title: {ja: 再起動, en: Restart}
    command: [/bin/systemctl, restart, nginx.service]
    asRoot: true
    changes: true
    repeatable: false
    timeLimitSeconds: 60
    outputLimitBytes: 1000
verification: {check: same, afterSeconds: 10}
`;
const library = ownLibrary(ownText);

function ownLibrary(text: string): RunbookLibrary {
  const sha256 = createHash('sha256').update(text).digest('hex');
  const parsed = parseRunbook({ name: 'own.yaml', text, sha256 }, ['http']);
  if (!parsed.ok) throw new Error(parsed.problems.map(renderProblem).join('\n'));
  const { runbook } = parsed;
  return libraryOf(
    { find: async (_account, id) => (id === runbook.id ? runbook : undefined) },
    createShippedLibrary(new URL('../../runbooks/', import.meta.url)),
  );
}
