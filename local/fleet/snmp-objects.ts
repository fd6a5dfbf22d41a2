import { createRequire } from 'node:module';
import type { ServerBlueprint } from './blueprint.ts';
import type { Figures } from './figures.ts';

/** The part of net-snmp's agent side that the demo uses; the package brings no types. */
export interface AgentLibrary {
  createAgent(
    options: {
      port: number;
      address: string;
      engineID: string;
      dgramModule: { createSocket(): unknown };
      accessControlModelType: number;
    },
    callback: (error: Error | null) => void,
  ): Agent;
  createMib(): Mib;
  readonly MibProviderType: { readonly Scalar: number; readonly Table: number };
  readonly ObjectType: Readonly<Record<ObjectTypeName, number>>;
  readonly MaxAccess: Readonly<Record<'not-accessible' | 'read-only', number>>;
  readonly AccessControlModelType: { readonly Simple: number };
  readonly SecurityLevel: { readonly authPriv: number };
  readonly AuthProtocols: { readonly sha: string };
  readonly PrivProtocols: { readonly aes: string };
}

export interface Agent {
  getAuthorizer(): {
    addCommunity(community: string): void;
    addUser(user: Readonly<Record<string, unknown>>): void;
  };
  setMib(mib: Mib): void;
  close(): void;
  readonly engine: { engineBoots: number; engineTime: number };
}

export interface Mib {
  registerProvider(definition: Readonly<Record<string, unknown>>): void;
  setScalarValue(name: string, value: ObjectValue): void;
  addTableRow(name: string, row: readonly ObjectValue[]): void;
}

type ObjectTypeName = 'Integer' | 'OctetString' | 'OID' | 'Counter' | 'Gauge' | 'TimeTicks' | 'Counter64';
type ObjectValue = number | string | Buffer;

/** net-snmp is a CommonJS module without types; this is the one place that says what it holds. */
export const snmp = createRequire(import.meta.url)('net-snmp') as AgentLibrary;

interface Scalar {
  readonly oid: string;
  readonly type: ObjectTypeName;
  readonly value: ObjectValue;
}

interface Table {
  /** Of the entry, one below the table. */
  readonly oid: string;
  /** Column numbers and types; the index comes first and is served only where it has a column of its own. */
  readonly index: { readonly column: number; readonly served: boolean };
  readonly columns: readonly (readonly [number: number, type: ObjectTypeName])[];
  /** The index, then a value for each column. */
  readonly rows: readonly (readonly [index: number, ...values: ObjectValue[]])[];
}

const mib2 = '1.3.6.1.2.1';
const ucd = '1.3.6.1.4.1.2021';
const counter32 = 2n ** 32n;

function counter64(value: bigint): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(value);
  return buffer;
}

const wrapped = (value: number): number => Number(BigInt(value) % counter32);

/** Centiseconds; TimeTicks wrap at 2^32 as a real agent's do. */
const ticks = (seconds: number): number => wrapped(Math.max(0, Math.floor(seconds * 100)));

/**
 * Fills a fresh MIB with what snmpd on a Debian server would show: system, HOST-RESOURCES, IF-MIB and UCD-SNMP.
 * @see RFC 3418, RFC 2790, RFC 2863; UCD-SNMP-MIB
 */
export function mibOf(server: ServerBlueprint, figures: Figures): Mib {
  const mib = snmp.createMib();
  for (const [place, { oid, type, value }] of scalarsOf(server, figures).entries()) {
    const name = `scalar${place}`;
    mib.registerProvider({
      name,
      type: snmp.MibProviderType.Scalar,
      oid,
      scalarType: snmp.ObjectType[type],
      maxAccess: snmp.MaxAccess['read-only'],
    });
    mib.setScalarValue(name, value);
  }
  for (const [place, table] of tablesOf(server, figures).entries()) addTable(mib, `table${place}`, table);
  return mib;
}

function addTable(mib: Mib, name: string, { oid, index, columns, rows }: Table): void {
  const column = (number: number, type: ObjectTypeName, access: 'read-only' | 'not-accessible') => ({
    number,
    name: `column${number}`,
    type: snmp.ObjectType[type],
    maxAccess: snmp.MaxAccess[access],
  });
  mib.registerProvider({
    name,
    type: snmp.MibProviderType.Table,
    oid,
    maxAccess: snmp.MaxAccess['not-accessible'],
    tableColumns: [
      column(index.column, 'Integer', index.served ? 'read-only' : 'not-accessible'),
      ...columns.map(([number, type]) => column(number, type, 'read-only')),
    ],
    tableIndex: [{ columnName: `column${index.column}` }],
  });
  for (const row of rows) mib.addTableRow(name, row);
}

