import { describe, expect, it } from 'vitest';
import { differ } from '../../../core/inventory/difference.ts';
import { parseInventory } from '../../../core/inventory/parse-inventory.ts';
import { renderProblem } from '../../../core/inventory/problem.ts';
import { renderDifference } from '../../../core/inventory/render-difference.ts';
import { checkTypes } from '../../../lambdas/probe/checks/registry.ts';

const parse = (monitor: string) =>
  parseInventory(
    [
      {
        name: 'acme.yaml',
        text: [
          'settings: {mailFrom: noc@msp.example, operators: {mail: [desk@msp.example]}}',
          'accounts:',
          '  - id: acme',
          '    name: Acme',
          '    servers:',
          '      - id: web-1',
          '        address: www.acme.example',
          '        plan: notify',
          '        snmp: {version: 2c, community: acme/snmp}',
          '        monitors:',
          `          - ${monitor}`,
        ].join('\n'),
      },
    ],
    checkTypes,
  );

const cpu = (usedPercent: string) => parse(`{check: cpu, usedPercent: ${usedPercent}}`);
const settingsOf = (parsed: ReturnType<typeof parse>) =>
  parsed.ok ? parsed.inventory.monitors[0]?.settings : {};
const messagesOf = (parsed: ReturnType<typeof parse>) =>
  parsed.ok ? [] : parsed.problems.map(renderProblem);

