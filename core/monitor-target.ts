import type { Monitor } from './monitor.ts';

type Settings = Monitor['settings'];
type Write = (settings: Settings, address: string) => string;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const whole = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** A service at a port; the port goes by whether TLS comes first where the settings name none. */
const service =
  (standardPort: number, implicitPort = standardPort): Write =>
  ({ address, port, tls }, server) =>
    `${bracketed(text(address) || server)}:${whole(port, tls === 'implicit' ? implicitPort : standardPort)}`;

/** A page, without what follows the path: keys and the like stand there. */
const page =
  (scheme: 'http' | 'https', standardPort: number): Write =>
  ({ virtualHost, address, port, path }, server) => {
    const host = bracketed(text(virtualHost) || text(address) || server);
    const at = whole(port, standardPort);
    const [plain = '/', more] = text(path).split(/[?#]/, 2);
    return `${scheme}://${host}${at === standardPort ? '' : `:${at}`}${plain}${more === undefined ? '' : '?…'}`;
  };

const byAgent: Write = (_, server) => `snmp://${bracketed(server)}`;
const tlsPorts: Readonly<Record<string, number>> = {
  none: 443,
  smtp: 587,
  imap: 143,
  pop3: 110,
  ftp: 21,
  mysql: 3306,
  postgres: 5432,
};

/** What each check type looks at. Nothing that may hold a secret is written: no query, no argument, no header, no body. */
const writers: Readonly<Record<string, Write>> = {
  agent: byAgent,
  command: ({ command, extend }) =>
    Array.isArray(command)
      ? `${text(command[0])}${command.length > 1 ? ' …' : ''}`
      : `extend ${text(extend)}`,
  cpu: byAgent,
  disk: byAgent,
  dns: (settings, server) =>
    `${text(settings.name)} ${text(settings.type)} @${service(53)(settings, server)}`,
  'file-age': ({ path, newest }) =>
    newest === undefined ? text(path) : `${text(path).replace(/\/$/, '')}/${text(newest)}`,
  ftp: service(21, 990),
  heartbeat: ({ everyMinutes, graceMinutes }) =>
    `${whole(everyMinutes, 0)} min + ${whole(graceMinutes, 0)} min`,
  host: ({ ports }, server) => `${server} (${Array.isArray(ports) ? ports.join(', ') : ''})`,
  http: page('http', 80),
  https: page('https', 443),
  imap: service(143, 993),
  load: byAgent,
  memory: byAgent,
  mysql: service(3306),
  pop3: service(110, 995),
  postgres: service(5432),
  process: ({ name }) => text(name),
  smtp: service(587, 465),
  ssh: service(22),
  tcp: service(0),
  tls: (settings, server) => service(tlsPorts[text(settings.starttls)] ?? 443)(settings, server),
  traffic: byAgent,
};

/** Check types whose target can be written. */
export const writtenChecks: readonly string[] = Object.keys(writers);

const longest = 300;

/** What a monitor looks at, in a line without secrets: `https://www.acme.example/health`. */
export const targetOf = ({
  check,
  settings,
  target,
}: Pick<Monitor, 'check' | 'settings' | 'target'>): string =>
  (writers[check]?.(settings, target.address) ?? target.address).slice(0, longest);
