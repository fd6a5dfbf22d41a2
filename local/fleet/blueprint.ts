import type { Plan } from '../../core/server.ts';

/** The customer whose servers these are, and the user that collection logs in as. */
export const demoAccount = 'demo';
export const loginUser = 'mimamori';

/** What happens to a service that is broken. */
export type Breakage = 'refuses' | 'stalls' | 'fills' | 'goes-dark';

/** One thing that can be broken. `listener` names the port that answers for it, if one does. */
export interface ServiceBlueprint {
  readonly name: string;
  readonly breakage: Breakage;
  /** The monitor that sees the break first. */
  readonly monitor: string;
  /** How many minutes the first mail takes on this monitor's timing, at best and at worst. */
  readonly mailAfterMinutes: readonly [number, number];
  readonly listener?: ListenerName;
  readonly unit?: string;
  /** A restart of its unit fails too; without this it makes the service well. */
  readonly cannotRestart?: true;
  /** Shown beside its buttons. */
  readonly about: { readonly ja: string; readonly en: string };
}

export type ListenerName = 'http' | 'app' | 'mysql' | 'smtp' | 'ssh' | 'snmp';

export interface ProcessBlueprint {
  readonly name: string;
  readonly path: string;
  readonly parameters: string;
  readonly user: string;
  readonly residentKiB: number;
  /** It runs only while this service does. */
  readonly service?: string;
}

export interface FileSystemBlueprint {
  readonly path: string;
  readonly device: string;
  readonly sizeKiB: number;
  readonly usedShare: number;
  /** The service whose break fills it. */
  readonly filledBy?: string;
}

/** One simulated server, as data. */
export interface ServerBlueprint {
  readonly id: string;
  readonly name: string;
  readonly plan: Plan;
  readonly snmpVersion: '2c' | '3';
  readonly cores: number;
  readonly memoryKiB: number;
  readonly swapKiB: number;
  /** Mean CPU share in use, and mean network load. */
  readonly cpuShare: number;
  readonly inBytesPerSecond: number;
  readonly outBytesPerSecond: number;
  readonly ports: Readonly<Partial<Record<ListenerName, number>>>;
  readonly services: readonly ServiceBlueprint[];
  readonly fileSystems: readonly FileSystemBlueprint[];
  readonly processes: readonly ProcessBlueprint[];
}

const gibKiB = 1024 * 1024;

/** Liveness: due in 0–3 min, two repeats a minute apart, the window of 30 s and the collection. */
const livenessMail = [3, 6] as const;
const resourceMail = [0, 5] as const;

const commonProcesses: readonly ProcessBlueprint[] = [
  { name: 'systemd', path: '/sbin/init', parameters: '', user: 'root', residentKiB: 12_400 },
  {
    name: 'systemd-journal',
    path: '/lib/systemd/systemd-journald',
    parameters: '',
    user: 'root',
    residentKiB: 24_800,
  },
  {
    name: 'systemd-udevd',
    path: '/lib/systemd/systemd-udevd',
    parameters: '',
    user: 'root',
    residentKiB: 6_200,
  },
  { name: 'cron', path: '/usr/sbin/cron', parameters: '-f', user: 'root', residentKiB: 2_700 },
  {
    name: 'dbus-daemon',
    path: '/usr/bin/dbus-daemon',
    parameters: '--system',
    user: 'messagebus',
    residentKiB: 4_600,
  },
  { name: 'rsyslogd', path: '/usr/sbin/rsyslogd', parameters: '-n -iNONE', user: 'root', residentKiB: 5_400 },
  { name: 'chronyd', path: '/usr/sbin/chronyd', parameters: '-F 1', user: '_chrony', residentKiB: 3_200 },
  {
    name: 'agetty',
    path: '/sbin/agetty',
    parameters: '-o -p -- \\u --noclear tty1 linux',
    user: 'root',
    residentKiB: 1_900,
  },
];

const sshd: ProcessBlueprint = {
  name: 'sshd',
  path: '/usr/sbin/sshd',
  parameters: '-D',
  user: 'root',
  residentKiB: 9_100,
};
const snmpd: ProcessBlueprint = {
  name: 'snmpd',
  path: '/usr/sbin/snmpd',
  parameters: '-LOw -u Debian-snmp -g Debian-snmp -f',
  user: 'Debian-snmp',
  residentKiB: 13_700,
};

const web1: ServerBlueprint = {
  id: 'web-1',
  name: 'Web 1',
  plan: 'notify',
  snmpVersion: '2c',
  cores: 2,
  memoryKiB: 4 * gibKiB,
  swapKiB: gibKiB,
  cpuShare: 0.22,
  inBytesPerSecond: 180_000,
  outBytesPerSecond: 940_000,
  ports: { http: 8081, app: 9001, ssh: 2201, snmp: 1611 },
  services: [
    {
      name: 'web',
      breakage: 'refuses',
      monitor: 'web',
      mailAfterMinutes: livenessMail,
      listener: 'http',
      unit: 'nginx',
      about: {
        ja: 'nginx が停止し、接続を拒否します。HTTP とプロセスの監視が一通のメールにまとまります。',
        en: 'nginx stops and refuses connections. Its HTTP and process monitors join one mail.',
      },
    },
    {
      name: 'app',
      breakage: 'refuses',
      monitor: 'app',
      mailAfterMinutes: livenessMail,
      listener: 'app',
      unit: 'shop-app',
      about: {
        ja: 'アプリケーションの TCP ポートが閉じます。',
        en: "The application's TCP port closes.",
      },
    },
    {
      name: 'agent',
      breakage: 'refuses',
      monitor: 'agent',
      mailAfterMinutes: livenessMail,
      listener: 'snmp',
      unit: 'snmpd',
      about: {
        ja: 'SNMP エージェントが停止し、グラフが途切れます。',
        en: 'The SNMP agent stops, and the graphs have a gap.',
      },
    },
  ],
  fileSystems: [
    { path: '/', device: '/dev/vda1', sizeKiB: 40 * gibKiB, usedShare: 0.41 },
    { path: '/var/log', device: '/dev/vdb1', sizeKiB: 10 * gibKiB, usedShare: 0.28 },
  ],
  processes: [
    ...commonProcesses,
    sshd,
    { ...snmpd, service: 'agent' },
    {
      name: 'nginx',
      path: '/usr/sbin/nginx',
      parameters: '-g daemon on; master_process on;',
      user: 'root',
      residentKiB: 3_400,
      service: 'web',
    },
    {
      name: 'nginx',
      path: 'nginx: worker process',
      parameters: '',
      user: 'www-data',
      residentKiB: 8_800,
      service: 'web',
    },
    {
      name: 'nginx',
      path: 'nginx: worker process',
      parameters: '',
      user: 'www-data',
      residentKiB: 8_600,
      service: 'web',
    },
    {
      name: 'node',
      path: '/usr/bin/node',
      parameters: '/srv/shop/server.js',
      user: 'shop',
      residentKiB: 142_000,
      service: 'app',
    },
  ],
};

