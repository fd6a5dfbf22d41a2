import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Runbook } from '../../core/runbook/form.ts';
import { RunbookUnfit } from '../../lambdas/response/prepare-runbook.ts';
import { readRunbook } from '../../lambdas/response/read-runbook.ts';
import { rehearseRunbook } from '../../lambdas/response/rehearse-runbook.ts';
import { openSshConnection } from '../../platform/ssh/ssh-connection.ts';
import { type Exec, startSshServer } from '../platform/ssh/ssh-server.ts';

function shipped(id: string): Runbook {
  const name = `runbooks/${id}.yaml`;
  const parsed = readRunbook({ name, text: readFileSync(name, 'utf8') });
  if (!parsed.ok) throw new Error(name);
  return parsed.runbook;
}

/** Answers by what a command ends with; 1 and nothing where there is no answer. A `lost` one closes the connection. */
type Answers = Readonly<Record<string, string | number | 'lost'>>;

async function rehearseOn(answers: Answers, runbook: string | Runbook, given: Record<string, string> = {}) {
  const asked: string[] = [];
  const exec: Exec = (quoted, channel) => {
    const command = quoted.replaceAll("'", '');
    asked.push(command);
    const answer = answers[command] ?? 1;
    if (answer === 'lost') return void channel.destroy();
    if (typeof answer === 'string') channel.write(answer);
    channel.exit(typeof answer === 'string' ? 0 : answer);
    channel.end();
  };
  const server = await startSshServer({ exec });
  const connection = await openSshConnection(server.target, AbortSignal.timeout(5_000));
  try {
    return {
      asked,
      rehearsal: await rehearseRunbook(
        typeof runbook === 'string' ? shipped(runbook) : runbook,
        given,
        connection,
        ['correct horse'],
      ),
    };
  } finally {
    connection.close();
    await server.close();
  }
}

const systemd = { 'test -d /run/systemd/system': 0 };
const debian = { ...systemd, 'test -e /etc/debian_version': 0 };
const redhat = { ...systemd, 'test -e /etc/system-release': 0 };
const show = (unit: string) => `systemctl show -p LoadState -p ActiveState -p UnitFileState ${unit}.service`;
const running = 'LoadState=loaded\nActiveState=active\nUnitFileState=enabled\n';
const failed = 'LoadState=loaded\nActiveState=failed\nUnitFileState=enabled\n';
const absent = 'LoadState=not-found\nActiveState=inactive\nUnitFileState=\n';
const status = (unit: string) => `timeout 10 systemctl status --no-pager --lines=20 ${unit}.service`;
const may = (unit: string) => `sudo -n -l /bin/systemctl restart ${unit}.service`;

describe('a rehearsal', () => {
  it('given nginx before an apache2 that failed, when the web is to be restarted, then apache2 is looked at, sudo is asked, and nothing is restarted', async () => {
    const { rehearsal, asked } = await rehearseOn(
      {
        ...debian,
        [show('nginx')]: running,
        [show('apache2')]: failed,
        [status('apache2')]: 3,
        [may('apache2')]: '/bin/systemctl restart apache2.service\n',
      },
      'restart-web',
    );
    expect(rehearsal.facts).toEqual({ family: 'debian', init: 'systemd' });
    expect(rehearsal.steps.map(({ step, outcome }) => `${step.id} ${outcome}`)).toEqual([
      'before went-well',
      'restart permitted',
      'after went-well',
    ]);
    expect(rehearsal.isReady).toBe(true);
    expect(asked.filter((command) => /restart/.test(command))).toEqual([may('apache2')]);
  });

  it('given a server whose sudo list is old, when it is rehearsed, then it is not ready', async () => {
    const { rehearsal } = await rehearseOn(
      { ...redhat, [show('nginx')]: absent, [show('httpd')]: running, [status('httpd')]: 'active\n' },
      'restart-web',
    );
    expect(rehearsal.isReady).toBe(false);
    expect(rehearsal.steps.map(({ step, outcome }) => `${step.id} ${outcome}`)).toContain('restart refused');
  });

  it('given SysV init, when it is rehearsed, then the init script is what is asked for', async () => {
    const { rehearsal } = await rehearseOn(
      {
        'test -e /etc/redhat-release': 0,
        'test -x /etc/init.d/httpd': 0,
        'sudo -n -l /sbin/service httpd restart': 0,
      },
      'restart-web',
    );
    expect(rehearsal.steps.map(({ step, outcome }) => `${step.id} ${outcome}`)).toEqual([
      'restart-redhat-sysv permitted',
    ]);
  });

  it('given output with a secret, when it is rehearsed, then the secret is taken out', async () => {
    const { rehearsal } = await rehearseOn(
      {
        ...debian,
        [show('nginx')]: running,
        [show('apache2')]: absent,
        [status('nginx')]: 'env DB_PASSWORD=hunter2 and correct horse\n',
        [may('nginx')]: 0,
      },
      'restart-web',
    );
    expect(rehearsal.steps[0]?.result?.output).toBe('env DB_PASSWORD=[removed] and [removed]\n');
  });
});

const unfit = [
  {
    given: 'a system of neither family',
    answers: systemd,
    id: 'restart-web',
    told: 'the server has neither /etc/debian_version nor /etc/redhat-release; runbooks know the Debian and Red Hat families only',
  },
  {
    given: 'none of the services',
    answers: { ...debian, [show('nginx')]: absent, [show('apache2')]: absent },
    id: 'restart-web',
    told: 'the server has none of the services nginx, apache2; name the one it has as unit',
  },
  {
    given: 'only one that is switched off',
    answers: {
      ...debian,
      [show('nginx')]: absent,
      [show('apache2')]: failed.replace('failed', 'inactive').replace('enabled', 'disabled'),
    },
    id: 'restart-web',
    told: 'apache2 of restart-web is switched off on the server; enable the service that should run, or name one as unit',
  },
  {
    given: 'a named service that is not there',
    answers: debian,
    id: 'restart-service',
    values: { service: 'app' },
    told: 'the server has no service app; name the one it has as service',
  },
  {
    given: 'no name where one is needed',
    answers: debian,
    id: 'restart-service',
    told: 'parameter service of restart-service is missing; give the name of the service to restart',
  },
  {
    given: 'no step for its way of starting services',
    answers: { 'test -e /etc/debian_version': 0, 'test -x /etc/init.d/nginx': 0 },
    id: {
      ...shipped('restart-web'),
      steps: shipped('restart-web').steps.filter(({ init }) => init === 'systemd'),
    },
    told: 'restart-web has no step that mends a server of the debian family with sysv; give it one, or take another runbook',
  },
  {
    given: 'a connection that is lost in the middle of an answer',
    answers: { ...debian, [show('nginx')]: 'lost' },
    id: 'restart-web',
    told: `the server did not answer ${show('nginx')} before the connection was lost; try again`,
  },
];
describe('a server that a runbook does not fit', () => {
  for (const { given, answers, id, values, told } of unfit) {
    it(`given ${given}, when it is rehearsed, then it is told with its mend`, async () => {
      const attempt = rehearseOn(answers as Answers, id, values);
      await expect(attempt).rejects.toThrow(RunbookUnfit);
      // It stands in Japanese mails, too: a sentence of its own, with the names that the other one has.
      const ja = await attempt.then(
        () => '',
        ({ text }: RunbookUnfit) => text.ja,
      );
      expect(ja).toMatch(/\p{Script=Hiragana}/u);
      for (const name of told.match(/nginx|apache2|restart-[a-z]+|debian_version/g) ?? [])
        expect(ja).toContain(name);
      await expect(attempt).rejects.toThrow(told);
    });
  }
});
