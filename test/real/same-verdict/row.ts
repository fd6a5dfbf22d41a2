import type { Severity } from '../../../core/check-outcome.ts';
import type { SnmpAccess } from '../../../core/server.ts';

export type Plugin =
  | 'check_http'
  | 'check_tcp'
  | 'check_ssh'
  | 'check_smtp'
  | 'check_imap'
  | 'check_pop'
  | 'check_ftp'
  | 'check_dns'
  | 'check_dig'
  | 'check_snmp'
  | 'check_mysql'
  | 'check_pgsql';

/** Brings a server of 127.0.0.1 into the condition and tells its port. What it starts is closed after the tests. */
export type Target = () => Promise<number>;

/** Where the two do not agree on purpose. */
export interface Difference {
  readonly ours: Severity;
  readonly theirs: Severity;
  /** Why ours is meant to be so: a clause for docs/same-verdict.md. */
  readonly because: string;
}

/** One condition of a target, as both are asked about it. */
export interface Row {
  readonly plugin: Plugin;
  /** The arguments of the plugin beside address, port and time limit. */
  readonly args: readonly string[];
  readonly check: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly snmp: ((port: number) => SnmpAccess) | undefined;
  /** A clause for the test's title and for the page: "a page with status 200". */
  readonly given: string;
  readonly target: Target;
  /** When both are to give up. */
  readonly limitSeconds: number;
  /** What both say, or what each of them says. */
  readonly says: Severity | Difference;
}

type Given = Pick<Row, 'given' | 'target' | 'says'> & Partial<Row>;

/** Rows that have their plugin and their check in common. Arguments and settings are added to the common ones. */
export function rowsOf(common: Pick<Row, 'plugin' | 'check'> & Partial<Row>, rows: readonly Given[]): Row[] {
  return rows.map((row) => ({
    snmp: undefined,
    limitSeconds: 8,
    ...common,
    ...row,
    args: [...(common.args ?? []), ...(row.args ?? [])],
    settings: { ...common.settings, ...row.settings },
  }));
}

/** Long enough for an end that is certain to come, short enough for many of them. */
export const soon = { limitSeconds: 1 } as const;

export const differs = (ours: Severity, theirs: Severity, because: string): Difference => ({
  ours,
  theirs,
  because,
});

export const verdictsOf = ({ says }: Row): { readonly ours: Severity; readonly theirs: Severity } =>
  typeof says === 'string' ? { ours: says, theirs: says } : says;
