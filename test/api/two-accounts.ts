import type { Incident } from '../../core/incident/incident.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import { parseInventory } from '../../core/inventory/parse-inventory.ts';
import { monitorResponse } from '../../core/monitor.ts';
import { checkTypes } from '../../lambdas/probe/checks/registry.ts';

/** Names of secrets and numbers that no answer may have, but for those of contacts where contacts are answered. */
export const marked = {
  phones: ['+81312345678', '+81398765432', '+4930123456', '+819012345678'],
  secrets: ['marked-snmp', 'marked-ssh', 'marked-password', 'marked-user'],
} as const;

const text = `
settings:
  mailFrom: monitoring@msp.example
  operators: { mail: [desk@msp.example], language: en }
  referenceEndpoints: []
  onCall:
    engineers:
      - { id: sato, name: Jiro Sato, mail: sato@msp.example, phone: "+819012345678" }
    shifts:
      - { days: [mon, tue, wed, thu, fri, sat, sun], from: "09:00", to: "09:00", engineers: [sato] }
accounts:
  - id: acme
    name: Acme K.K.
    contacts:
      - { name: Hanako Suzuki, mail: suzuki@acme.example, phone: "+81312345678" }
      - { name: Night desk, mail: night@acme.example, phone: "+81398765432", language: en }
    servers:
      - id: web-1
        name: Web server
        address: web-1.acme.example
        plan: respond
        ssh: { user: marked-user, key: acme/marked-ssh, hostKey: "SHA256:k3yqJbM8xkzS7f0T4m5lVxkq2nNQG8d1a9sWcRtYuIo" }
        snmp: { version: "2c", community: acme/marked-snmp }
        monitors:
          - { check: https, virtualHost: shop.acme.example, path: "/health?key=marked-password", method: POST, send: marked-password, authorization: { basic: { user: marked-user, password: acme/marked-password } }, secretHeaders: { X-Key: acme/marked-password }, service: nginx }
          - cpu
          - disk
      - id: db-1
        name: Database
        address: db-1.acme.example
        plan: notify
        monitors:
          - { check: tcp, id: postgres, port: 5432 }
  - id: globex
    name: Globex GmbH
    timeZone: Europe/Berlin
    contacts:
      - { name: Erika Mustermann, mail: it@globex.example, phone: "+4930123456", language: en }
    servers:
      - id: web-1
        address: web-1.globex.example
        plan: notify
        monitors: [https]
      - id: secret-project
        name: Secret project
        address: 192.0.2.77
        plan: notify
        monitors: [ssh]
`;

const parsed = parseInventory([{ name: 'two.yaml', text }], checkTypes, { localAllowed: false });
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 1));

/** Two customers, both of whom have a server called `web-1`. */
export const twoAccounts: Inventory = parsed.inventory;

/** The same accounts, where acme's `web-1` has the monitors of an incident, alerted. */
export const watchedLike = ({ plan, alerts }: Incident): Inventory => {
  const [first] = twoAccounts.monitors;
  if (first === undefined) throw new Error('the inventory has no monitor');
  const monitors = Object.values(alerts).map(({ monitor, check }) => ({
    ...first,
    id: monitor,
    check,
    plan,
    response: monitorResponse.parse({ standard: 'restart-web' }),
  }));
  const isOther = ({ account, id }: { account: string; id: string }) => account !== 'acme' || id !== 'web-1';
  return {
    ...twoAccounts,
    servers: twoAccounts.servers.map((one) => (isOther(one) ? one : { ...one, plan })),
    monitors: [
      ...monitors,
      ...twoAccounts.monitors.filter((one) => one.account !== 'acme' || one.server !== 'web-1'),
    ],
  };
};
