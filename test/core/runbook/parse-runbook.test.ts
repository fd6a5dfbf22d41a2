import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderProblem } from '../../../core/inventory/problem.ts';
import { parseRunbook } from '../../../core/runbook/parse-runbook.ts';

const sha256 = '0123456789abcdef'.repeat(4);
const checks = ['http', 'https', 'disk', 'process'];

const good = `id: restart-web
purpose: {ja: 再起動, en: Restarts}
checks: [http]
parameters:
  unit:
    type: unit
    purpose: {ja: サービス, en: the service}
    units: {debian: [nginx], redhat: [nginx]}
sudo:
  - /bin/systemctl restart {unit}.service
steps:
  - id: restart
    title: {ja: 再起動, en: Restart}
    command: [/bin/systemctl, restart, '{unit}.service']
    asRoot: true
    changes: true
    repeatable: true
    timeLimitSeconds: 60
    outputLimitBytes: 4000
verification: {check: same, afterSeconds: 10}
`;

function problemsOf(text: string): string[] {
  const parsed = parseRunbook({ name: 'r.yaml', text, sha256 }, checks);
  return parsed.ok ? [] : parsed.problems.map(renderProblem);
}

const change = (from: string, to: string): string => {
  if (!good.includes(from)) throw new Error(`the good runbook has no ${from}`);
  return good.replace(from, to);
};

it('given a good runbook, when it is read, then it is taken with its defaults', () => {
  const parsed = parseRunbook({ name: 'r.yaml', text: good, sha256 }, checks);
  expect(parsed).toMatchObject({
    ok: true,
    runbook: {
      id: 'restart-web',
      version: '0123456789ab',
      steps: [{ id: 'restart', asRoot: true, mayFail: false }],
    },
  });
});

const cases = [
  {
    given: 'no lines but comments',
    text: '# to do\n\n',
    told: ['r.yaml:1: the file is empty; write id, purpose, checks and steps'],
  },
  {
    given: 'a list',
    text: '- a\n',
    told: ['r.yaml:1: the file is not a map; begin it with id: and purpose:'],
  },
  {
    given: 'a command that is a text',
    text: change("[/bin/systemctl, restart, '{unit}.service']", 'systemctl restart nginx'),
    told: [
      'r.yaml:14: steps[0].command is "systemctl restart nginx"; give the program and its arguments as a list, as no shell reads them, for example ["/bin/systemctl","restart","{unit}.service"]',
    ],
  },
  {
    given: 'an unknown check',
    text: change('checks: [http]', 'checks: [htp]'),
    told: ['r.yaml:3: checks[0] is "htp"; did you mean http? known checks are http, https, disk, process'],
  },
  {
    given: 'a purpose in one language',
    text: change('purpose: {ja: 再起動, en: Restarts}', 'purpose: {en: Restarts}'),
    told: ['r.yaml:2: purpose.ja is missing; give what the runbook is for in Japanese'],
  },
  {
    given: 'no limit of time',
    text: change('    timeLimitSeconds: 60\n', ''),
    told: [
      'r.yaml:12: steps[0].timeLimitSeconds is missing; give the seconds after which it is given up, 1 to 300',
    ],
  },
  {
    given: 'a change without verification',
    text: change('verification: {check: same, afterSeconds: 10}\n', ''),
    told: [
      'r.yaml:1: verification is missing, and steps change something; write {check: same, afterSeconds: 10}',
    ],
  },
  {
    given: 'a root command that is not listed',
    text: change('  - /bin/systemctl restart {unit}.service\n', '  - /bin/systemctl reload {unit}.service\n'),
    told: [
      'r.yaml:10: sudo[0] is used by no step with asRoot: true; take it out',
      'r.yaml:14: steps[0].command runs as root and is not listed; add to sudo: /bin/systemctl restart {unit}.service',
    ],
  },
  {
    given: 'a shell',
    text: change(
      "command: [/bin/systemctl, restart, '{unit}.service']\n    asRoot: true",
      "command: [/bin/sh, -c, 'rm x']",
    ),
    told: [
      'r.yaml:10: sudo[0] is used by no step with asRoot: true; take it out',
      'r.yaml:14: steps[0].command[0] is "/bin/sh", which runs other programs; call the program that does the work',
    ],
  },
  {
    given: 'sudo by hand',
    text: change('[/bin/systemctl, restart', '[sudo, /bin/systemctl, restart'),
    told: [
      'r.yaml:10: sudo[0] is used by no step with asRoot: true; take it out',
      'r.yaml:14: steps[0].command runs as root and is not listed; add to sudo: sudo /bin/systemctl restart {unit}.service',
      'r.yaml:14: steps[0].command[0] is "sudo", which runs other programs; write asRoot: true',
    ],
  },
  {
    given: 'a parameter that is not there',
    text: change(
      "command: [/bin/systemctl, restart, '{unit}.service']",
      "command: [/bin/systemctl, restart, '{unt}.service']",
    ),
    told: [
      'r.yaml:10: sudo[0] is used by no step with asRoot: true; take it out',
      'r.yaml:14: steps[0].command runs as root and is not listed; add to sudo: /bin/systemctl restart {unt}.service',
      'r.yaml:14: steps[0].command[2] names the parameter "unt"; did you mean unit? known parameters are unit',
    ],
  },
  {
    given: 'root on any path',
    text: change('units: {debian: [nginx], redhat: [nginx]}', 'default: /x').replace(
      'type: unit',
      'type: path',
    ),
    told: ['r.yaml:10: sudo[0] lets root work on any path, "unit"; write its value out, or use a unit'],
  },
  {
    given: 'a unit with blanks',
    text: change('debian: [nginx]', "debian: ['nginx; id']"),
    told: [
      'r.yaml:8: parameters.unit.units.debian[0] is "nginx; id"; write the name of one service, for example nginx',
    ],
  },
  {
    given: 'more time than a function has',
    text: change(
      'verification',
      `${['a', 'b', 'c'].map((id) => `  - {id: ${id}, title: {ja: あ, en: a}, command: [x], changes: false, timeLimitSeconds: 300, outputLimitBytes: 100}`).join('\n')}\nverification`,
    ),
    told: ['r.yaml:11: steps may take 960 s together; 600 s at most'],
  },
];
describe('a runbook that is not fit', () => {
  for (const { given, text, told } of cases) {
    it(`given ${given}, when it is read, then it is told where and with its mend`, () =>
      expect(problemsOf(text)).toEqual(told));
  }

  it('given any text, when it is read, then it is judged and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(good.length), (text, at) => {
        const parsed = parseRunbook(
          { name: 'r.yaml', text: good.slice(0, at) + text + good.slice(at), sha256 },
          checks,
        );
        expect(parsed.ok || parsed.problems.length > 0).toBe(true);
      }),
    );
  });
});
