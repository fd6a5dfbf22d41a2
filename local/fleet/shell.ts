import type { ServerBlueprint, ServiceBlueprint } from './blueprint.ts';
import type { Figures, FileSystemUse, RunningProcess } from './figures.ts';

/** What the shell can tell of: one simulated server at one moment. */
export interface ShellHost {
  readonly server: ServerBlueprint;
  readonly figures: Figures;
  readonly address: string;
  readonly ports: Readonly<Record<string, number>>;
  /** Epoch milliseconds; by name of the broken service. */
  readonly brokenSince: ReadonlyMap<string, number>;
}

export interface CommandAnswer {
  readonly output: string;
  readonly exitCode: number;
  /** The service whose unit was restarted, and is well again by it. */
  readonly mends?: string;
}

const commandChars = 4_000;

/**
 * Answers one command line as the simulated server would. Nothing is executed: the known commands have written answers,
 * and every other word is a command that is not found. Of what changes something, a restart tells what it mends.
 */
export function answerCommand(line: string, host: ShellHost): CommandAnswer {
  if (line.length > commandChars) return { output: 'sh: line too long\n', exitCode: 2 };
  const chains = parse(line);
  if (chains === undefined) return { output: 'sh: syntax error\n', exitCode: 2 };
  let answer: CommandAnswer = { output: '', exitCode: 0 };
  let output = '';
  let mends: string | undefined;
  for (const { joint, pipeline } of chains) {
    if (joint === '||' && answer.exitCode === 0) continue;
    if (joint === '&&' && answer.exitCode !== 0) continue;
    answer = runPipeline(pipeline, host);
    output += answer.output;
    mends = answer.mends ?? mends;
  }
  return { output, exitCode: answer.exitCode, ...(mends === undefined ? {} : { mends }) };
}

interface Chain {
  readonly joint: '' | '||' | '&&' | ';';
  readonly pipeline: readonly Command[];
}

interface Command {
  readonly words: readonly string[];
  /** Standard error goes to nowhere. */
  readonly isQuiet: boolean;
}

const token =
  /\s*(?:(\|\||&&|[|;])|(2>\s*\/dev\/null|2>&1)|((?:'[^']*'|"[^"$`\\]*"|\\.|[^\s|;&<>'"\\$`])+))/y;

/** Undefined for what this shell does not know: substitution, redirection into files, jobs. */
function parse(line: string): Chain[] | undefined {
  const chains: { joint: Chain['joint']; pipeline: { words: string[]; isQuiet: boolean }[] }[] = [
    { joint: '', pipeline: [{ words: [], isQuiet: false }] },
  ];
  const text = line.trim();
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return undefined;
    const [, operator, redirection, word] = match;
    const pipeline = chains.at(-1)?.pipeline;
    const command = pipeline?.at(-1);
    if (word !== undefined) command?.words.push(unquote(word));
    else if (redirection !== undefined && command !== undefined)
      command.isQuiet ||= redirection.endsWith('null');
    else if (operator === '|') pipeline?.push({ words: [], isQuiet: false });
    else chains.push({ joint: operator as Chain['joint'], pipeline: [{ words: [], isQuiet: false }] });
  }
  const isComplete = chains.every(({ pipeline }) => pipeline.every(({ words }) => words.length > 0));
  return isComplete ? chains : undefined;
}

const unquote = (word: string): string =>
  word.replace(/'([^']*)'|"([^"]*)"|\\(.)/g, (_, single, double, escaped) => single ?? double ?? escaped);

function runPipeline([first, ...filters]: readonly Command[], host: ShellHost): CommandAnswer {
  let answer = first === undefined ? { output: '', exitCode: 0 } : runCommand(first, host);
  for (const filter of filters) answer = runFilter(filter, answer.output, host);
  return answer;
}

function runCommand({ words, isQuiet }: Command, host: ShellHost): CommandAnswer {
  const [name = '', ...args] = withoutPrefix(words);
  if (isSudo(words)) return askSudo(words, name, args, host);
  const known = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (known === undefined) {
    return { output: isQuiet ? '' : `sh: 1: ${printable(name)}: not found\n`, exitCode: 127 };
  }
  const answer = known(args, host);
  const text = typeof answer === 'string' ? { output: answer, exitCode: 0 } : answer;
  const isError = text.exitCode !== 0 && text.exitCode !== 3;
  return { ...text, output: isError && isQuiet ? '' : text.output };
}