const db1: ServerBlueprint = {
  id: 'db-1',
  name: 'Database 1',
  plan: 'respond',
  snmpVersion: '3',
  cores: 4,
  memoryKiB: 16 * gibKiB,
  swapKiB: 2 * gibKiB,
  cpuShare: 0.31,
  inBytesPerSecond: 420_000,
  outBytesPerSecond: 610_000,
  ports: { mysql: 3301, ssh: 2202, snmp: 1612 },
  services: [
    {
      name: 'mysql',
      breakage: 'refuses',
      monitor: 'mysql',
      mailAfterMinutes: livenessMail,
      listener: 'mysql',
      unit: 'mariadb',
      about: {
        ja: 'データベースが停止します。応急対応の再起動で復旧し、誰も起こしません。',
        en: 'The database stops. First response restarts it, and nobody is woken up.',
      },
    },
    {
      name: 'disk',
      breakage: 'fills',
      monitor: 'disk',
      mailAfterMinutes: resourceMail,
      about: {
        ja: '/var/lib/mysql の使用率が 97 % になります。不要なファイルの削除では足りず、担当者に電話します。',
        en: '/var/lib/mysql fills to 97 %. Removing old files does not help, and the contacts are called.',
      },
    },
  ],
  fileSystems: [
    { path: '/', device: '/dev/vda1', sizeKiB: 20 * gibKiB, usedShare: 0.37 },
    {
      path: '/var/lib/mysql',
      device: '/dev/vdb1',
      sizeKiB: 200 * gibKiB,
      usedShare: 0.58,
      filledBy: 'disk',
    },
  ],
  processes: [
    ...commonProcesses,
    sshd,
    snmpd,
    {
      name: 'mariadbd',
      path: '/usr/sbin/mariadbd',
      parameters: '',
      user: 'mysql',
      residentKiB: 6_900_000,
      service: 'mysql',
    },
  ],
};

const mail1: ServerBlueprint = {
  id: 'mail-1',
  name: 'Mail 1',
  plan: 'managed',
  snmpVersion: '2c',
  cores: 2,
  memoryKiB: 2 * gibKiB,
  swapKiB: gibKiB,
  cpuShare: 0.09,
  inBytesPerSecond: 36_000,
  outBytesPerSecond: 52_000,
  ports: { smtp: 5871, ssh: 2203, snmp: 1613 },
  services: [
    {
      name: 'smtp',
      breakage: 'stalls',
      monitor: 'smtp',
      mailAfterMinutes: livenessMail,
      listener: 'smtp',
      unit: 'postfix',
      cannotRestart: true,
      about: {
        ja: '接続は受け付けますが応答しなくなり、再起動にも失敗します。担当者に電話し、当番のエンジニアを呼びます。',
        en: 'It accepts connections and says nothing, and its restart fails. Contacts are called, and the engineer on call.',
      },
    },
    {
      name: 'ssh',
      breakage: 'refuses',
      monitor: 'ssh',
      mailAfterMinutes: livenessMail,
      listener: 'ssh',
      unit: 'ssh',
      about: {
        ja: 'ログインできなくなります。情報収集も応急対応もできず、担当者に電話します。',
        en: 'Nobody can log in: nothing can be collected or repaired, and the contacts are called.',
      },
    },
    {
      name: 'power',
      breakage: 'goes-dark',
      monitor: 'host',
      mailAfterMinutes: livenessMail,
      about: {
        ja: 'サーバー全体が無応答になります。すべての監視が一件の障害にまとまり、担当者に電話します。',
        en: 'The whole server falls silent. All its monitors join one incident, and the contacts are called.',
      },
    },
  ],
  fileSystems: [{ path: '/', device: '/dev/vda1', sizeKiB: 40 * gibKiB, usedShare: 0.52 }],
  processes: [
    ...commonProcesses,
    { ...sshd, service: 'ssh' },
    snmpd,
    {
      name: 'master',
      path: '/usr/lib/postfix/sbin/master',
      parameters: '-w',
      user: 'root',
      residentKiB: 5_100,
    },
    { name: 'qmgr', path: 'qmgr', parameters: '-l -t unix -u', user: 'postfix', residentKiB: 7_000 },
    { name: 'pickup', path: 'pickup', parameters: '-l -t unix -u -c', user: 'postfix', residentKiB: 6_800 },
  ],
};

/** The three servers of the demo, one for each plan. */
export const demoServers: readonly ServerBlueprint[] = [web1, db1, mail1];
