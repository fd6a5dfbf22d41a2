import pMap from 'p-map';
import type { IncidentView } from '../../../core/api/incidents.ts';
import type { ExecutionView } from '../../../core/api/operators.ts';
import { detectionName } from '../../../core/ids.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import { responseName, secondResponseName } from '../../../core/incident/response.ts';
import { type Machine, machines } from '../../../core/machine.ts';
import type { Execution, ExecutionStatus, Executions } from '../../../platform/workflows/executions.ts';

const readsAtOnce = 8;

/** The last started first, `limit` in all. */
export async function executionsIn(
  executions: Executions,
  {
    machine,
    status,
    limit,
  }: { readonly machine?: Machine | undefined; readonly status: ExecutionStatus; readonly limit: number },
): Promise<ExecutionView[]> {
  const wanted = machine === undefined ? machines : [machine];
  const lists = await Promise.all(wanted.map((one) => executions.list(one, { status, limit })));
  const found = lists
    .flat()
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : Number(a.startedAt > b.startedAt) * -1))
    .slice(0, limit);
  return pMap(found, (one) => viewOf(executions, one), { concurrency: readsAtOnce });
}

async function viewOf(executions: Executions, one: Execution): Promise<ExecutionView> {
  const { machine, name, status, startedAt, endedAt } = one;
  const step = await stepOf(executions, one);
  const incident = incidentOf(machine, name);
  return {
    name,
    machine,
    status,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    ...(step !== undefined && { step: step.name }),
    ...(incident !== undefined && { incident }),
    url: executions.url(machine, name),
  };
}

/** What went well has no step to look at. */
const stepOf = async (executions: Executions, { machine, name, status }: Execution) =>
  status === 'SUCCEEDED' ? undefined : executions.step(machine, name);

/** By the names that core/incident/response.ts gives; a detection's failure is of no incident yet. */
function incidentOf(machine: Machine, name: string): string | undefined {
  if (machine === 'detection') return undefined;
  return machine === 'incident'
    ? name
    : name.replace(/-(?:(?:first-response|escalation)-\d+|engineers(?:-\d+)?)$/, '');
}

const most = { rounds: 4, detections: 6, parts: 20 };

/** An incident's executions and where each stands: its own, those of its response, and the detections of its alerts. */
export async function executionsOf(
  executions: Executions,
  incident: Incident,
): Promise<NonNullable<IncidentView['executions']>> {
  const own = await pMap(namesOf(incident), ({ machine, name }) => executions.execution(machine, name), {
    concurrency: readsAtOnce,
  });
  const engineers =
    incident.response?.secondResponse === undefined ? [] : await engineersOf(executions, incident.id);
  return pMap(
    [...own, ...engineers].filter((one) => one !== undefined),
    async (one) => {
      const step = await stepOf(executions, one);
      const { machine, name, status } = one;
      return {
        name,
        machine,
        status,
        ...(step !== undefined && { step: step.name, since: step.since }),
        url: executions.url(machine, name),
      };
    },
    { concurrency: readsAtOnce },
  );
}

function namesOf({ id, account, server, alerts, response }: Incident): { machine: Machine; name: string }[] {
  const rounds = Array.from(
    { length: Math.min(most.rounds, response?.rounds ?? 0) },
    (_, index) => (response?.rounds ?? 0) - index,
  );
  return [
    { machine: 'incident', name: id },
    // A round is of either kind, and its number is in no other's name.
    ...rounds.flatMap((round) =>
      (['first-response', 'escalation'] as const).map((machine) => ({
        machine,
        name: responseName(id, machine, round),
      })),
    ),
    ...Object.values(alerts)
      .sort((a, b) => (a.joinedAt < b.joinedAt ? 1 : -1))
      .slice(0, most.detections)
      .map(({ monitor, episode }) => ({
        machine: 'detection' as const,
        name: detectionName({ account, server, monitor }, episode),
      })),
  ];
}

/** A long response goes on in new executions, each named by its part: the last one is what stands. */
async function engineersOf(executions: Executions, incident: string): Promise<Execution[]> {
  const first = secondResponseName(incident);
  let found: Execution | undefined;
  for (let part = 1; part <= most.parts; part += 1) {
    const name = part === 1 ? first : `${first}-${part}`;
    const next = await executions.execution('second-response', name);
    if (next === undefined) break;
    found = next;
  }
  return found === undefined ? [] : [found];
}
