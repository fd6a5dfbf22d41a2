import { shown } from '../inventory/printable.ts';

/** Directories of programs that only root, and whom root trusts, writes to. */
const ofTheSystem = /^\/(?:usr\/(?:local\/)?)?s?bin\/[A-Za-z0-9._+-]+$/;

/** What a sudoers file can say of an argument so that it means just that. */
const plainArgument = /^[A-Za-z0-9@%+=:,./_*?[\]{}-]+$/;

/** Programs whose arguments are commands again: a reviewer would read one thing and another would run. */
const shells =
  /^(?:(?:ba|da|k|mk|pdk|z|c|tc|fi|r|s)?sh|busybox|env|eval|exec|xargs|sudo|su|doas|perl.*|python.*|ruby.*|node|php.*|awk|gawk|mawk|nawk)$/;

/** Programs that start others as they are told to by an argument, a key press or a file. */
const startOthers =
  /^(?:runuser|setpriv|chroot|unshare|nsenter|nice|ionice|chrt|taskset|nohup|setsid|timeout|time|watch|script|screen|tmux|expect|parallel|strace|ltrace|gdb|flock|stdbuf|start-stop-daemon|systemd-run|at|batch|crontab|lua.*|tclsh.*|make|scp|sftp|rsync|socat|nc|ncat|vi|vim.*|view|nano|pico|ed|ex|emacs.*|joe|mcedit|less|more|most|man|git|tar|zip|docker|podman|mysql|mariadb|psql|sqlite3|openssl)$/;

/** Programs by which our account would become root, or be given what is root's. */
const giveAway =
  /^(?:chmod|chown|chgrp|setfacl|setcap|cp|mv|ln|install|dd|tee|sed|passwd|chpasswd|useradd|usermod|groupadd|gpasswd|visudo|sudoedit|mount|umount|insmod|modprobe|sysctl|curl|wget|dpkg|rpm|pip.*|npm|snap|logrotate)$/;

const unitDeeds = new Set([
  'restart',
  'try-restart',
  'reload',
  'reload-or-restart',
  'start',
  'stop',
  'reset-failed',
]);
const journalDeed = /^--(?:vacuum-(?:size|time|files)=[0-9]+[A-Za-z]*|rotate|flush|sync)$/;
const findDeeds = /^-(?:exec|execdir|ok|okdir|fprint0?|fprintf|fls|files0-from)$/;

const nameOf = (program: string): string => program.slice(program.lastIndexOf('/') + 1);

/** @returns what is wrong with a step that starts this program, and the mend; undefined when nothing is */
export function faultOfProgram(program: string): string | undefined {
  const name = nameOf(program);
  if (!shells.test(name)) return undefined;
  return `runs other programs; ${name === 'sudo' ? 'write asRoot: true' : 'call the program that does the work'}`;
}

/**
 * Judges a command line that root is to run. Whoever has our account may run it whenever they like, with the terminal and
 * the input they like: it must do its one deed and nothing else, whatever is pressed or piped.
 *
 * @returns what is wrong and the mend; undefined when nothing is
 */
export function faultOfRootCommand([program = '', ...rest]: readonly string[]): string | undefined {
  if (!ofTheSystem.test(program)) {
    return "runs as root from a place that is not the system's; name a program of /bin, /sbin, /usr/bin, /usr/sbin or /usr/local";
  }
  const odd = rest.find((argument) => !plainArgument.test(argument));
  if (odd !== undefined) {
    return `gives root the argument ${shown(odd)}; use letters, digits and @ % + = : , . / _ - * ? [ ] only`;
  }
  const name = nameOf(program);
  if (startOthers.test(name))
    return `lets our account run anything as root by ${name}; call the program that does the work`;
  if (giveAway.test(name)) return `lets our account become root by ${name}; take another way`;
  // Both show long answers by a pager, and a pager runs what is typed into it.
  if (name === 'systemctl' && !rest.some((argument) => unitDeeds.has(argument))) {
    return `runs systemctl as root for what needs no root; root may ${[...unitDeeds].join(', ')} a service`;
  }
  if (name === 'systemctl' && (rest.length !== 2 || !unitDeeds.has(rest[0] ?? ''))) {
    return 'runs systemctl as root with more than a deed and a service; write [/bin/systemctl, restart, nginx.service]';
  }
  if (name === 'journalctl' && (rest.length === 0 || !rest.every((argument) => journalDeed.test(argument)))) {
    return 'runs journalctl as root for reading, which opens a pager; root may only --vacuum-size, --vacuum-time, --vacuum-files, --rotate, --flush or --sync';
  }
  if (name === 'find') {
    const deed = rest.find((argument) => findDeeds.test(argument));
    if (deed !== undefined)
      return `runs find as root with ${deed}, which starts programs or writes files; use -delete`;
  }
  return undefined;
}
