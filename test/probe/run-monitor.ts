import type { CheckResult } from '../../core/check-outcome.ts';
import type { Monitor } from '../../core/monitor.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../lambdas/probe/run-check.ts';
import { SecretMissing } from '../../platform/secrets/secret-store.ts';
import { agentCredentials } from '../platform/snmp/snmp-agent.ts';

export const at = '2026-11-21T03:00:00.000Z';

export const sshPassword = 'correct horse';

const secrets: Readonly<Record<string, string>> = {
  'acme/community': agentCredentials.v2c.community,
  'acme/auth': agentCredentials.v3.authKey,
  'acme/priv': agentCredentials.v3.privKey,
  'acme/wrong': 'wrong-secret-value',
  'acme/ssh-password': sshPassword,
};

/** The runner of the product with all check types, secrets from above and loopback allowed. */
export const run = createCheckRunner({
  checkTypes,
  secrets: {
    read: async (ref) => secrets[ref] ?? Promise.reject(new SecretMissing(ref)),
  },
  localTargetsAllowed: true,
});

/** SNMP access to a test agent. */
export const snmpV2c = (port: number, community = 'acme/community') =>
  ({ version: '2c', port, community }) as const;
export const snmpV3 = (port: number, authKey = 'acme/auth') => {
  const { user, authProtocol, privProtocol } = agentCredentials.v3;
  return { version: '3', port, user, authProtocol, authKey, privProtocol, privKey: 'acme/priv' } as const;
};

/** SSH access to a test server. */
export const sshBy = ({ port, hostKey }: { port: number; hostKey: string }, password = 'acme/ssh-password') =>
  ({ port, user: 'mimamori', password, hostKey }) as const;

export function monitorOf(
  check: string,
  settings: Record<string, unknown>,
  target: Partial<Monitor['target']> = {},
  timeLimitMs = 2000,
): Monitor {
  return {
    account: 'acme',
    server: 'web-1',
    id: check,
    check,
    class: checkTypes[check]?.class ?? 'liveness',
    settings,
    timing: {
      intervalMinutes: 3,
      confirmations: 2,
      confirmationSpacingSeconds: 60,
      dedupSeconds: 30,
      collectSeconds: 30,
    },
    timeLimitMs,
    priority: 1,
    plan: 'notify',
    target: { address: '127.0.0.1', reach: 'local', ...target },
  };
}

/** Runs one check against the loopback. */
export const runMonitor = (
  check: string,
  settings: Record<string, unknown>,
  target: Partial<Monitor['target']> = {},
  { timeLimitMs = 2000, sample }: { timeLimitMs?: number; sample?: unknown } = {},
): Promise<CheckResult> => run(monitorOf(check, settings, target, timeLimitMs), at, sample);
