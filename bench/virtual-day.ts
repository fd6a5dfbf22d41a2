// How long one virtual day of the whole chain takes: sweeps, checks, detections, incidents and mails, no sockets.
// Run: npx node bench/virtual-day.ts [servers] [monitors of each] [days]      (default 100 10 1)
import { drawOutages } from '../bin/simulate/failure-model.ts';
import { renderReport } from '../bin/simulate/render-report.ts';
import { endAfter, simulate } from '../bin/simulate/simulate.ts';
import { parseInventory } from '../core/inventory/parse-inventory.ts';
import { checkTypes } from '../lambdas/probe/checks/registry.ts';

const [servers = 100, each = 10, days = 1] = process.argv.slice(2).map(Number);
const resources = ['cpu', 'memory'];
const monitors = Array.from({ length: each }, (_, index) => {
  const resource = each >= 10 ? resources[index] : undefined;
  return resource ?? `{ check: tcp, id: tcp-${index}, port: ${1_000 + index} }`;
});
const text = `
settings: { mailFrom: watch@msp.example, operators: { mail: [desk@msp.example], language: en } }
accounts:
  - id: acme
    name: Acme
    contacts: [{ name: A, mail: a@acme.example, language: ja }, { name: B, mail: b@acme.example, language: en }]
    servers:
${Array.from({ length: servers }, (_, index) => `      - { id: s-${index}, address: 192.0.2.1, plan: notify, snmp: { version: "2c", community: acme/snmp }, monitors: [${monitors.join(', ')}] }`).join('\n')}
`;
const parsed = parseInventory([{ name: 'bench', text }], checkTypes);
if (!parsed.ok) throw new Error(parsed.problems[0]?.message);
const { inventory } = parsed;

const start = '2026-01-01T00:00:00.000Z';
const end = endAfter(start, days);
const model = { seed: 1, failuresPerServerDay: 0.2, failuresPerMonitorDay: 0.2, meanMinutes: 20 };
const outages = drawOutages(inventory, model, { from: start, to: end });
const cpu = process.cpuUsage();
const startedAt = performance.now();
const report = await simulate({ inventory, outages, start, end });
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(cpu);
const cpuSeconds = (user + system) / 1e6;
process.stdout.write(renderReport(report));
console.log(
  `${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s CPU) for ${days} d: ${Math.round((days * 86_400) / seconds)} times faster than real time, ` +
    `${((cpuSeconds * 1e6) / (report.checks.scheduled + report.checks.repeated)).toFixed(0)} µs CPU a check, ` +
    `${Math.round(process.memoryUsage().rss / 1_048_576)} MB resident`,
);
