/** Runs checks of the product against real servers. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, it } from 'vitest';
import type { CheckOutcome, CheckResult, Severity } from '../../core/check-outcome.ts';
import type { Monitor } from '../../core/monitor.ts';
import type { SnmpAccess, SshAccess } from '../../core/server.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../lambdas/probe/run-check.ts';
import { SecretMissing } from '../../platform/secrets/secret-store.ts';
import { monitorOf } from '../probe/run-monitor.ts';
import { authority } from './certificates.ts';
import type { RealServer } from './servers/child-server.ts';
import { snmpdAccess } from './servers/snmpd.ts';

// Before the first handshake: the probe makes its list of trusted authorities once.
setDefaultCACertificates([...getCACertificates('bundled'), authority.cert]);

/** By reference; a server that makes its own keys adds them. */
export const secrets: Record<string, string> = {
  'acme/community': snmpdAccess.community,
  'acme/auth': snmpdAccess.authKey,
  'acme/priv': snmpdAccess.privKey,
  'acme/wrong': 'not-the-secret',
  'acme/web': 'web-password',
};
const run = createCheckRunner({
  checkTypes,
  secrets: { read: async (ref) => secrets[ref] ?? Promise.reject(new SecretMissing(ref)) },
  localTargetsAllowed: true,
});

export interface CheckOptions {
  readonly snmp?: SnmpAccess;
  readonly ssh?: SshAccess;
  readonly sample?: unknown;
  /** By default that of the check type. */
  readonly timeLimitMs?: number;
}

/** Checks 127.0.0.1 once, now. */
export function check(
  type: string,
  settings: Record<string, unknown> = {},
  { snmp, ssh, sample, timeLimitMs }: CheckOptions = {},
): Promise<CheckResult> {
  const limit = timeLimitMs ?? checkTypes[type]?.timeLimitMs ?? expect.fail(`no check type ${type}`);
  const access: Partial<Monitor['target']> = { ...(snmp && { snmp }), ...(ssh && { ssh }) };
  const monitor = monitorOf(type, settings, access, limit);
  return run(monitor, new Date().toISOString(), sample);
}

export const severityOf = async (...given: Parameters<typeof check>) =>
  (await check(...given)).outcome.severity;

/** A failed expectation shows what the check saw. */
export const expectOk = (outcome: CheckOutcome) =>
  expect(outcome, outcome.summary.en).toMatchObject({ severity: 'ok' });

/** Long enough for a server that answers, short for one that does not. */
const soonMs = 1000;

/** One state of a server and what a check says of it. */
export interface Case {
  readonly given: string;
  /** Starts a server of its own for this case, or gives one that runs; `port` in the settings wins over its port. */
  readonly server: () => Promise<RealServer> | RealServer;
  readonly type: string;
  readonly settings?: Record<string, unknown> | ((server: RealServer) => Record<string, unknown>);
  readonly then: Severity;
  /** In the English sentence. */
  readonly said: string;
  readonly timeLimitMs?: number;
}

/** One test for each case. Servers that a case started are removed. */
export function testCases(cases: readonly Case[]): void {
  for (const { given, server: of, type, settings = {}, then, said, timeLimitMs } of cases) {
    it(`given ${given}, when ${type} is checked, then it is ${then}: ${said}`, async () => {
      const started = of();
      const server = await started;
      try {
        const own = typeof settings === 'function' ? settings(server) : settings;
        const options = timeLimitMs === undefined ? {} : { timeLimitMs };
        const { outcome } = await check(type, { port: server.port, ...own }, options);
        expect(outcome.summary.en).toContain(said);
        expect(outcome.severity, outcome.summary.en).toBe(then);
      } finally {
        if (started instanceof Promise) await server.remove();
      }
    });
  }
}

/** Ok with its time; critical when it stands still and when it was stopped; ok again. */
export async function expectToFollow(
  server: RealServer,
  type: string,
  settings: Record<string, unknown> = {},
): Promise<void> {
  const own = { port: server.port, ...settings };
  const { outcome } = await check(type, own);
  expectOk(outcome);
  expect(outcome.values.responseMs).toBeGreaterThan(0);

  server.freeze();
  const frozen = (await check(type, own, { timeLimitMs: soonMs })).outcome;
  expect(frozen.severity).toBe('critical');
  expect(frozen.summary.en).toContain('gave no answer within 1 s');
  server.thaw();

  await server.stop();
  const stopped = (await check(type, own)).outcome;
  expect(stopped.severity).toBe('critical');
  expect(stopped.summary.en).toContain('refused the connection');

  await server.start();
  expectOk((await check(type, own)).outcome);
}
