import { databaseRows } from './database-rows.ts';
import { dnsRows } from './dns-rows.ts';
import { httpRows } from './http-rows.ts';
import { greetingRows } from './mail-rows.ts';
import type { Row } from './row.ts';
import { snmpRows } from './snmp-rows.ts';
import { connectionRows } from './tcp-rows.ts';

/** All conditions, in the order of the page. */
export const table: readonly Row[] = [
  ...httpRows,
  ...connectionRows,
  ...greetingRows,
  ...dnsRows,
  ...snmpRows,
  ...databaseRows,
];
