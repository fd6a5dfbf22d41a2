import { afterEach, describe, expect, it } from 'vitest';
import {
  type AgentValue,
  integer,
  octets,
  startAgent,
  type TestAgent,
} from '../../platform/snmp/snmp-agent.ts';
import type { Exec } from '../../platform/ssh/ssh-server.ts';
import { runMonitor, snmpV2c, sshBy, sshPassword } from '../run-monitor.ts';
import { closedPort } from '../tcp-server.ts';
import { says, serveSsh } from './ssh-host.ts';

const serve = serveSsh();
const plugin = { command: ['/opt/check_x'] };

async function ask(exec?: Exec, settings: Record<string, unknown> = plugin, limit = {}) {
  const target = await serve(exec);
  return (await runMonitor('command', settings, { ssh: sshBy(target) }, limit)).outcome;
}

describe('a plugin by SSH', () => {
  const ends = [
    { code: 0, severity: 'ok' },
    { code: 1, severity: 'warning' },
    { code: 2, severity: 'critical' },
    { code: 3, severity: 'unknown' },
  ];
  for (const { code, severity } of ends) {
    it(`given exit code ${code}, when it is run, then it is ${severity} with the plugin's own line`, async () => {
      const outcome = await ask(says('MAILQ - 12 mails | queue=12;20;100\nmore\n', code));
      expect(outcome).toMatchObject({
        severity,
        summary: { en: 'MAILQ - 12 mails', ja: 'MAILQ - 12 mails' },
        values: code === 3 ? {} : { 'performance:queue': 12 },
      });
    });
  }

  const odd: readonly { given: string; exec: Exec; then: string }[] = [
    {
      given: 'a plugin that is not there',
      exec: says('', 127, 'sh: /opt/check_x: not found\n'),
      then: 'the plugin /opt/check_x cannot be run (exit code 127); see that it is on the server and our user may run it',
    },
    {
      given: 'a plugin that may not be run',
      exec: says('', 126),
      then: 'the plugin /opt/check_x cannot be run (exit code 126); see that it is on the server and our user may run it',
    },
    {
      given: 'an exit code that is none of theirs',
      exec: says('fine', 255),
      then: 'the plugin ended with 255, which is no exit code of plugins (0 to 3)',
    },
    {
      given: 'a plugin that is killed',
      exec: (_command, channel) => {
        channel.write('half');
        channel.exit('SIGKILL');
        channel.end();
      },
      then: 'the plugin ended without an exit code, by a signal or with the connection',
    },
    {
      given: 'a plugin that floods its output',
      exec: says('x'.repeat(100_000), 0),
      then: 'the plugin /opt/check_x said more than 16 KiB',
    },
    {
      given: 'a plugin that floods its errors',
      exec: says('OK', 0, 'x'.repeat(100_000)),
      then: 'the plugin /opt/check_x said more than 16 KiB',
    },
  ];
  for (const { given, exec, then } of odd) {
    it(`given ${given}, when it is run, then it is unknown and that is said`, async () =>
      expect(await ask(exec)).toMatchObject({ severity: 'unknown', summary: { en: then }, values: {} }));
  }

  it('given a plugin that hangs, when the time is over, then it is unknown', async () => {
    const outcome = await ask((_command, channel) => void channel.write('OK'), plugin, { timeLimitMs: 300 });
    expect(outcome.severity).toBe('unknown');
    expect(outcome.summary.en).toMatch(/^127\.0\.0\.1:\d+ did not finish within 0\.3 s$/);
  });

  it('given a plugin that says nothing, when it ends well, then the summary says so', async () =>
    expect(await ask(says('', 0))).toMatchObject({
      severity: 'ok',
      summary: { en: 'the plugin said nothing (exit code 0)' },
    }));

  it('given warnings on the standard error, when it is read, then they are left out', async () =>
    expect(await ask(says('LOAD OK\n', 0, 'perl: warning: Setting locale failed.\n'))).toMatchObject({
      summary: { en: 'LOAD OK' },
    }));

  it('given output that holds the secret of the log-in, when it is told, then it is not in it', async () => {
    const outcome = await ask(says(`CRITICAL - login failed for ${sshPassword}\n`, 2));
    expect(outcome.severity).toBe('critical');
    expect(JSON.stringify(outcome)).not.toContain(sshPassword);
  });

  it('given bytes that are no text, when they are told, then the line is plain', async () => {
    const outcome = await ask(says(Buffer.from([0x4f, 0x4b, 0xff, 0x00, 0x1b, 0x5b, 0x32, 0x4a, 0x0a]), 0));
    expect(outcome.summary.en).not.toMatch(/\p{Cc}/u);
  });

  const hostile = ['$(id)', '`id`', '; reboot', "it's", '*', '~', 'a b', '"', '\\', '-x', '', '日本'];
  it('given arguments that a shell would take apart, when a real shell gets them, then the plugin sees each as it is', async () => {
    const outcome = await ask(undefined, { command: ['/usr/bin/printf', '%s_', ...hostile] });
    expect(outcome).toMatchObject({
      severity: 'ok',
      summary: { en: hostile.map((one) => `${one}_`).join('') },
    });
  });
});

