import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installScript } from '../../bin/install-script.ts';
import { runbookNamed } from '../../bin/runbook-files.ts';
import { quoteCommand } from '../../core/evidence/quote.ts';
import { prepareRunbook } from '../../lambdas/response/prepare-runbook.ts';
import { openSshConnection, type SshConnection } from '../../platform/ssh/ssh-connection.ts';
import { runMimamori } from '../bin/run-mimamori.ts';
import { isRoot, makeDirectory } from './servers/child-server.ts';
import { writeInstallFiles } from './servers/install-files.ts';
import { type RealSshd, startSshd } from './servers/sshd.ts';

/** The account, and a service with an init script of ours: they are made, and taken away again. */
const user = 'mimamori-test';
const service = 'mimamori-test-service';
const initScript = `/etc/init.d/${service}`;
const sudoers = `/etc/sudoers.d/${user}`;
const keys = `/home/${user}/.ssh/authorized_keys`;

let directory: string;
let script: string;
let sshd: RealSshd;
let connection: SshConnection;
let inventory: string;

const install = (...args: string[]) =>
  spawnSync('sh', [script, ...args], { encoding: 'utf8', timeout: 20_000 });
const limits = { timeoutMs: 10_000, maxBytes: 10_000 };
const bySsh = (...argv: string[]) => connection.run(quoteCommand(argv), limits);
const freeing = () => join(directory, 'logs');

/** Frees a directory of the test, as the one for disks frees /var/log. */
const ownRunbook = () => `id: free-own
purpose: {ja: 古いファイルを消す, en: Removes old files}
checks: [disk]
sudo:
  - /usr/bin/find ${freeing()} -maxdepth 1 -type f -name old-*.gz -mtime +30 -print -delete
  - /usr/bin/id
steps:
  - id: remove
    title: {ja: 消す, en: Remove}
    command: [/usr/bin/find, ${freeing()}, -maxdepth, '1', -type, f, -name, old-*.gz, -mtime, '+30', -print, -delete]
    asRoot: true
    changes: true
    repeatable: true
    timeLimitSeconds: 10
    outputLimitBytes: 1000
  - {id: who, title: {ja: 誰か, en: Who}, command: [/usr/bin/id], asRoot: true, changes: false, timeLimitSeconds: 5, outputLimitBytes: 1000}
verification: {check: same, afterSeconds: 0}
`;

beforeAll(async () => {
  if (!isRoot) throw new Error('accounts and sudoers files are made here; run these tests as root');
  directory = await makeDirectory('runbooks');
  // Our account may look at it, as it may at /var/log.
  await chmod(directory, 0o755);
  await mkdir(freeing(), { mode: 0o755 });
  await writeFile(
    initScript,
    `#!/bin/sh\n# Told apart by its argument.\nid -un >'${directory}/restarted-by'\necho "$1 done"\n`,
    { mode: 0o755 },
  );
  const files = await writeInstallFiles(directory, {
    user,
    services: [service],
    runbooks: { 'free-own': ownRunbook() },
  });
  script = files.script;
  install('--remove');
  const first = install();
  if (first.status !== 0) throw new Error(first.stderr);
  sshd = await startSshd({ settings: ['StrictModes yes', 'AuthorizedKeysFile .ssh/authorized_keys'] });
  connection = await openSshConnection(
    {
      address: '127.0.0.1',
      port: sshd.port,
      user,
      hostKey: sshd.hostKey,
      privateKey: await readFile(files.keyFile, 'utf8'),
    },
    AbortSignal.timeout(50_000),
  );
  inventory = join(directory, 'inventory.yaml');
  await writeFile(
    inventory,
    `settings: {mailFrom: watch@msp.example, operators: {mail: [ops@msp.example], language: en}}
accounts:
  - id: acme
    name: Acme
    contacts: [{name: Ann, mail: ann@example.com, phone: '+81312345678', language: en}]
    servers:
      - id: web-1
        name: web-1
        address: 127.0.0.1
        reach: local
        plan: respond
        ssh: {user: ${user}, port: ${sshd.port}, hostKey: '${sshd.hostKey}', key: acme/key}
        monitors: [ssh]
`,
  );
});
afterAll(async () => {
  connection?.close();
  await sshd?.remove();
  if (script !== undefined) install('--remove');
  await rm(initScript, { force: true });
  if (directory !== undefined) await rm(directory, { recursive: true });
});