/** `LC_ALL=C sudo -n timeout 5 df` is `df`. */
function withoutPrefix(words: readonly string[]): readonly string[] {
  let from = 0;
  for (let word = words[from]; word !== undefined; word = words[from]) {
    if (/^[A-Z_]+=/.test(word) || word === 'env' || word === '-n' || /(^|\/)sudo$/.test(word)) from += 1;
    else if (word === 'timeout') from += 2;
    else break;
  }
  const [path = '', ...args] = words.slice(from);
  return [path.replace(/^(\/usr)?\/s?bin\//, ''), ...args];
}

function runFilter({ words }: Command, input: string, host: ShellHost): CommandAnswer {
  const [name = '', ...args] = withoutPrefix(words);
  const lines = input.split('\n').slice(0, input.endsWith('\n') ? -1 : undefined);
  if (name === 'head') return joined(lines.slice(0, countOf(args)));
  if (name === 'tail') return joined(lines.slice(-countOf(args)));
  if (name === 'sort' || name === 'cat') return joined(lines);
  return runCommand({ words, isQuiet: false }, host);
}

const joined = (lines: readonly string[]): CommandAnswer => ({
  output: lines.map((line) => `${line}\n`).join(''),
  exitCode: 0,
});

/** Of `-n 30`, `-n30`, `-30` and `--lines=30`; 10 without. */
function countOf(args: readonly string[]): number {
  const text = args.join(' ').match(/(?:-n\s*|--lines[= ]|-)(\d{1,5})/)?.[1];
  return text === undefined ? 10 : Number(text);
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);

type Answer = (args: readonly string[], host: ShellHost) => string | CommandAnswer;

const commands: Readonly<Record<string, Answer>> = {
  uptime: (_, { figures }) => {
    const load = figures.load.map((value) => value.toFixed(2)).join(', ');
    return ` ${timeOfDay(figures.at)} up ${uptimeWords(figures.uptimeSeconds)},  0 users,  load average: ${load}\n`;
  },
  hostname: (_, { server }) => `${server.id}\n`,
  whoami: () => 'mimamori\n',
  id: () => 'uid=998(mimamori) gid=998(mimamori) groups=998(mimamori),4(adm),101(systemd-journal)\n',
  true: () => '',
  false: () => ({ output: '', exitCode: 1 }),
  echo: (args) => `${args.join(' ')}\n`,
  date: (_, { figures }) => `${new Date(figures.at).toUTCString()}\n`,
  uname: (_, { server }) =>
    `Linux ${server.id} 6.1.0-42-cloud-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.159-1 x86_64 GNU/Linux\n`,
  nproc: (_, { server }) => `${server.cores}\n`,
  free,
  df,
  ps,
  ss,
  ip,
  systemctl,
  test: ([flag, path = '']) => ({
    output: '',
    exitCode: (flag === '-e' || flag === '-d') && presentPaths.has(path) ? 0 : 1,
  }),
  find: () => '',
  service: (args, host) => systemctl(['status', args[0] ?? ''], host),
  journalctl,
  tail: (args, host) => readLog(args, host, (lines) => lines.slice(-countOf(args))),
  cat: (args, host) => readLog(args, host, (lines) => lines),
  grep: (args, host) => readLog(args, host, (lines) => lines.filter((line) => /error|fail|crit/i.test(line))),
  dmesg: () => '',
};

const timeOfDay = (at: number): string => new Date(at).toISOString().slice(11, 19);

function uptimeWords(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const clock =
    days + hours === 0
      ? `${minutes} min`
      : `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}`;
  return days === 0 ? clock : `${days} day${days === 1 ? '' : 's'}, ${clock}`;
}

function free(args: readonly string[], { figures: { memory, swap } }: ShellHost): string {
  const flags = args.join('');
  const divisor = /g/.test(flags) ? 1024 * 1024 : /m|h/.test(flags) ? 1024 : 1;
  const scaled = (kib: number): string => String(Math.round(kib / divisor)).padStart(11);
  const cachedKiB = memory.buffersKiB + memory.cachedKiB;
  const usedKiB = memory.totalKiB - memory.freeKiB - cachedKiB;
  const columns = [
    memory.totalKiB,
    usedKiB,
    memory.freeKiB,
    memory.sharedKiB,
    cachedKiB,
    memory.freeKiB + cachedKiB,
  ];
  const swapColumns = [swap.totalKiB, swap.totalKiB - swap.freeKiB, swap.freeKiB];
  return [
    '               total        used        free      shared  buff/cache   available',
    `Mem:    ${columns.map(scaled).join(' ')}`,
    `Swap:   ${swapColumns.map(scaled).join(' ')}`,
    '',
  ].join('\n');
}

function df(args: readonly string[], { figures }: ShellHost): string {
  const flags = args.filter((arg) => arg.startsWith('-')).join('');
  const rows = figures.fileSystems.map((one) => (flags.includes('i') ? inodesOf(one) : blocksOf(one, flags)));
  const heading = flags.includes('i')
    ? ['Filesystem', 'Inodes', 'IUsed', 'IFree', 'IUse%', 'Mounted on']
    : ['Filesystem', flags.includes('h') ? 'Size' : '1024-blocks', 'Used', 'Available', 'Use%', 'Mounted on'];
  return table([heading, ...rows]);
}

function blocksOf({ device, path, sizeKiB, usedKiB }: FileSystemUse, flags: string): string[] {
  const human = (kib: number): string =>
    kib >= 1024 * 1024 ? `${(kib / 1024 / 1024).toFixed(kib < 10 * 1024 * 1024 ? 1 : 0)}G` : `${kib}K`;
  const shown = flags.includes('h') ? human : String;
  const usedPercent = `${Math.ceil((usedKiB / sizeKiB) * 100)}%`;
  return [device, shown(sizeKiB), shown(usedKiB), shown(sizeKiB - usedKiB), usedPercent, path];
}

function inodesOf({ device, path, sizeKiB, usedKiB }: FileSystemUse): string[] {
  const all = Math.round(sizeKiB / 16);
  const used = Math.round(usedKiB / 120);
  return [device, String(all), String(used), String(all - used), `${Math.ceil((used / all) * 100)}%`, path];
}

/** Columns as wide as their widest cell; all but the first and last to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          if (column === row.length - 1) return cell;
          const width = widths[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join(' '),
    )
    .map((line) => `${line}\n`)
    .join('');
}

function ps(_: readonly string[], { server, figures }: ShellHost): string {
  const percent = (process: RunningProcess): number =>
    process.cpuCentiseconds / Math.max(1, figures.uptimeSeconds);
  const rows = figures.processes
    .toSorted((a, b) => percent(b) - percent(a))
    .map((process) => [
      String(process.pid),
      process.user.slice(0, 12),
      percent(process).toFixed(1),
      ((process.residentKiB / server.memoryKiB) * 100).toFixed(1),
      elapsed(figures.uptimeSeconds),
      process.name,
    ]);
  return table([['PID', 'USER', '%CPU', '%MEM', 'ELAPSED', 'COMMAND'], ...rows]);
}

function elapsed(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const clock = new Date(Math.floor(seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return days === 0 ? clock : `${days}-${clock}`;
}

function ss(args: readonly string[], host: ShellHost): string {
  if (args.includes('-s')) {
    return 'Total: 148\nTCP:   31 (estab 12, closed 9, orphaned 0, timewait 9)\n\nTransport Total     IP        IPv6\nUDP\t  4         3         1\nTCP\t  22        18        4\n';
  }
  const rows = listening(host).map(([protocol, port]) => [
    protocol,
    protocol === 'udp' ? 'UNCONN' : 'LISTEN',
    '0',
    '511',
    `${host.address}:${port}`,
    '0.0.0.0:*',
  ]);
  return table([['Netid', 'State', 'Recv-Q', 'Send-Q', 'Local Address:Port', 'Peer Address:Port'], ...rows]);
}

/** The ports that answer; a broken service has none, except for one that hangs. */
function listening({ server, ports, brokenSince }: ShellHost): ['tcp' | 'udp', number][] {
  return Object.entries(ports)
    .filter(([listener]) =>
      server.services.every(
        (service) =>
          service.listener !== listener || service.breakage === 'stalls' || !brokenSince.has(service.name),
      ),
    )
    .map(([listener, port]) => [listener === 'snmp' ? 'udp' : 'tcp', port]);
}

function ip(args: readonly string[], { figures, address }: ShellHost): string | CommandAnswer {
  const [object = ''] = args.filter((arg) => !arg.startsWith('-'));
  const links = figures.interfaces.map(({ index, name, mtu, physicalAddress }) => {
    const isLoopback = name === 'lo';
    const flags = isLoopback ? 'LOOPBACK,UP,LOWER_UP' : 'BROADCAST,MULTICAST,UP,LOWER_UP';
    return {
      name,
      head: `${index}: ${name}: <${flags}> mtu ${mtu} qdisc ${isLoopback ? 'noqueue state UNKNOWN' : 'mq state UP'} mode DEFAULT group default qlen 1000\n`,
      link: `    link/${isLoopback ? 'loopback' : 'ether'} ${physicalAddress} brd ${isLoopback ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff'}\n`,
      inet: isLoopback
        ? '    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n'
        : `    inet ${address}/24 brd ${broadcast(address)} scope global ${name}\n       valid_lft forever preferred_lft forever\n`,
    };
  });
  if (/^l(ink?)?$/.test(object)) return links.map(({ head, link }) => head + link).join('');
  if (/^a(ddr(ess)?)?$/.test(object)) return links.map(({ head, link, inet }) => head + link + inet).join('');
  if (/^n(eigh(bour)?)?$/.test(object))
    return `${gateway(address)} dev eth0 lladdr 52:54:00:12:35:02 REACHABLE\n`;
  if (/^r(oute)?$/.test(object)) {
    return `default via ${gateway(address)} dev eth0 proto static\n${gateway(address).replace(/\d+$/, '0')}/24 dev eth0 proto kernel scope link src ${address}\nlocal ${address} dev eth0 table local proto kernel scope host src ${address}\n`;
  }
  return { output: `Object "${printable(object)}" is unknown, try "ip help".\n`, exitCode: 1 };
}

const gateway = (address: string): string => address.replace(/\d+$/, '1');
const broadcast = (address: string): string => address.replace(/\d+$/, '255');

/** What tells a system's family and its init system. */
const presentPaths = new Set(['/etc/debian_version', '/run/systemd/system', '/var/log', '/']);

const isSudo = (words: readonly string[]): boolean =>
  words.some((word) => /^(\/usr\/bin\/)?sudo$/.test(word));

/** What the install script permits of the runbooks' commands. */
const rootDeeds: readonly RegExp[] = [
  /^\/bin\/systemctl restart [a-z0-9@._-]+\.service$/,
  /^\/bin\/journalctl --vacuum-size=200M$/,
  /^\/usr\/bin\/apt-get clean$/,
  /^\/usr\/bin\/find \/var\/log -maxdepth 1 -xdev -type f -name (syslog|kern\.log)\.\*\.gz -mtime \+30 -print -delete$/,
];

/** `sudo -n COMMAND` runs it as root, `sudo -n -l [COMMAND]` tells what may be run. */
function askSudo(
  words: readonly string[],
  name: string,
  args: readonly string[],
  host: ShellHost,
): CommandAnswer {
  const afterSudo = words.slice(words.findIndex((word) => /sudo$/.test(word)) + 1);
  const lists = afterSudo.includes('-l');
  const line = afterSudo.slice(afterSudo.findIndex((word) => !word.startsWith('-'))).join(' ');
  const isNamed = afterSudo.some((word) => !word.startsWith('-'));
  if (lists && !isNamed) {
    const units = host.server.services.flatMap(({ unit }) => unit ?? []);
    const permitted = units
      .map((unit) => `    (root) NOPASSWD: /bin/systemctl restart ${unit}.service\n`)
      .join('');
    return {
      output: `User mimamori may run the following commands on ${host.server.id}:\n${permitted}`,
      exitCode: 0,
    };
  }
  const known = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!rootDeeds.some((deed) => deed.test(line))) {
    // What needs no root is answered as it is without; collection asks some things both ways.
    if (known === undefined || (name === 'systemctl' && args[0] === 'restart')) {
      return { output: 'sudo: a password is required\n', exitCode: 1 };
    }
  } else if (lists) return { output: `${line}\n`, exitCode: 0 };
  if (name === 'systemctl' && args[0] === 'restart') return restart(args[1] ?? '', host);
  if (name === 'apt-get') return { output: '', exitCode: 0 };
  if (name === 'journalctl' && args.some((arg) => arg.startsWith('--vacuum'))) {
    return { output: 'Vacuuming done, freed 0B of archived journals from /var/log/journal.\n', exitCode: 0 };
  }
  const answer = known?.(args, host) ?? '';
  return typeof answer === 'string' ? { output: answer, exitCode: 0 } : answer;
}

function restart(unit: string, host: ShellHost): CommandAnswer {
  const name = unit.replace(/\.service$/, '');
  const service = serviceOf(name, host.server);
  if (service === undefined) {
    if (isDaemon(name, host.server)) return { output: '', exitCode: 0 };
    return {
      output: `Failed to restart ${printable(name)}.service: Unit ${printable(name)}.service not found.\n`,
      exitCode: 5,
    };
  }
  if (!host.brokenSince.has(service.name)) return { output: '', exitCode: 0 };
  if (service.cannotRestart !== true) return { output: '', exitCode: 0, mends: service.name };
  return {
    output: `Job for ${name}.service failed because the control process exited with error code.\nSee "systemctl status ${name}.service" and "journalctl -xeu ${name}.service" for details.\n`,
    exitCode: 1,
  };
}

/** What `systemctl show -p … UNIT` tells of a unit that is there, or is not. */
function showUnit(name: string, host: ShellHost): string {
  const service = serviceOf(name, host.server);
  if (service === undefined && !isDaemon(name, host.server)) {
    return 'LoadState=not-found\nActiveState=inactive\nUnitFileState=\n';
  }
  const state = service !== undefined && isFailed(service, host) ? 'failed' : 'active';
  return `LoadState=loaded\nActiveState=${state}\nUnitFileState=enabled\n`;
}

function systemctl(args: readonly string[], host: ShellHost): string | CommandAnswer {
  if (args[0] === 'show') return showUnit((args.at(-1) ?? '').replace(/\.service$/, ''), host);
  const [verb = '', unit] = args.filter((arg) => !arg.startsWith('-'));
  if (verb === '' || args.includes('--failed')) return failedUnits(host);
  if (unit === undefined) return { output: 'Too few arguments.\n', exitCode: 1 };
  const name = unit.replace(/\.service$/, '');
  const service = serviceOf(name, host.server);
  if (service === undefined) {
    return verb === 'status'
      ? { output: `Unit ${printable(name)}.service could not be found.\n`, exitCode: 4 }
      : { output: 'inactive\n', exitCode: 3 };
  }
  const isDown = isFailed(service, host);
  if (verb === 'is-active') return { output: isDown ? 'failed\n' : 'active\n', exitCode: isDown ? 3 : 0 };
  if (verb === 'restart') {
    return {
      output: `Failed to restart ${name}.service: Interactive authentication required.\n`,
      exitCode: 1,
    };
  }
  if (verb !== 'status') return { output: 'Access denied\n', exitCode: 1 };
  return { output: unitStatus(name, service, host), exitCode: isDown ? 3 : 0 };
}

const serviceOf = (unit: string, { services }: ServerBlueprint): ServiceBlueprint | undefined =>
  services.find((service) => service.unit === unit);

/** A service that the demo cannot break still runs, under the name of its program. */
const isDaemon = (unit: string, { processes }: ServerBlueprint): boolean =>
  processes.some(({ name, path }) => name === unit && path.startsWith('/usr/sbin/'));

/** A hung process still counts as active: that is what makes it worth a picture of its own. */
const isFailed = ({ name, breakage }: ServiceBlueprint, { brokenSince }: ShellHost): boolean =>
  brokenSince.has(name) && breakage !== 'stalls';

function failedUnits(host: ShellHost): string {
  const failed = host.server.services.filter((service) => service.unit && isFailed(service, host));
  const lines = failed.map(({ unit }) => `● ${unit}.service loaded failed failed ${unit}`);
  return ['  UNIT LOAD ACTIVE SUB DESCRIPTION', ...lines, `${failed.length} loaded units listed.`, ''].join(
    '\n',
  );
}

function unitStatus(unit: string, service: ServiceBlueprint, host: ShellHost): string {
  const { figures } = host;
  const process = figures.processes.find((one) => one.service === service.name);
  const since = host.brokenSince.get(service.name);
  const isDown = isFailed(service, host);
  const started = figures.at - figures.uptimeSeconds * 1000;
  const when = (at: number): string =>
    `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC; ${uptimeWords((figures.at - at) / 1000)} ago`;
  const lines = [
    `${isDown ? '×' : '●'} ${unit}.service - ${unit}`,
    `     Loaded: loaded (/lib/systemd/system/${unit}.service; enabled; preset: enabled)`,
    isDown && since !== undefined
      ? `     Active: failed (Result: signal) since ${when(since)}`
      : `     Active: active (running) since ${when(started)}`,
    ...(process === undefined
      ? []
      : [
          `   Main PID: ${process.pid} (${process.name})`,
          `     Memory: ${(process.residentKiB / 1024).toFixed(1)}M`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

function journalctl(args: readonly string[], host: ShellHost): string {
  if (args.includes('--disk-usage'))
    return 'Archived and active journals take up 184.0M in the file system.\n';
  const unit = args[args.indexOf('-u') + 1];
  const units = args.includes('-u') && unit !== undefined ? [unit.replace(/\.service$/, '')] : undefined;
  const onlyErrors = args.includes('-p');
  const lines = journal(host).filter(
    (line) => (units === undefined || units.includes(line.unit)) && (!onlyErrors || line.isError),
  );
  if (lines.length === 0) return '-- No entries --\n';
  return lines
    .slice(-countOf(args.slice(args.indexOf('-n'))))
    .map(({ text }) => `${text}\n`)
    .join('');
}

interface JournalLine {
  readonly at: number;
  readonly unit: string;
  readonly isError: boolean;
  readonly text: string;
}

/** What the log would hold of this boot: the starts, and how each broken service went down. */
function journal({ server, figures, brokenSince }: ShellHost): JournalLine[] {
  const lines: JournalLine[] = [];
  const add = (at: number, unit: string, source: string, message: string, isError = false): void => {
    const stamp = `${months[new Date(at).getUTCMonth()]} ${String(new Date(at).getUTCDate()).padStart(2, '0')} ${timeOfDay(at)}`;
    lines.push({ at, unit, isError, text: `${stamp} ${server.id} ${source}: ${message}` });
  };
  const booted = figures.at - figures.uptimeSeconds * 1000;
  for (const { name, unit, breakage } of server.services) {
    const since = brokenSince.get(name);
    if (unit !== undefined) add(booted + 4_000, unit, 'systemd[1]', `Started ${unit}.service.`);
    if (since === undefined) continue;
    if (unit !== undefined && breakage === 'refuses') {
      add(
        since,
        unit,
        'systemd[1]',
        `${unit}.service: Main process exited, code=killed, status=9/KILL`,
        true,
      );
      add(since, unit, 'systemd[1]', `${unit}.service: Failed with result 'signal'.`, true);
    }
    if (unit !== undefined && breakage === 'stalls') {
      add(
        since,
        unit,
        `${unit}[712]`,
        'warning: no answer from the delivery process for 30s, clients wait',
        true,
      );
    }
    if (breakage === 'fills') {
      const path = server.fileSystems.find(({ filledBy }) => filledBy === name)?.path;
      add(since, 'mariadb', 'mariadbd[1004]', `[ERROR] Disk is getting full on ${path}: 97 % used`, true);
    }
  }
  return lines.toSorted((a, b) => a.at - b.at);
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function readLog(
  args: readonly string[],
  host: ShellHost,
  choose: (lines: string[]) => string[],
): string | CommandAnswer {
  const files = args.filter((arg) => arg.startsWith('/'));
  if (files.includes('/etc/os-release')) return 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
  const known = files.filter((file) => file === '/var/log/syslog');
  if (known.length === 0) {
    return {
      output: files
        .map((file) => `cannot open '${printable(file)}' for reading: No such file or directory\n`)
        .join(''),
      exitCode: 1,
    };
  }
  return choose(journal(host).map(({ text }) => text))
    .map((line) => `${line}\n`)
    .join('');
}
