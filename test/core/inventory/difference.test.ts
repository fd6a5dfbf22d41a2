import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Change, differ, type FieldChange } from '../../../core/inventory/difference.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import { parseInventory } from '../../../core/inventory/parse-inventory.ts';
import { renderProblem } from '../../../core/inventory/problem.ts';
import { ansiPaint, renderDifference } from '../../../core/inventory/render-difference.ts';
import { anyInventory, yamlOf } from './any-inventory.ts';
import { sampleCatalogue } from './sample-catalogue.ts';

const compile = (text: string): Inventory => {
  const parsed = parseInventory([{ name: 'any.yaml', text }], sampleCatalogue);
  if (!parsed.ok) throw new Error(`${parsed.problems.map(renderProblem).join('\n')}\n${text}`);
  return parsed.inventory;
};

/** The leaves of a value by path, in the words of a difference. That a list is empty is told by what left it. */
function leavesOf(value: unknown): Map<string, unknown> {
  const changes = differ(undefined, {
    settings: value as Inventory['settings'],
    accounts: [],
    servers: [],
    monitors: [],
  });
  const fields = changes[0]?.fields ?? [];
  return new Map(fields.filter(({ after }) => !isEmpty(after)).map(({ path, after }) => [path, after]));
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** The leaves after a change was made to them. */
function changed(before: Map<string, unknown>, fields: readonly FieldChange[]): Map<string, unknown> {
  const leaves = new Map(before);
  for (const { path, after } of fields) {
    if (after === undefined || isEmpty(after)) leaves.delete(path);
    else leaves.set(path, after);
  }
  return leaves;
}

function entitiesOf(inventory: Inventory): Map<string, unknown> {
  return new Map<string, unknown>([
    ['settings settings', inventory.settings],
    ...inventory.accounts.map((one): [string, unknown] => [`account ${one.id}`, one]),
    ...inventory.servers.map((one): [string, unknown] => [`server ${one.account}.${one.id}`, one]),
    ...inventory.monitors.map((one): [string, unknown] => [
      `monitor ${one.account}.${one.server}.${one.id}`,
      one,
    ]),
  ]);
}

const nameOf = ({ entity, id }: Change): string => `${entity} ${id}`;

describe('rules that hold for every inventory', () => {
  it('given any inventory written as YAML, when it is read, then it is itself', () => {
    fc.assert(
      fc.property(anyInventory, fc.boolean(), (inventory, isFlow) => {
        expect(compile(yamlOf(inventory, isFlow))).toEqual(inventory);
      }),
      { numRuns: 150 },
    );
  });

  it('given any inventory, when it is compared with itself as the table returns it, then there is nothing to do', () => {
    fc.assert(
      fc.property(anyInventory, (inventory) => {
        const stored: Inventory = JSON.parse(JSON.stringify(inventory));
        const shuffled = {
          ...stored,
          servers: [...stored.servers].reverse(),
          monitors: stored.monitors
            .map((one) => Object.fromEntries(Object.entries(one).reverse()) as typeof one)
            .reverse(),
        };
        expect(differ(shuffled, inventory)).toEqual([]);
      }),
    );
  });

  it('given any two inventories, when the difference is made to the first, then it is the second', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, (before, after) => {
        const made = new Map([...entitiesOf(before)].map(([name, value]) => [name, leavesOf(value)]));
        for (const change of differ(before, after)) {
          if (change.kind === 'remove') made.delete(nameOf(change));
          else made.set(nameOf(change), changed(made.get(nameOf(change)) ?? new Map(), change.fields));
        }
        const wanted = new Map([...entitiesOf(after)].map(([name, value]) => [name, leavesOf(value)]));
        expect(made).toEqual(wanted);
      }),
    );
  });

  it('given any two inventories, when they are compared, then exactly what differs is told', () => {
    fc.assert(
      fc.property(anyInventory, anyInventory, (before, after) => {
        const [old, wanted] = [entitiesOf(before), entitiesOf(after)];
        const names = [...new Set([...old.keys(), ...wanted.keys()])];
        const differing = names.filter((name) => !isDeepStrictEqual(old.get(name), wanted.get(name)));
        expect(new Set(differ(before, after).map(nameOf))).toEqual(new Set(differing));
      }),
    );
  });

  it('given any two inventories, when they are compared both ways, then one way undoes the other', () => {
    const mirrored = { add: 'remove', change: 'change', remove: 'add' } as const;
    fc.assert(
      fc.property(anyInventory, anyInventory, (before, after) => {
        const there = differ(before, after).map(({ kind, fields, ...rest }) => ({
          ...rest,
          kind: mirrored[kind],
          paths: fields.map(({ path }) => path).sort(),
        }));
        const back = differ(after, before).map(({ fields, ...rest }) => ({
          ...rest,
          paths: fields.map(({ path }) => path).sort(),
        }));
        expect(there).toEqual(back);
      }),
    );
  });
});

