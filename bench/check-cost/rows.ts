/** The checks whose cost is measured, and what a target must offer for them. */

/** Twelve values of a server's load, as its agent gives them: uptime, eight counters of the CPU, three averages. */
export const polledOids = [
  '1.3.6.1.2.1.1.3.0',
  ...[50, 51, 52, 53, 54, 56, 61, 64].map((object) => `1.3.6.1.4.1.2021.11.${object}.0`),
  ...[1, 2, 3].map((row) => `1.3.6.1.4.1.2021.10.1.5.${row}`),
];

export const rowNames = ['tcp', 'http', 'snmp', 'snmp v3', 'cpu'] as const;
export type RowName = (typeof rowNames)[number];

/** Where everybody asks: ports of the loopback. */
export interface Targets {
  readonly tcp: number;
  readonly http: number;
  readonly snmp: number;
}

/** Checks under way at once. More of them would not fit the receive buffer of the one agent. */
export const atOnce = 100;

/** What a client process is asked for, and answers with the CPU of one check, ms. */
export interface Asked {
  readonly row: RowName;
  readonly checks: number;
}