function scalarsOf(server: ServerBlueprint, figures: Figures): Scalar[] {
  const { memory, swap, cpuTicks } = figures;
  const integer = (oid: string, value: number): Scalar => ({ oid, type: 'Integer', value });
  const counter = (oid: string, value: number): Scalar => ({ oid, type: 'Counter', value: wrapped(value) });
  const text = (oid: string, value: string): Scalar => ({ oid, type: 'OctetString', value });
  return [
    text(`${mib2}.1.1`, `Linux ${server.id} 6.1.0-42-cloud-amd64 #1 SMP Debian 6.1.159-1 x86_64`),
    { oid: `${mib2}.1.2`, type: 'OID', value: '1.3.6.1.4.1.8072.3.2.10' },
    { oid: `${mib2}.1.3`, type: 'TimeTicks', value: ticks(figures.agentUptimeSeconds) },
    text(`${mib2}.1.4`, 'demo@example.com'),
    text(`${mib2}.1.5`, server.id),
    text(`${mib2}.1.6`, 'demo fleet'),
    integer(`${mib2}.2.1`, figures.interfaces.length),
    { oid: `${mib2}.25.1.1`, type: 'TimeTicks', value: ticks(figures.uptimeSeconds) },
    { oid: `${mib2}.25.1.5`, type: 'Gauge', value: 0 },
    { oid: `${mib2}.25.1.6`, type: 'Gauge', value: figures.processes.length },
    integer(`${mib2}.25.2.2`, memory.totalKiB),
    integer(`${ucd}.4.1`, 0),
    text(`${ucd}.4.2`, 'swap'),
    integer(`${ucd}.4.3`, swap.totalKiB),
    integer(`${ucd}.4.4`, swap.freeKiB),
    integer(`${ucd}.4.5`, memory.totalKiB),
    integer(`${ucd}.4.6`, memory.freeKiB),
    integer(`${ucd}.4.11`, memory.freeKiB + swap.freeKiB),
    integer(`${ucd}.4.12`, 16_000),
    integer(`${ucd}.4.13`, memory.sharedKiB),
    integer(`${ucd}.4.14`, memory.buffersKiB),
    integer(`${ucd}.4.15`, memory.cachedKiB),
    counter(`${ucd}.11.50`, cpuTicks.user),
    counter(`${ucd}.11.51`, 0),
    counter(`${ucd}.11.52`, cpuTicks.system),
    counter(`${ucd}.11.53`, cpuTicks.idle),
    counter(`${ucd}.11.54`, cpuTicks.wait),
    counter(`${ucd}.11.55`, cpuTicks.system),
    counter(`${ucd}.11.56`, 0),
    counter(`${ucd}.11.61`, cpuTicks.softIrq),
    counter(`${ucd}.11.64`, 0),
    integer(`${ucd}.11.67`, server.cores),
  ];
}

function tablesOf(server: ServerBlueprint, figures: Figures): Table[] {
  const load = ['Load-1', 'Load-5', 'Load-15'] as const;
  const firstCore = 196_608;
  return [
    interfaceTable(figures),
    interfaceExtensions(figures),
    storageTable(figures),
    {
      // hrProcessorTable: its index is hrDeviceIndex, a column of another table.
      oid: `${mib2}.25.3.3.1`,
      index: { column: 99, served: false },
      columns: [
        [1, 'OID'],
        [2, 'Integer'],
      ],
      rows: figures.coreShares.map((share, core) => [firstCore + core, '0.0', Math.round(share * 100)]),
    },
    processTable(figures),
    {
      oid: `${mib2}.25.5.1.1`,
      index: { column: 99, served: false },
      columns: [
        [1, 'Integer'],
        [2, 'Integer'],
      ],
      rows: figures.processes.map(({ pid, cpuCentiseconds, residentKiB }) => [
        pid,
        cpuCentiseconds % 2 ** 31,
        residentKiB,
      ]),
    },
    {
      oid: `${ucd}.10.1`,
      index: { column: 1, served: true },
      columns: [
        [2, 'OctetString'],
        [3, 'OctetString'],
        [4, 'OctetString'],
        [5, 'Integer'],
      ],
      rows: figures.load.map((value, place) => [
        place + 1,
        load[place] ?? '',
        value.toFixed(2),
        (server.cores * 2).toFixed(2),
        Math.round(value * 100),
      ]),
    },
  ];
}