const head = 'settings: {mailFrom: noc@msp.example, operators: {mail: [desk@msp.example]}}\naccounts: ';
const inventory = (servers: string, account = 'name: Acme'): Inventory =>
  compile(`${head}[{id: acme, ${account}, servers: [${servers}]}]`);
const web = (rest: string): string => `{id: web-1, address: www.acme.example, ${rest}}`;

describe('a difference as it is read', () => {
  const before = inventory(web('plan: notify, monitors: [host, {check: tcp, port: 25}]'));
  const cases: readonly {
    given: string;
    before: Inventory | undefined;
    after: Inventory;
    lines: readonly string[];
  }[] = [
    {
      given: 'nothing that differs',
      before,
      after: inventory(web('plan: notify, monitors: [{check: tcp, port: 25}, host]')),
      lines: ['Nothing to do: what is applied is what the files say.'],
    },
    {
      given: 'a first inventory',
      before: undefined,
      after: before,
      lines: [
        '+ settings',
        '+ account acme: Acme',
        '+ server acme.web-1: www.acme.example, plan notify, reach internet',
        '+ monitor acme.web-1.host: host every 3 min',
        '+ monitor acme.web-1.tcp: tcp every 3 min',
        '',
        '5 to add (settings, 1 account, 1 server, 2 monitors), 0 to change, 0 to remove.',
      ],
    },
    {
      given: 'another plan, which monitors take over',
      before,
      after: inventory(web('plan: respond, monitors: [host, {check: tcp, port: 26, intervalMinutes: 1}]')),
      lines: [
        '~ server acme.web-1 (and in its 2 monitors)',
        '    plan: "notify" -> "respond"',
        '~ monitor acme.web-1.tcp',
        '    settings.port: 25 -> 26',
        '    timing.intervalMinutes: 3 -> 1',
        '',
        '0 to add, 2 to change (1 server, 1 monitor), 0 to remove.',
      ],
    },
    {
      given: 'a monitor that is gone and a contact that came',
      before,
      after: inventory(
        web('plan: notify, monitors: [host]'),
        'name: "Acme\\u202e", contacts: [{name: H, mail: h@acme.example}]',
      ),
      lines: [
        '~ account acme',
        '    name: "Acme" -> "Acme\\u{202e}"',
        '    contacts[0].name: none -> "H"',
        '    contacts[0].mail: none -> "h@acme.example"',
        '    contacts[0].language: none -> "ja"',
        '    contacts[0].alertMail: none -> true',
        '- monitor acme.web-1.tcp: tcp every 3 min',
        '',
        '0 to add, 1 to change (1 account), 1 to remove (1 monitor).',
      ],
    },
  ];
  for (const { given, before: old, after, lines } of cases) {
    it(`given ${given}, when the difference is printed, then it reads so`, () => {
      expect(renderDifference(differ(old, after)).split('\n')).toEqual(lines);
    });
  }

  it('given a terminal with colours, when the difference is printed, then only the heads are coloured', () => {
    const text = renderDifference(
      differ(before, inventory(web('plan: notify, monitors: [host]'))),
      ansiPaint,
    );
    expect(text.split('\n')[0]).toBe('\u001b[31m- monitor acme.web-1.tcp\u001b[39m: tcp every 3 min');
  });
});