describe('a server that cannot be logged in to', () => {
  it('given nothing that listens, when it is checked, then it is unknown: the ssh monitor alerts', async () => {
    const ssh = sshBy({ port: await closedPort(), hostKey: `SHA256:${'A'.repeat(43)}` });
    const { outcome } = await runMonitor('command', plugin, { ssh });
    expect(outcome).toMatchObject({
      severity: 'unknown',
      summary: { en: `127.0.0.1:${ssh.port} could not be reached by SSH` },
    });
  });

  it('given another host key than the pinned one, when it is checked, then nothing is run and the operators read why', async () => {
    const commands: string[] = [];
    const target = await serve((command, channel) => {
      commands.push(command);
      says('OK', 0)(command, channel);
    });
    const ssh = sshBy({ ...target, hostKey: `SHA256:${'A'.repeat(43)}` });
    const { outcome } = await runMonitor('command', plugin, { ssh });
    expect(outcome).toMatchObject({
      severity: 'unknown',
      summary: {
        en: `127.0.0.1:${target.port} has another SSH host key than the pinned one, and was not logged in to; pin the new key after asking the customer`,
      },
    });
    expect(commands).toEqual([]);
  });

  it('given a password that is not taken, when it is checked, then it is unknown and no secret is told', async () => {
    const target = await serve();
    const { outcome } = await runMonitor('command', plugin, { ssh: sshBy(target, 'acme/wrong') });
    expect(outcome.severity).toBe('unknown');
    expect(outcome.summary.en).toMatch(/refused the log-in by SSH/);
    expect(JSON.stringify(outcome)).not.toContain('wrong-secret-value');
  });

  it('given a secret that is not in the store, when it is checked, then it is unknown and the mend is told', async () => {
    const target = await serve();
    const { outcome } = await runMonitor('command', plugin, { ssh: sshBy(target, 'acme/missing') });
    expect(outcome.severity).toBe('unknown');
    expect(outcome.summary.en).toContain('acme/missing');
  });
});

describe('a plugin by the agent', () => {
  const running: TestAgent[] = [];
  afterEach(async () => {
    for (const agent of running.splice(0)) await agent.close();
  });
  // The index is the name with its length before it, 6 and backup. The test's agent knows rows of one number only: here
  // the last two letters are its column and its row.
  const backup = '6.98.97.99.107';
  const cell = (value: AgentValue) => ({ 112: { 117: value } });
  const output = '1.3.6.1.4.1.8072.1.3.2.3.1.2';
  const result = '1.3.6.1.4.1.8072.1.3.2.3.1.4';
  const askAgent = async (code: number | undefined, text = 'BACKUP OK | age=3h\nlong text\n') => {
    const tables = {
      [`${output}.${code === undefined ? '1.1' : backup}`]: cell(octets(text)),
      [`${result}.${code === undefined ? '1.1' : backup}`]: cell(integer(code ?? 0)),
    };
    const agent = await startAgent({ tables });
    running.push(agent);
    return (await runMonitor('command', { extend: 'backup' }, { snmp: snmpV2c(agent.port) })).outcome;
  };

  it('given an extend that ends well, when the agent is asked, then line and values are there', async () =>
    expect(await askAgent(0)).toMatchObject({
      severity: 'ok',
      summary: { en: 'BACKUP OK' },
      values: { 'performance:age h': 3 },
    }));

  it('given an extend that ends with 2, when the agent is asked, then it is critical', async () =>
    expect(await askAgent(2)).toMatchObject({ severity: 'critical' }));

  it('given an extend that ends with 127, when the agent is asked, then it is unknown', async () =>
    expect(await askAgent(127)).toMatchObject({
      severity: 'unknown',
      summary: {
        en: 'the plugin backup cannot be run (exit code 127); see that it is on the server and our user may run it',
      },
      values: {},
    }));

  it('given an extend whose program the agent could not start, when it is asked, then it is unknown, not a warning', async () =>
    expect(await askAgent(1, '/opt/backup: No such file or directory\n')).toMatchObject({
      severity: 'unknown',
      summary: {
        en: 'the plugin backup cannot be run (exit code 127); see that it is on the server and our user may run it',
      },
    }));

  it('given an agent without the extend, when it is asked, then it is unknown and the mend is told', async () =>
    expect(await askAgent(undefined)).toMatchObject({
      severity: 'unknown',
      summary: {
        en: 'the agent has no extend backup; see that snmpd.conf has that line and its view includes it',
      },
    }));
});
