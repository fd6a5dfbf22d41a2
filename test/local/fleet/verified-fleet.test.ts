import { expect, it } from 'vitest';
import { parseInventory } from '../../../core/inventory/parse-inventory.ts';
import { verifyServer } from '../../../lambdas/access/verify-server.ts';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';
import { createCheckRunner } from '../../../lambdas/probe/run-check.ts';
import { createShippedLibrary } from '../../../lambdas/response/runbook-library.ts';
import { startFleet } from '../../../local/fleet/fleet.ts';
import { SecretMissing } from '../../../platform/secrets/secret-store.ts';
import { openSshConnection } from '../../../platform/ssh/ssh-connection.ts';

it('given the demo fleet, when its access is verified, then every server would let a first response do its work', async () => {
  const at = '2026-11-21T03:00:00.000Z';
  const fleet = await startFleet({ now: () => Date.parse(at), seed: 3 });
  try {
    const parsed = parseInventory([{ name: 'demo.yaml', text: fleet.inventory }], checkTypes);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 2));
    const { servers, monitors } = parsed.inventory;
    const secrets = {
      read: async (ref: string) => fleet.secrets[ref] ?? Promise.reject(new SecretMissing(ref)),
    };
    const ports = {
      secrets,
      openSsh: openSshConnection,
      localTargetsAllowed: true,
      library: createShippedLibrary(new URL('../../../runbooks/', import.meta.url)),
      runCheck: createCheckRunner({ checkTypes, secrets, localTargetsAllowed: true }),
    };
    const found = await Promise.all(
      servers.map(async (server) => {
        const own = monitors.filter((one) => one.account === server.account && one.server === server.id);
        return [server.id, await verifyServer(ports, server, own, at)];
      }),
    );
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(servers.map(({ id }) => [id, []])));
  } finally {
    await fleet.close();
  }
});
