import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceCommands } from '../../../core/evidence/commands.ts';
import { quoteCommand } from '../../../core/evidence/quote.ts';
import { readUnit, unitQuestion } from '../../../core/runbook/choose-unit.ts';
import { permissionQuestion, planSteps } from '../../../core/runbook/plan-steps.ts';
import { type FactQuestion, factQuestions, factsFrom } from '../../../core/runbook/server-facts.ts';
import { createShippedLibrary } from '../../../lambdas/response/runbook-library.ts';
import { demoServers, type ServerBlueprint } from '../../../local/fleet/blueprint.ts';
import { figuresAt } from '../../../local/fleet/figures.ts';
import { answerCommand, type ShellHost } from '../../../local/fleet/shell.ts';

const bootedAt = Date.parse('2026-10-29T03:00:00.000Z');
const at = Date.parse('2026-11-21T08:25:00.000Z');

function host(server: ServerBlueprint, broken: Record<string, number> = {}): ShellHost {
  const condition = { bootedAt, agentStartedAt: bootedAt, broken: new Set(Object.keys(broken)), seed: 5 };
  return {
    server,
    figures: figuresAt(server, condition, at),
    address: '127.41.0.11',
    ports: { ...server.ports },
    brokenSince: new Map(Object.entries(broken)),
  };
}

const [web1, db1, mail1] = demoServers as [ServerBlueprint, ServerBlueprint, ServerBlueprint];
const brokenAt = Date.parse('2026-11-21T08:20:00.000Z');

describe('the commands of the collection', () => {
  for (const server of demoServers) {
    const units = server.services.flatMap(({ unit }) => unit ?? []);
    for (const { command } of evidenceCommands(units)) {
      it(`given ${server.id}, when \`${command.slice(0, 60)}\` is run, then it is known and says something`, () => {
        const { output, exitCode } = answerCommand(command, host(server));
        expect(output).not.toMatch(/not found|syntax error/);
        expect([exitCode, output.length > 0]).toEqual([0, true]);
      });
    }
  }
});

describe('what is told of a break', () => {
  const cases = [
    {
      given: 'nginx down',
      host: host(web1, { web: brokenAt }),
      command: "systemctl status 'nginx'",
      says: /× nginx\.service[\s\S]*failed \(Result: signal\) since 2026-11-21 08:20:00 UTC; 5 min ago/,
      exitCode: 3,
    },
    {
      given: 'nginx down',
      host: host(web1, { web: brokenAt }),
      command: 'systemctl is-active nginx',
      says: /^failed\n$/,
      exitCode: 3,
    },
    {
      given: 'nginx down',
      host: host(web1, { web: brokenAt }),
      command: 'journalctl -u nginx -n 30',
      says: /Nov 21 08:20:00 web-1 systemd\[1\]: nginx\.service: Failed/,
      exitCode: 0,
    },
    {
      given: 'nginx down',
      host: host(web1, { web: brokenAt }),
      command: 'ps -eo pid,comm | head -n 30',
      says: /^(?![\s\S]*nginx)/,
      exitCode: 0,
    },
    {
      given: 'nginx down',
      host: host(web1, { web: brokenAt }),
      command: 'ss -tuln',
      says: /^(?![\s\S]*:8081)[\s\S]*:9001/,
      exitCode: 0,
    },
    {
      given: 'a full disk',
      host: host(db1, { disk: brokenAt }),
      command: 'df -hP',
      says: /97% \/var\/lib\/mysql/,
      exitCode: 0,
    },
    {
      given: 'a full disk',
      host: host(db1, { disk: brokenAt }),
      command: 'journalctl -p err',
      says: /Disk is getting full on \/var\/lib\/mysql/,
      exitCode: 0,
    },
    {
      given: 'a hung postfix',
      host: host(mail1, { smtp: brokenAt }),
      command: 'systemctl status postfix',
      says: /active \(running\)/,
      exitCode: 0,
    },
    {
      given: 'all well',
      host: host(web1),
      command: 'systemctl --failed',
      says: /^ +UNIT.*\n0 loaded/,
      exitCode: 0,
    },
  ];
  for (const { given, host: of, command, says, exitCode } of cases) {
    it(`given ${given}, when \`${command}\` is run, then it shows`, () => {
      const answer = answerCommand(command, of);
      expect(answer.output).toMatch(says);
      expect(answer.exitCode).toBe(exitCode);
    });
  }
});

