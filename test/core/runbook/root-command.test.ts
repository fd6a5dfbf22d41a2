import { describe, expect, it } from 'vitest';
import { faultOfProgram, faultOfRootCommand } from '../../../core/runbook/root-command.ts';

const taken = [
  '/bin/systemctl restart nginx.service',
  '/bin/systemctl reset-failed {unit}.service',
  '/usr/sbin/service nginx restart',
  '/usr/bin/apt-get clean',
  '/bin/journalctl --vacuum-size=200M',
  '/usr/bin/find /var/log -maxdepth 1 -name messages-* -delete',
  '/usr/local/sbin/rotate-shop-logs',
];
const refused = [
  // Whoever runs these has a shell, or a pager that has one.
  { line: '/bin/systemctl status nginx.service', told: 'for what needs no root' },
  { line: '/bin/systemctl edit nginx.service', told: 'for what needs no root' },
  { line: '/bin/systemctl daemon-reload', told: 'for what needs no root' },
  { line: '/bin/systemctl restart --root=/tmp nginx.service', told: 'more than a deed and a service' },
  { line: '/bin/systemctl link restart', told: 'more than a deed and a service' },
  { line: '/bin/journalctl', told: undefined },
  { line: '/bin/journalctl -u nginx', told: 'opens a pager' },
  { line: '/bin/journalctl --vacuum-size=1M -u nginx', told: 'opens a pager' },
  { line: '/usr/bin/find /var -exec rm {} ;', told: 'argument ";"' },
  { line: '/usr/bin/find /var -execdir rm', told: 'with -execdir' },
  { line: '/usr/bin/find /var -fprintf /etc/passwd x', told: 'with -fprintf' },
  { line: '/usr/bin/less /var/log/messages', told: 'run anything as root by less' },
  { line: '/usr/bin/vim.basic /etc/motd', told: 'run anything as root by vim.basic' },
  { line: '/usr/bin/mysql', told: 'run anything as root by mysql' },
  { line: '/bin/tar -cf x y', told: 'run anything as root by tar' },
  { line: '/usr/bin/timeout 5 id', told: 'run anything as root by timeout' },
  { line: '/bin/cp a b', told: 'become root by cp' },
  { line: '/usr/bin/tee /etc/passwd', told: 'become root by tee' },
  // Programs that somebody else may put there.
  { line: '/tmp/x', told: "not the system's" },
  { line: '/home/shop/bin/restart', told: "not the system's" },
  { line: '/usr/bin/../../tmp/x', told: "not the system's" },
  { line: 'systemctl restart nginx.service', told: "not the system's" },
  // What a sudoers file reads otherwise.
  { line: '/usr/bin/x a,b "c"', told: 'argument "\\"c\\""' },
  { line: '/usr/bin/x a\\b', told: 'argument "a\\\\b"' },
  { line: '/usr/bin/x ^.*$', told: 'argument "^.*$"' },
  { line: '/usr/bin/x #1', told: 'argument "#1"' },
  { line: '/usr/bin/x !y', told: 'argument "!y"' },
  { line: '/usr/bin/x ', told: 'argument ""' },
];
describe('what root may run', () => {
  for (const line of taken) {
    it(`given ${line}, when it is judged, then it is taken`, () =>
      expect(faultOfRootCommand(line.split(' '))).toBeUndefined());
  }
  for (const { line, told = 'opens a pager' } of refused) {
    it(`given ${line}, when it is judged, then it is refused: ${told}`, () =>
      expect(faultOfRootCommand(line.split(' '))).toContain(told));
  }
  it('given one argument that reads as two, when it is judged, then it is refused: sudo could not tell them apart', () =>
    expect(faultOfRootCommand(['/bin/systemctl', 'restart nginx.service'])).toBe(
      'gives root the argument "restart nginx.service"; use letters, digits and @ % + = : , . / _ - * ? [ ] only',
    ));
});

describe('what no step starts', () => {
  for (const program of ['sh', '/bin/bash', 'python3.12', 'env', 'xargs', 'busybox', 'gawk', 'su']) {
    it(`given ${program}, when it is judged, then it is refused`, () =>
      expect(faultOfProgram(program)).toBe('runs other programs; call the program that does the work'));
  }
  for (const program of ['df', '/usr/bin/mysqladmin', 'shuf', 'ps', 'psql']) {
    it(`given ${program}, when it is judged, then it is taken`, () =>
      expect(faultOfProgram(program)).toBeUndefined());
  }
});
