import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../lambdas/probe/run-check.ts';
import { SecretMissing } from '../../platform/secrets/secret-store.ts';
import { monitorOf } from '../probe/run-monitor.ts';
import { closeServersAfterAll } from '../probe/tcp-server.ts';
import { authority } from './same-verdict/certificates.ts';
import { faultsOf, renderPage } from './same-verdict/page.ts';
import { runPlugin } from './same-verdict/plugin.ts';
import { type Row, verdictsOf } from './same-verdict/row.ts';
import { closeAll, startShared } from './same-verdict/scripted.ts';
import { secrets } from './same-verdict/secrets.ts';
import { table } from './same-verdict/table.ts';

closeServersAfterAll();
beforeAll(async () => {
  setDefaultCACertificates([...getCACertificates('bundled'), authority.cert]);
  await startShared();
});
afterAll(closeAll);

const runCheck = createCheckRunner({
  checkTypes,
  secrets: { read: async (ref) => secrets[ref] ?? Promise.reject(new SecretMissing(ref)) },
  localTargetsAllowed: true,
});

/** The verdicts of both on a target, asked side by side. */
async function askBoth({ plugin, args, check, settings, snmp, target, limitSeconds }: Row) {
  const port = await target();
  const type = checkTypes[check] ?? expect.fail(`no check type ${check}`);
  const given = snmp === undefined ? { port, ...settings } : settings;
  const monitor = monitorOf(
    check,
    // As the inventory reads them: a monitor carries settings that were filled in.
    type.settings.parse(given) as Record<string, unknown>,
    snmp === undefined ? {} : { snmp: snmp(port) },
    limitSeconds * 1000,
  );
  const [{ outcome }, verdict] = await Promise.all([
    runCheck(monitor, new Date().toISOString()),
    runPlugin(plugin, port, args, limitSeconds),
  ]);
  return { outcome, verdict };
}

describe.concurrent('the verdict of monitoring-plugins', () => {
  for (const row of table) {
    const { plugin, check, given } = row;
    const { ours, theirs } = verdictsOf(row);
    const then = ours === theirs ? `both are ${ours}` : `it is ${ours} to us and ${theirs} to them`;
    it(`given ${given}, when ${check} and ${plugin} look, then ${then}`, async () => {
      const { outcome, verdict } = await askBoth(row);
      const seen = `${check}: ${outcome.summary.en}\n${plugin}: ${verdict.printed}`;
      expect({ ours: outcome.severity, theirs: verdict.severity }, seen).toEqual({ ours, theirs });
    });
  }
});

describe('the table', () => {
  it('given its rows, then none is there twice and every difference is one', () => {
    expect(faultsOf(table)).toEqual([]);
    expect(table.length).toBeGreaterThanOrEqual(60);
  });

  it('given docs/same-verdict.md, then it says what the table says', async () => {
    await expect(renderPage(table, secrets)).toMatchFileSnapshot('../../docs/same-verdict.md');
  });
});