describe('the commands of runbooks', () => {
  const library = createShippedLibrary(new URL('../../../runbooks/', import.meta.url));
  const facts = { family: 'debian', init: 'systemd' } as const;
  const cases = [
    { runbook: 'restart-web', values: { unit: 'nginx' }, host: host(web1, { web: brokenAt }) },
    { runbook: 'restart-service', values: { service: 'mariadb' }, host: host(db1, { mysql: brokenAt }) },
    { runbook: 'free-disk-space', values: { mount: '/' }, host: host(db1, { disk: brokenAt }) },
    { runbook: 'restart-agent', values: { unit: 'snmpd' }, host: host(web1, { agent: brokenAt }) },
  ];
  for (const { runbook: id, values, host: of } of cases) {
    it(`given ${id}, when its steps for Debian are run, then the server knows each, and sudo permits what root does`, async () => {
      const runbook = await library.find('demo', id);
      if (runbook === undefined) throw new Error(`there is no ${id}`);
      const steps = planSteps(runbook, facts, new Map(Object.entries(values)));
      expect(steps.length).toBeGreaterThan(0);
      for (const step of steps) {
        const { output, exitCode } = answerCommand(step.command, of);
        expect([step.id, output]).toEqual([
          step.id,
          expect.not.stringMatching(/: not found|syntax|password/),
        ]);
        expect([step.id, [0, 3]]).toEqual([step.id, expect.arrayContaining([exitCode])]);
        if (step.asRoot) expect(answerCommand(permissionQuestion(step), of).exitCode).toBe(0);
      }
    });
  }

  it('given the questions of a runbook, when they are asked, then it is a Debian with systemd', () => {
    const yes = (Object.keys(factQuestions) as FactQuestion[]).filter(
      (one) => answerCommand(quoteCommand(factQuestions[one]), host(web1)).exitCode === 0,
    );
    expect(factsFrom(new Set(yes))).toEqual(facts);
  });

  const units = [
    { given: 'nginx down', unit: 'nginx', host: host(web1, { web: brokenAt }), state: 'failed' },
    { given: 'nginx up', unit: 'nginx', host: host(web1), state: 'running' },
    { given: 'a hung postfix', unit: 'postfix', host: host(mail1, { smtp: brokenAt }), state: 'running' },
    { given: 'no apache', unit: 'apache2', host: host(web1), state: undefined },
  ];
  for (const { given, unit, host: of, state } of units) {
    it(`given ${given}, when a runbook looks for it, then it is ${state ?? 'not there'}`, () => {
      const answer = answerCommand(quoteCommand(unitQuestion(unit, 'systemd')), of);
      expect(readUnit(unit, 'systemd', answer)?.state).toBe(state);
    });
  }

  const restarts = [
    {
      given: 'a service that restarts well',
      unit: 'mariadb',
      host: host(db1, { mysql: brokenAt }),
      mends: 'mysql',
      exitCode: 0,
    },
    {
      given: 'one that does not',
      unit: 'postfix',
      host: host(mail1, { smtp: brokenAt }),
      mends: undefined,
      exitCode: 1,
    },
    { given: 'one that runs', unit: 'mariadb', host: host(db1), mends: undefined, exitCode: 0 },
    { given: 'one that is not there', unit: 'apache2', host: host(web1), mends: undefined, exitCode: 5 },
  ];
  for (const { given, unit, host: of, mends, exitCode } of restarts) {
    it(`given ${given}, when root restarts it, then it mends ${mends ?? 'nothing'}`, () => {
      const answer = answerCommand(`sudo -n /bin/systemctl restart ${unit}.service`, of);
      expect([answer.mends, answer.exitCode]).toEqual([mends, exitCode]);
      // A question of permission restarts nothing.
      const asked = answerCommand(`sudo -n -l /bin/systemctl restart ${unit}.service`, of);
      expect([asked.mends, asked.exitCode]).toEqual([undefined, 0]);
    });
  }
});

describe('what the shell does not do', () => {
  const cases = [
    { command: 'rm -rf /', exitCode: 127, output: 'sh: 1: rm: not found\n' },
    {
      command: 'LC_ALL=C sudo -n /usr/bin/frobnicate',
      exitCode: 1,
      output: 'sudo: a password is required\n',
    },
    { command: 'frobnicate 2>/dev/null', exitCode: 127, output: '' },
    { command: 'echo $(id)', exitCode: 2, output: 'sh: syntax error\n' },
    { command: 'echo `id`', exitCode: 2, output: 'sh: syntax error\n' },
    { command: 'echo x > /etc/passwd', exitCode: 2, output: 'sh: syntax error\n' },
    { command: 'uptime &', exitCode: 2, output: 'sh: syntax error\n' },
    { command: "echo 'half", exitCode: 2, output: 'sh: syntax error\n' },
    { command: 'uptime |', exitCode: 2, output: 'sh: syntax error\n' },
    { command: '', exitCode: 2, output: 'sh: syntax error\n' },
    { command: 'constructor', exitCode: 127, output: 'sh: 1: constructor: not found\n' },
    { command: `echo ${'a'.repeat(5_000)}`, exitCode: 2, output: 'sh: line too long\n' },
    {
      command: 'systemctl restart nginx.service',
      exitCode: 1,
      output: 'Failed to restart nginx.service: Interactive authentication required.\n',
    },
    {
      command: 'sudo -n systemctl restart nginx.service',
      exitCode: 1,
      output: 'sudo: a password is required\n',
    },
    {
      command: 'cat /etc/shadow',
      exitCode: 1,
      output: "cannot open '/etc/shadow' for reading: No such file or directory\n",
    },
    { command: 'false || echo second', exitCode: 0, output: 'second\n' },
    { command: 'true && echo second', exitCode: 0, output: 'second\n' },
    { command: 'false && echo second; echo third', exitCode: 0, output: 'third\n' },
    { command: 'echo \'a  b\' "c" d\\ e', exitCode: 0, output: 'a  b c d e\n' },
  ];
  for (const { command, exitCode, output } of cases) {
    it(`given \`${command.slice(0, 40)}\`, when it is run, then it ends with ${exitCode}`, () => {
      expect(answerCommand(command, host(web1))).toEqual({ exitCode, output });
    });
  }

  it('given any line at all, when it is run, then it ends at once and prints a bounded answer', () => {
    const shellish = fc.oneof(
      fc.string({ maxLength: 300 }),
      fc
        .array(
          fc.constantFrom('uptime', 'ps', '|', '||', "'", '"', '\\', ' ', '-n', '2>&1', '$(', ';', 'é'),
          { maxLength: 40 },
        )
        .map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(shellish, (line) => {
        const { output, exitCode } = answerCommand(line, host(web1));
        expect(output.length).toBeLessThan(50_000);
        expect(exitCode).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});
