import { localTargetsAllowed, metricStore, secretStore, stores } from '../../platform/environment.ts';
import { verifyWayOut } from '../../platform/network/way-out.ts';
import type { CheckPorts, VerifyWayOut } from './check-ports.ts';
import { checkTypes } from './checks/registry.ts';
import { createCheckRunner } from './run-check.ts';

const wayOutTimeoutMs = 3_000;
/** A burst asks for the way out many times in the same moment; one answer serves them all. */
const wayOutKeptMs = 5_000;

export function checkPortsFromEnvironment(): CheckPorts {
  return {
    monitors: stores().monitors,
    metrics: metricStore(),
    runCheck: createCheckRunner({
      checkTypes,
      secrets: secretStore(),
      heartbeats: stores().heartbeats,
      localTargetsAllowed: localTargetsAllowed(),
    }),
    verifyWayOut: rememberWayOut(),
    keepsSample: (check) => checkTypes[check]?.keepsSample ?? false,
  };
}

function rememberWayOut(): VerifyWayOut {
  let last: { readonly askedAt: number; readonly answer: ReturnType<VerifyWayOut> } | undefined;
  return (endpoints) => {
    if (last === undefined || performance.now() - last.askedAt > wayOutKeptMs) {
      const answer = verifyWayOut(endpoints, { timeoutMs: wayOutTimeoutMs });
      last = { askedAt: performance.now(), answer };
    }
    return last.answer;
  };
}
