import { refusalTexts } from '../../../core/action/action-words.ts';
import type { OperatorAction } from '../../../core/action/operator-action.ts';
import { longestPauseSeconds } from '../../../core/action/operator-action.ts';
import { pauseRequest, pauseView } from '../../../core/api/servers.ts';
import { pauseAt } from '../../../core/detection/pause.ts';
import { monitorId, serverId } from '../../../core/ids.ts';
import { openAlerts } from '../../../core/incident/incident.ts';
import { operatorName } from '../../../core/incident/operator-deed.ts';
import { secondsBetween } from '../../../core/instant.ts';
import type { Pause, WatchedMonitor } from '../../../core/monitor.ts';
import { act } from '../../actions/act.ts';
import { pauseMonitor, resumeMonitor } from '../../detection/pause-monitor.ts';
import type { ApiRoutes, AskedOfAccount } from '../api-routes.ts';
import { audited } from '../audited.ts';
import { sha256 } from '../authenticate.ts';
import { nothingHere, Refusal, unprocessable } from '../refusal.ts';

const params = {
  server: serverId.meta({ example: 'web-1' }),
  monitor: monitorId.meta({ example: 'https' }),
};
const common = {
  path: '/servers/{server}/monitors/{monitor}/pause',
  tag: 'Servers',
  scope: 'monitors',
  params,
  refusals: [409],
} as const;
const example = {
  by: 'operator',
  since: '2026-11-21T03:04:05.000Z',
  until: '2026-11-22T03:00:00.000Z',
  reason: 'Migration to another host',
  who: 'Olga Operator',
} as const;

/** 監視の一時停止: what is checked and drawn, and not acted on. */
export function addPauseRoutes(routes: ApiRoutes): void {
  routes.operatorsOfAccount(
    {
      ...common,
      method: 'put',
      id: 'pauseMonitor',
      summary: 'Pauses a monitor, or gives its pause another end',
      body: { schema: pauseRequest, example: { until: example.until, reason: example.reason } },
      answer: { json: pauseView, example },
    },
    async (asked) => {
      const {
        at,
        principal,
        body: { until, reason },
      } = asked;
      const before = await known(asked);
      const seconds = secondsBetween(at, until);
      if (seconds <= 0 || seconds > longestPauseSeconds)
        throw unprocessable([
          {
            field: 'until',
            message: `give a time after now, ${at}, and ${longestPauseSeconds / 86_400} days ahead at most`,
          },
        ]);
      const monitor = asked.params.monitor;
      const who = operatorName(principal.name);
      const pause: Pause = { by: 'operator', since: at, until, reason, who };
      await change(asked, 'pause', before, async () => {
        const isTold = await tellIncident(asked, { action: 'pause', monitor, until, reason });
        if (!isTold) await pauseMonitor(asked.ports, refOf(asked), pause);
      });
      return { value: pause };
    },
  );

  routes.operatorsOfAccount(
    {
      ...common,
      method: 'delete',
      id: 'resumeMonitor',
      summary: 'Ends a pause, whoever set it: the next failed check is detected as usual',
      answer: 'nothing',
    },
    async (asked) => {
      const before = await known(asked);
      // Ending it twice is as well as once.
      if (before.state.pause !== undefined)
        await change(asked, 'resume', before, async () => {
          const isPaused = pauseAt(before.state, asked.at) !== undefined;
          const isTold =
            isPaused && (await tellIncident(asked, { action: 'resume', monitor: asked.params.monitor }));
          if (!isTold) await resumeMonitor(asked.ports, refOf(asked));
        });
      return { value: undefined };
    },
  );
}

type OfMonitor = Pick<
  AskedOfAccount<typeof params>,
  'ports' | 'view' | 'account' | 'principal' | 'at' | 'requestId' | 'params'
>;

const refOf = ({ account, params: { server, monitor } }: OfMonitor) => ({ account, server, monitor });

async function known({ view, params: { server, monitor } }: OfMonitor): Promise<WatchedMonitor> {
  const found = await view.monitor(server, monitor);
  if (found === undefined) throw nothingHere();
  return found;
}

async function change(
  asked: OfMonitor,
  deed: string,
  { state: { pause: before } }: WatchedMonitor,
  write: () => Promise<void>,
): Promise<void> {
  const {
    view,
    params: { server, monitor },
  } = asked;
  const target = `${asked.account}.${server}.${monitor}`;
  await audited(
    asked,
    { deed: `monitor.${deed}`, target, ...(before !== undefined && { before: { pause: before } }) },
    async () => {
      await write();
      const after = (await view.monitor(server, monitor))?.state.pause;
      return { value: undefined, ...(after !== undefined && { after: { pause: after } }) };
    },
  );
}

/**
 * Lets the open incident that the monitor's failure is part of do it, as its mails' links do: it stands on the timeline, and
 * what runs looks anew.
 *
 * @returns false where there is none
 */
async function tellIncident(asked: OfMonitor, action: OperatorAction): Promise<boolean> {
  const {
    ports,
    principal,
    at,
    requestId,
    params: { monitor },
  } = asked;
  const incident = await ports.incidents.latestIncident(refOf(asked));
  if (incident === undefined || !openAlerts(incident).some((one) => one.monitor === monitor)) return false;
  const key = `api.${sha256(principal.id).slice(0, 16)}.${requestId}`;
  const result = await act(ports, incident.id, { action, key, by: operatorName(principal.name), at });
  if (result.end !== 'refused') return result.end !== 'unknown';
  // Another has resumed it in the same moment: then it is as wanted.
  if (result.refusal === 'not-paused') return true;
  throw new Refusal(409, refusalTexts[result.refusal].en, { reason: result.refusal });
}