function interfaceTable({ interfaces }: Figures): Table {
  return {
    oid: `${mib2}.2.2.1`,
    index: { column: 1, served: true },
    columns: [
      [2, 'OctetString'],
      [3, 'Integer'],
      [4, 'Integer'],
      [5, 'Gauge'],
      [6, 'OctetString'],
      [7, 'Integer'],
      [8, 'Integer'],
      [9, 'TimeTicks'],
      [10, 'Counter'],
      [14, 'Counter'],
      [16, 'Counter'],
      [20, 'Counter'],
    ],
    rows: interfaces.map((one) => [
      one.index,
      one.name,
      one.name === 'lo' ? 24 : 6,
      one.mtu,
      one.bitsPerSecond,
      Buffer.from(one.physicalAddress.replaceAll(':', ''), 'hex'),
      1,
      1,
      0,
      Number(one.inOctets % counter32),
      0,
      Number(one.outOctets % counter32),
      0,
    ]),
  };
}

function interfaceExtensions({ interfaces }: Figures): Table {
  return {
    oid: `${mib2}.31.1.1.1`,
    index: { column: 99, served: false },
    columns: [
      [1, 'OctetString'],
      [6, 'Counter64'],
      [10, 'Counter64'],
      [15, 'Gauge'],
      [18, 'OctetString'],
      [19, 'TimeTicks'],
    ],
    rows: interfaces.map((one) => [
      one.index,
      one.name,
      counter64(one.inOctets),
      counter64(one.outOctets),
      one.bitsPerSecond / 1_000_000,
      '',
      0,
    ]),
  };
}

/** HOST-RESOURCES types of storage. */
const storageTypes = {
  other: `${mib2}.25.2.1.1`,
  memory: `${mib2}.25.2.1.2`,
  virtualMemory: `${mib2}.25.2.1.3`,
  fixedDisk: `${mib2}.25.2.1.4`,
};

function storageTable({ memory, swap, fileSystems }: Figures): Table {
  const { totalKiB, freeKiB, buffersKiB, cachedKiB, sharedKiB } = memory;
  const usedKiB = totalKiB - freeKiB;
  const swapUsedKiB = swap.totalKiB - swap.freeKiB;
  const kib = 1024;
  // Indices and names as net-snmp gives them: memory below 31, file systems from there on.
  const memoryRows: Table['rows'] = [
    [1, storageTypes.memory, 'Physical memory', kib, totalKiB, usedKiB],
    [3, storageTypes.virtualMemory, 'Virtual memory', kib, totalKiB + swap.totalKiB, usedKiB + swapUsedKiB],
    [6, storageTypes.other, 'Memory buffers', kib, totalKiB, buffersKiB],
    [7, storageTypes.other, 'Cached memory', kib, cachedKiB, cachedKiB],
    [8, storageTypes.other, 'Shared memory', kib, sharedKiB, sharedKiB],
    [10, storageTypes.virtualMemory, 'Swap space', kib, swap.totalKiB, swapUsedKiB],
  ];
  const blockKiB = 4;
  return {
    oid: `${mib2}.25.2.3.1`,
    index: { column: 1, served: true },
    columns: [
      [2, 'OID'],
      [3, 'OctetString'],
      [4, 'Integer'],
      [5, 'Integer'],
      [6, 'Integer'],
    ],
    rows: [
      ...memoryRows,
      ...fileSystems.map((one, place): Table['rows'][number] => [
        31 + place,
        storageTypes.fixedDisk,
        one.path,
        blockKiB * kib,
        Math.floor(one.sizeKiB / blockKiB),
        Math.floor(one.usedKiB / blockKiB),
      ]),
    ],
  };
}

function processTable({ processes }: Figures): Table {
  const application = 4;
  const runnable = 2;
  return {
    oid: `${mib2}.25.4.2.1`,
    index: { column: 1, served: true },
    columns: [
      [2, 'OctetString'],
      [3, 'OID'],
      [4, 'OctetString'],
      [5, 'OctetString'],
      [6, 'Integer'],
      [7, 'Integer'],
    ],
    rows: processes.map(({ pid, name, path, parameters }) => [
      pid,
      name,
      '0.0',
      path,
      parameters,
      application,
      runnable,
    ]),
  };
}