describe('a server that the install script prepared', () => {
  it("given the files, when they are looked at, then they are root's, and nobody else changes them", async () => {
    const modes = async (path: string) => {
      const { uid, mode } = await stat(path);
      return `${uid} ${(mode & 0o7777).toString(8)}`;
    };
    expect(await modes(sudoers)).toBe('0 440');
    expect(await modes(keys)).toBe('0 644');
    expect(await modes(`/home/${user}`)).toBe('0 755');
    const changed = await bySsh('touch', keys, `/home/${user}/x`, `/home/${user}/.ssh/rc`);
    expect(changed.exitCode).toBe(1);
    execFileSync('visudo', ['-c', '-q']);
  });

  it('given it ran, when it runs again, then nothing is written anew', async () => {
    const times = async () => [(await stat(sudoers)).mtimeMs, (await stat(keys)).mtimeMs];
    const before = await times();
    const again = install();
    expect(again.status).toBe(0);
    expect(again.stdout).toContain(`unchanged: ${keys}\nunchanged: ${sudoers}\n`);
    expect(await times()).toEqual(before);
    expect(await readdir('/etc/sudoers.d')).not.toContain(`${user}.new`);
  });

  it('given somebody changed a file, when it runs again, then the file is as it was', async () => {
    const was = await readFile(sudoers, 'utf8');
    await writeFile(sudoers, `${was}${user} ALL=(root) NOPASSWD: ALL\n`);
    expect(install().stdout).toContain(`written: ${sudoers}\n`);
    expect(await readFile(sudoers, 'utf8')).toBe(was);
  });

  it('given the runbook of a service, when its steps run, then root restarted the service', async () => {
    const { steps } = await prepareRunbook(await runbookNamed('restart-service'), { service }, connection);
    const restart = steps.find(({ changes }) => changes);
    expect(await connection.run(restart?.command ?? '', limits)).toMatchObject({
      exitCode: 0,
      output: 'restart done\n',
    });
    expect(await readFile(join(directory, 'restarted-by'), 'utf8')).toBe('root\n');
  });

  it('given a runbook with a wildcard, when its steps run, then what is old is removed, and only that', async () => {
    for (const name of ['old-1.gz', 'old-2.gz', 'other.gz', 'old-new.gz']) {
      const path = join(freeing(), name);
      await writeFile(path, '');
      if (name !== 'old-new.gz') await utimes(path, 1, 1);
    }
    const runbook = await runbookNamed(join(directory, 'free-own.yaml'));
    const { steps } = await prepareRunbook(runbook, {}, connection);
    expect(await connection.run(steps[0]?.command ?? '', limits)).toMatchObject({ exitCode: 0 });
    expect((await readdir(freeing())).sort()).toEqual(['old-new.gz', 'other.gz']);
    expect(await connection.run(steps[1]?.command ?? '', limits)).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/^uid=0\(root\)/),
    });
  });

  const find = ['-maxdepth', '1', '-type', 'f', '-name'];
  const refused = [
    { given: 'a shell', argv: () => ['/bin/sh', '-c', 'id'] },
    { given: 'another service', argv: () => ['/usr/sbin/service', 'ssh', 'restart'] },
    { given: 'another deed', argv: () => ['/usr/sbin/service', service, 'stop'] },
    { given: 'one more argument', argv: () => ['/usr/sbin/service', service, 'restart', '--full-restart'] },
    { given: 'arguments where there are none', argv: () => ['/usr/bin/id', '-u'] },
    {
      given: 'a wildcard that is used as one',
      argv: () => ['/usr/bin/find', freeing(), ...find, 'old-x.gz', '-mtime', '+30', '-print', '-delete'],
    },
    {
      given: 'arguments in the place of a wildcard',
      argv: () => [
        '/usr/bin/find',
        freeing(),
        ...find,
        'old-x',
        '-exec',
        'id',
        ';',
        '-name',
        'x.gz',
        '-mtime',
        '+30',
        '-print',
        '-delete',
      ],
    },
    { given: 'an editor', argv: () => ['-e', '/etc/passwd'] },
    { given: 'another user', argv: () => ['-u', 'daemon', '/usr/bin/id'] },
    { given: 'an environment of its own', argv: () => ['LD_PRELOAD=/tmp/x.so', '/usr/bin/id'] },
  ];
  for (const { given, argv } of refused) {
    it(`given ${given}, when our account asks sudo for it, then it is refused`, async () => {
      const result = await bySsh('sudo', '-n', ...argv());
      expect(result.exitCode).toBe(1);
      expect(result.output).toMatch(/^sudo: (?:a password is required|sorry, you are not allowed )/m);
    });
  }

  it('given the service, when its runbook is rehearsed, then the server is ready and nothing was restarted', async () => {
    await rm(join(directory, 'restarted-by'), { force: true });
    const args = ['runbook', 'test', 'restart-service', 'acme.web-1', '--set', `service=${service}`];
    const ended = await runMimamori([
      ...args,
      '--inventory',
      inventory,
      '--key-file',
      join(directory, 'key'),
    ]);
    expect(ended).toMatchObject({ code: 0, err: '' });
    expect(ended.out).toMatch(
      /^restart-service, version [0-9a-f]{12}, on acme\.web-1: Debian family, SysV init\n/,
    );
    expect(ended.out).toContain('Restart the service: not run; sudo would allow it\n');
    expect(ended.out).toContain(
      'Ready: nothing that was looked at stands in its way. Nothing was changed.\n',
    );
    await expect(stat(join(directory, 'restarted-by'))).rejects.toThrow('ENOENT');
  });

  it('given a service that the list has not, when its runbook is rehearsed, then the server is not ready', async () => {
    const args = ['runbook', 'test', 'restart-service', 'acme.web-1', '--set', 'service=ssh', '--json'];
    const ended = await runMimamori([
      ...args,
      '--inventory',
      inventory,
      '--key-file',
      join(directory, 'key'),
    ]);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.out)).toMatchObject({ isReady: false, steps: [{ outcome: 'refused' }] });
  });
});

