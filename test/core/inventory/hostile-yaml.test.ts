import { describe, expect, it } from 'vitest';
import { parseInventory } from '../../../core/inventory/parse-inventory.ts';
import { renderProblem } from '../../../core/inventory/problem.ts';
import { sampleCatalogue } from './sample-catalogue.ts';

const settings = 'settings: {mailFrom: noc@msp.example, operators: {mail: [desk@msp.example]}}\n';

/** A hostile file that took longer would be a way to stop us; the usual is well below a second. */
const timeout = 10_000;

/** What a file is answered with. */
function read(text: string) {
  const parsed = parseInventory([{ name: 'evil.yaml', text }], sampleCatalogue);
  return {
    messages: parsed.ok ? [] : parsed.problems.map(renderProblem),
    inventory: parsed.ok ? parsed.inventory : undefined,
  };
}

/** Each level repeats the one below nine times. */
const laughs = (levels: number, leaf: string): string =>
  Array.from({ length: levels }, (_, level) => {
    const items = level === 0 ? leaf : Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ');
    return `x${level}: &a${level} [${items}]`;
  }).join('\n');

const tooDeep = 'values are nested too deeply; 30 levels at most';

describe('a hostile file costs a bounded time and one plain answer', () => {
  const cases: readonly { given: string; text: string; message: string }[] = [
    {
      given: 'a billion laughs',
      text: `${laughs(12, 'ha, ha')}\n`,
      message:
        'evil.yaml:1: aliases repeat so much that the file holds more than 1000000 values; use defaults in place of aliases',
    },
    {
      given: 'an alias inside its own value',
      text: 'accounts: &a [*a]\n',
      message:
        'evil.yaml:1: the alias *a stands inside the value it names, or that value is at fault; write the value out',
    },
    {
      given: 'an alias that names nothing',
      text: 'accounts: *nobody\n',
      message:
        'evil.yaml:1: the alias *nobody names no anchor; write &nobody at the value it is to repeat, above this line',
    },
    {
      given: 'a chain of aliases, each a level deeper',
      text: `a0: &a0 [x]\n${Array.from({ length: 500 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]`).join('\n')}\n`,
      message: `evil.yaml:30: ${tooDeep}`,
    },
    {
      given: 'a file of 10 MB in one text',
      text: `settings: "${'x'.repeat(10_000_000)}"\n`,
      message: 'evil.yaml:1: the file is larger than 4 MiB; divide it into several files',
    },
    {
      given: 'a text of 3 MB',
      text: `settings: "${'x'.repeat(3_000_000)}"\n`,
      message: 'evil.yaml:1: settings has 3000000 characters; a text may have 10000 at most',
    },
    {
      given: 'forty lists in each other',
      text: `a: ${'['.repeat(40)}${']'.repeat(40)}\n`,
      message: `evil.yaml:1: ${tooDeep}`,
    },
    {
      given: 'a hundred thousand open brackets',
      text: '['.repeat(100_000),
      message: `evil.yaml:1: ${tooDeep}`,
    },
    { given: 'fifty thousand dashes', text: '- '.repeat(50_000), message: `evil.yaml:1: ${tooDeep}` },
    {
      given: '__proto__ as a key',
      text: `${settings}accounts: [{id: acme, name: Acme, __proto__: {timeZone: UTC}}]\n`,
      message: 'evil.yaml:2: accounts[0].__proto__ is not a key that an inventory may have; take it out',
    },
    {
      given: 'constructor as a key',
      text: `${settings}constructor: {prototype: {polluted: true}}\n`,
      message: 'evil.yaml:2: constructor is not known here; known keys are settings, defaults, accounts',
    },
    {
      given: 'a check type that every object has',
      text: `${settings}accounts: [{id: a, name: A, servers: [{id: s, address: s.example, plan: notify, monitors: [toString]}]}]\n`,
      message: 'evil.yaml:2: monitors[0] is "toString"; known checks are cpu, host, https, tcp, tls',
    },
    {
      given: 'a merge key',
      text: `x: &base {a: 1}\nsettings:\n  <<: *base\n`,
      message:
        'evil.yaml:3: settings.<< is a merge key, which YAML 1.2 does not have; use defaults, or write the values out',
    },
    {
      given: 'YAML 1.1, in which no is false',
      text: '%YAML 1.1\n---\nsettings: {}\n',
      message: 'evil.yaml:1: the file says that it is not YAML 1.2; take the %YAML line out',
    },
    {
      given: 'a tag of a language',
      text: 'settings: !!js/function "function () {}"\n',
      message:
        'evil.yaml:1: settings has the tag "tag:yaml.org,2002:js/function"; write the value without a tag',
    },
    {
      given: 'binary data',
      text: 'settings: !!binary aGFsbG8=\n',
      message: 'evil.yaml:1: settings has the tag "tag:yaml.org,2002:binary"; write the value without a tag',
    },
    {
      given: 'a map as a key',
      text: '? {a: 1}\n: b\n',
      message: 'evil.yaml:1: a key is a list or a map; write a word',
    },
    {
      given: 'a key that would turn the terminal around',
      text: `${settings}"\\u202e\\e[31mred": 1\n`,
      message:
        'evil.yaml:2: \\u{202e}\\u{001b}[31mred is not known here; known keys are settings, defaults, accounts',
    },
    {
      given: 'a number that is none',
      text: `${settings}accounts: [{id: a, name: A, servers: [{id: s, address: s.example, plan: notify, monitors: [{check: tcp, port: .nan}]}]}]\n`,
      message: 'evil.yaml:2: monitors[0].port is .nan; give the port the service listens on, 1 to 65535',
    },
  ];
  for (const { given, text, message } of cases) {
    it(`given ${given}, when it is read, then it is refused in plain words`, { timeout }, () => {
      const { messages } = read(text);
      expect(messages).toContain(message);
      expect(messages.length).toBeLessThan(1000);
    });
  }

  it('given a hundred thousand keys that are all the same, when they are read, then it takes no quadratic time', {
    timeout,
  }, () => {
    const { messages } = read('k: 1\n'.repeat(100_000));
    expect(messages).toContain('evil.yaml:2: k is there twice, first in line 1; keep one of them');
  });

  it('given a server with more monitors than one may have, when it is read, then it is refused', () => {
    const monitors = Array.from({ length: 201 }, (_, i) => `{check: tcp, id: m${i}, port: 1}`).join(', ');
    const server = `{id: s, address: s.example, plan: notify, monitors: [${monitors}]}`;
    expect(read(`${settings}accounts: [{id: a, name: A, servers: [${server}]}]\n`).messages).toEqual([
      'evil.yaml:2: servers[0] has 201 monitors; a server may have 200 at most',
    ]);
  });

  it('given a monitor with more settings than an item of the table holds, when it is read, then it is refused', () => {
    const headers = Array.from({ length: 4 }, (_, i) => `h${i}: "${'x'.repeat(5000)}"`).join(', ');
    const server = `{id: s, address: s.example, plan: notify, monitors: [{check: https, headers: {${headers}}}]}`;
    expect(read(`${settings}accounts: [{id: a, name: A, servers: [${server}]}]\n`).messages).toEqual([
      expect.stringMatching(
        /^evil\.yaml:2: monitors\[0\] has 2\d{4} characters of settings; a monitor may have 16000 at most$/,
      ),
    ]);
  });

  it('given aliases in a sensible number, when they are read, then they are repeated', () => {
    const text = `${settings}accounts: [{id: a, name: A, servers: [{id: s, address: s.example, plan: notify, monitors: &m [host]}, {id: t, address: t.example, plan: notify, monitors: *m}]}]\n`;
    expect(read(text).inventory?.monitors).toHaveLength(2);
  });

  it('given any of these, when they have been read, then nothing sticks to the prototype of objects', () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('polluted' in {}).toBe(false);
  });
});