describe('bounds in the inventory', () => {
  const taken = [
    { given: 'nothing', usedPercent: '{}', compiled: { critical: 90 } },
    {
      given: 'plain numbers',
      usedPercent: '{warning: 80.5, critical: 95}',
      compiled: { warning: 80.5, critical: 95 },
    },
    {
      given: 'a range in quotes',
      usedPercent: '{warning: "10:80"}',
      compiled: { warning: { below: 10, above: 80 }, critical: 90 },
    },
    {
      given: 'a range that YAML reads without quotes',
      usedPercent: '{warning: 10:80}',
      compiled: { warning: { below: 10, above: 80 }, critical: 90 },
    },
    {
      given: 'a range without an end',
      usedPercent: '{warning: "10:"}',
      compiled: { warning: { below: 10 }, critical: 90 },
    },
    {
      given: 'a range without a start',
      usedPercent: '{critical: ~:95}',
      compiled: { critical: { above: 95 } },
    },
    {
      given: 'a range to be avoided',
      usedPercent: '{critical: "@0:5"}',
      compiled: { critical: { from: 0, to: 5 } },
    },
    {
      given: 'a range in words',
      usedPercent: '{critical: {below: 5}}',
      compiled: { critical: { below: 5 } },
    },
    {
      given: 'a warning that goes beyond critical on one side',
      usedPercent: '{warning: "10:95"}',
      compiled: { warning: { below: 10, above: 95 }, critical: 90 },
    },
  ];
  for (const { given, usedPercent, compiled } of taken) {
    it(`given ${given}, when it is compiled, then the table has it in words, and reads it as the same`, () => {
      const settings = settingsOf(cpu(usedPercent));
      expect(settings).toEqual({ usedPercent: compiled });
      const again: unknown = checkTypes.cpu?.settings.parse(JSON.parse(JSON.stringify(settings)));
      expect(again).toEqual(settings);
    });
  }

  const place = 'acme.yaml:11: monitors[0].usedPercent.warning';
  const rangeHelp =
    'give a number or a range: "10:20" is crossed by values outside 10 to 20, "@10:20" by those inside, "10:" by those below 10, "~:20" by those above 20';
  const wanted = 'give the value from which on it is a warning, or a range, for example 10:20';
  const hidden = `${place} is never told, as every value that crosses it is critical; give a warning that comes first`;
  const none = 'is crossed by no value from 0 to 100; give a range that some values cross';
  const refused = [
    {
      given: 'a bare number in quotes',
      usedPercent: '{warning: "10"}',
      message: `${place} is "10"; write 10 without quotes, or "0:10" for what Nagios means by it, the values outside 0 to 10`,
    },
    { given: 'a word', usedPercent: '{warning: high}', message: `${place} is "high"; ${rangeHelp}` },
    { given: 'a unit', usedPercent: '{warning: 80%}', message: `${place} is "80%"; ${rangeHelp}` },
    {
      given: 'infinity in a range',
      usedPercent: '{warning: "10:inf"}',
      message: `${place} is "10:inf"; ${rangeHelp}`,
    },
    {
      given: 'no number in a range',
      usedPercent: '{warning: "nan:"}',
      message: `${place} is "nan:"; ${rangeHelp}`,
    },
    {
      given: 'the range of all values',
      usedPercent: '{warning: "~:"}',
      message: `${place} is "~:"; ${rangeHelp}`,
    },
    { given: 'infinity', usedPercent: '{warning: .inf}', message: `${place} is .inf; ${wanted}` },
    { given: 'no number', usedPercent: '{warning: .nan}', message: `${place} is .nan; ${wanted}` },
    { given: 'a list', usedPercent: '{warning: [10, 20]}', message: `${place} is a list; ${wanted}` },
    {
      given: 'a number out of bounds',
      usedPercent: '{warning: 150}',
      message: `${place} is 150; give the value from which on it is a warning, 0 to 100`,
    },
    {
      given: 'a range that ends before it begins',
      usedPercent: '{warning: "80:10"}',
      message: `${place} is a range that ends before it begins; write the smaller number first`,
    },
    {
      given: 'a range that no value crosses',
      usedPercent: '{warning: "0:100"}',
      message: `${place} ${none}`,
    },
    {
      given: 'words that no value crosses',
      usedPercent: '{warning: {above: 100}}',
      message: `${place} ${none}`,
    },
    {
      given: 'a range that every value crosses',
      usedPercent: '{warning: "@0:"}',
      message: `${place} is crossed by every value from 0 to 100; give a range that some values do not cross`,
    },
    {
      given: 'plain numbers in the wrong order',
      usedPercent: '{warning: 95}',
      message: `${place} is 95; warning is not below critical; give a warning that comes first`,
    },
    { given: 'a warning inside critical', usedPercent: '{warning: "~:95"}', message: hidden },
    {
      given: 'a warning as wide as critical',
      usedPercent: '{warning: "5:80", critical: "5:80"}',
      message: hidden,
    },
    { given: 'a warning inside critical in words', usedPercent: '{warning: {above: 95}}', message: hidden },
    {
      given: 'words of both kinds',
      usedPercent: '{warning: {below: 5, from: 7}}',
      message: `${place} is no range; give below or above or both, else from or to or both`,
    },
    {
      given: 'a misspelt word',
      usedPercent: '{warning: {blow: 5}}',
      message: `${place} is a map of keys; give a range in words: below and above, or from and to`,
    },
    {
      given: 'a word that is no number',
      usedPercent: '{warning: {below: x}}',
      message: `${place}.below is "x"; give the number below which values cross the bound`,
    },
    {
      given: 'an @ without quotes',
      usedPercent: '{warning: @10:20}',
      message:
        'acme.yaml:11: a text begins with a character that YAML keeps for itself (@ ` %); put it in quotes',
    },
  ];
  for (const { given, usedPercent, message } of refused) {
    it(`given ${given}, when it is judged, then the one message says what, where and the mend`, () =>
      expect(messagesOf(cpu(usedPercent))).toEqual([message]));
  }

  const others = [
    {
      given: 'days in the wrong order',
      monitor: '{check: tls, daysLeft: {warning: 5}}',
      message:
        'acme.yaml:11: monitors[0].daysLeft.warning is 5; warning is not above critical; give a warning that comes first',
    },
    {
      given: 'a warning where there are too many processes already',
      monitor: '{check: process, name: nginx, max: 3, warning: 4}',
      message:
        'acme.yaml:11: monitors[0].warning is never told, as every value that crosses it is critical; give a warning that comes first',
    },
    {
      given: 'a response time that no check may take',
      monitor: '{check: ssh, responseMs: {warning: "~:60000"}}',
      message:
        'acme.yaml:11: monitors[0].responseMs.warning is crossed by no value from 0 to 30000; give a range that some values cross',
    },
  ];
  for (const { given, monitor, message } of others) {
    it(`given ${given}, when it is judged, then the one message says what, where and the mend`, () =>
      expect(messagesOf(parse(monitor))).toEqual([message]));
  }

  it('given a number that becomes a range, when the difference is shown, then it is in words', () => {
    const [before, after] = [cpu('{warning: 80}'), cpu('{warning: "10:80"}')];
    if (!before.ok || !after.ok) throw new Error('not compiled');
    expect(renderDifference(differ(before.inventory, after.inventory))).toContain(
      'settings.usedPercent.warning: 80 -> {"below":10,"above":80}',
    );
  });
});