describe('what the install script refuses and takes back', () => {
  it('given a list that visudo refuses, when it runs, then it says so and the old files stay', async () => {
    const was = await readFile(sudoers, 'utf8');
    const broken = (await readFile(script, 'utf8')).replace(
      "cat <<'END'\n",
      "cat <<'END'\nany sysv not-a-path\n",
    );
    const ended = spawnSync('sh', ['-s'], { input: broken, encoding: 'utf8' });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('visudo refuses the list of commands; nothing was changed');
    expect(await readFile(sudoers, 'utf8')).toBe(was);
    expect((await readdir('/etc/sudoers.d')).filter((name) => name.startsWith(user))).toEqual([user]);
  });

  it('given an account of somebody else, when it is to prepare that one, then it is refused', async () => {
    const other = await installScript([], {
      user: 'daemon',
      publicKey: await readFile(join(directory, 'key.pub'), 'utf8'),
      from: [],
      services: [],
    });
    for (const args of [[], ['--remove']]) {
      expect(spawnSync('sh', ['-s', '--', ...args], { input: other, encoding: 'utf8' })).toMatchObject({
        status: 1,
        stderr: 'the account daemon is there and not ours; have the script made for another one (--user)\n',
      });
    }
    expect(await readdir('/etc/sudoers.d')).not.toContain('daemon');
  });

  it('given the image of a Red Hat server, when it runs with --root, then only files below it are written', async () => {
    const root = join(directory, 'image');
    await mkdir(join(root, 'etc'), { recursive: true });
    await mkdir(join(root, 'usr/lib/systemd'), { recursive: true });
    await writeFile(join(root, 'etc/redhat-release'), '');
    await writeFile(join(root, 'usr/lib/systemd/systemd'), '', { mode: 0o755 });
    expect(install('--root', root)).toMatchObject({ status: 0, stderr: '' });
    expect(await readFile(join(root, sudoers), 'utf8')).toContain(
      `${user} ALL=(root) NOPASSWD: /bin/systemctl restart httpd.service\n`,
    );
    expect(install('--root', root, '--remove').status).toBe(0);
    expect(await readdir(join(root, 'etc/sudoers.d'))).toEqual([]);
    await expect(stat(join(root, 'home', user))).rejects.toThrow('ENOENT');
  });

  it('given a prepared server, when all is taken back, then nothing is left, and a second time does no harm', async () => {
    connection.close();
    for (const time of ['first', 'second']) {
      expect(install('--remove'), time).toMatchObject({ status: 0, stderr: '' });
      expect(spawnSync('getent', ['passwd', user]).status).toBe(2);
      expect(spawnSync('getent', ['group', user]).status).toBe(2);
      for (const path of [sudoers, `/home/${user}`]) await expect(stat(path)).rejects.toThrow('ENOENT');
    }
  });
});
