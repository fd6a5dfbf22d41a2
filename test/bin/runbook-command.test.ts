import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { installScript } from '../../bin/install-script.ts';
import { shippedRunbooks } from '../../bin/runbook-files.ts';
import { rootCommandsOf } from '../../core/runbook/root-commands.ts';
import { runMimamori } from './run-mimamori.ts';

const directory = mkdtempSync(join(tmpdir(), 'mimamori-runbook-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

const publicKey = `ssh-ed25519 AAAA${'b'.repeat(64)} alice@laptop`;
const keyFile = file('key.pub', `${publicKey}\n`);
const settings = { user: 'mimamori', publicKey, from: [], services: [] };

describe('mimamori runbook', () => {
  it('given the runbooks that come with it, when they are listed as JSON, then each has its version and checks', async () => {
    const { code, out } = await runMimamori(['runbook', 'list', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({
        id: 'restart-web',
        version: expect.stringMatching(/^[0-9a-f]{12}$/),
        checks: ['http', 'https'],
      }),
    );
  });

  it('given one of them, when it is shown, then it reads step by step with what sudo must allow', async () => {
    const { code, out } = await runMimamori(['runbook', 'show', 'restart-web']);
    expect(code).toBe(0);
    expect(out).toMatch(/^restart-web, version [0-9a-f]{12}: Restarts the web server/);
    expect(out).toContain(
      '  2. Restart the service (systemd; changes the server; 120 s)\n     sudo /bin/systemctl restart {unit}.service\n',
    );
    expect(out).toContain('Debian: nginx, apache2; Red Hat: nginx, httpd');
  });

  const wrong = [
    {
      args: ['lst'],
      code: 2,
      err: 'runbook: "lst" is not known; did you mean list? known words are list, show, test, install-script, submit, review, approve, reject, retire, versions\n',
    },
    { args: ['test', 'restart-web'], code: 2, err: 'runbook: write mimamori runbook test RUNBOOK SERVER\n' },
    {
      args: ['test', 'restart-web', 'acme.web-1', '--set', 'unit'],
      code: 2,
      err: '--set "unit" has no value; write --set NAME=VALUE\n',
    },
    {
      args: ['test', 'restart-web', 'acme.web-1', '--set', 'unit=a;id'],
      code: 2,
      err: 'parameter unit is "a;id"; give the name of one service, for example nginx\ngive values with --set NAME=VALUE\n',
    },
    {
      args: ['install-script'],
      code: 2,
      err: 'runbook: --public-key is missing; give the .pub file of the key that we log in with\n',
    },
  ];
  for (const { args, code, err } of wrong) {
    it(`given ${args.join(' ')}, when it is run, then it says what is wanted`, async () =>
      expect(await runMimamori(['runbook', ...args])).toMatchObject({ code, out: '', err }));
  }

  it('given a runbook of a shell, when it is shown, then it is refused with file and line', async () => {
    const path = file(
      'own.yaml',
      'id: own\npurpose: {ja: 値, en: x}\nchecks: [http]\nsteps:\n  - {id: a, title: {ja: 値, en: x}, command: [sh, -c, id], changes: false, timeLimitSeconds: 1, outputLimitBytes: 100}\n',
    );
    expect(await runMimamori(['runbook', 'show', path])).toMatchObject({
      code: 1,
      err: `${path}:5: steps[0].command[0] is "sh", which runs other programs; call the program that does the work\n`,
    });
  });
});

describe('the install script', () => {
  it('given the command, when it prints the script, then it is that of all runbooks that come with it', async () => {
    const { code, out } = await runMimamori([
      'runbook',
      'install-script',
      '--public-key',
      keyFile,
      '--service',
      'app',
    ]);
    expect(code).toBe(0);
    expect(out).toBe(await installScript(await shippedRunbooks(), { ...settings, services: ['app'] }));
  });

  const systems = [
    { family: 'debian', init: 'systemd', files: ['etc/debian_version', 'run/systemd/system/x'] },
    { family: 'debian', init: 'sysv', files: ['etc/debian_version'] },
    { family: 'redhat', init: 'systemd', files: ['etc/system-release', 'run/systemd/system/x'] },
    { family: 'redhat', init: 'sysv', files: ['etc/redhat-release'] },
  ] as const;
  for (const { family, init, files } of systems) {
    it(`given a ${family} server with ${init}, when it shows its list, then it is what the runbooks need there, and nothing else`, async () => {
      const root = join(directory, `${family}-${init}`);
      for (const path of files) {
        mkdirSync(join(root, path, '..'), { recursive: true });
        writeFileSync(join(root, path), '');
      }
      const runbooks = await shippedRunbooks();
      const script = await installScript(runbooks, { ...settings, from: ['203.0.113.7', '2001:db8::/64'] });
      const printed = execFileSync('sh', ['-s', '--', '--print', '--root', root], {
        input: script,
        encoding: 'utf8',
      });
      const lines = printed.split('\n').filter((line) => line.startsWith('mimamori ALL='));
      const wanted = rootCommandsOf(runbooks, [])
        .filter((command) => command.init === init && ['any', family].includes(command.family))
        .map(({ argv }) => `mimamori ALL=(root) NOPASSWD: ${argv.join(' ')}`);
      expect(lines.map((line) => line.replaceAll('\\', ''))).toEqual(wanted);
      expect(lines.filter((line) => /(?<!\\)[*?[\]]/.test(line))).toEqual([]);
      expect(printed).toContain(
        `\nfrom="203.0.113.7,2001:db8::/64",no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-pty,no-user-rc ssh-ed25519 AAAA${'b'.repeat(64)} mimamori\n`,
      );
    });
  }

  it('given a system of neither family, when it runs, then it says so and writes nothing', async () => {
    const root = mkdtempSync(join(directory, 'other-'));
    const script = await installScript([], settings);
    const ended = spawnSync('sh', ['-s', '--', '--root', root], { input: script, encoding: 'utf8' });
    expect(ended).toMatchObject({
      status: 1,
      stdout: '',
      stderr: `${root} has neither /etc/debian_version nor /etc/redhat-release; the Debian and Red Hat families are known only\n`,
    });
  });

  const refused = [
    { given: 'root', set: { user: 'root' }, told: '--user is "root"' },
    { given: 'a user that is a command', set: { user: 'x;id' }, told: '--user is "x;id"' },
    { given: 'a service that is a path', set: { services: ['../x'] }, told: '--service is "../x"' },
    { given: 'a service with a wildcard', set: { services: ['a*'] }, told: '--service is "a*"' },
    {
      given: 'an address with more behind it',
      set: { from: ['203.0.113.7",command="id'] },
      told: '--from is ',
    },
    { given: 'a network of 33 bits', set: { from: ['203.0.113.0/33'] }, told: '--from is ' },
    { given: 'two keys', set: { publicKey: `${publicKey}\n${publicKey}` }, told: '--public-key has no file' },
    {
      given: 'options before the key',
      set: { publicKey: `command="id" ${publicKey}` },
      told: '--public-key has no file',
    },
  ];
  for (const { given, set, told } of refused) {
    it(`given ${given}, when it is to be made, then it is refused`, async () =>
      expect(installScript([], { ...settings, ...set })).rejects.toThrow(told));
  }

  it('given the private key, when it is to be made, then nothing of it is repeated', async () => {
    const secret = '-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n';
    await expect(installScript([], { ...settings, publicKey: secret })).rejects.toThrow(
      /^--public-key has no file of one public key; give the \.pub file that ssh-keygen wrote$/,
    );
  });
});
