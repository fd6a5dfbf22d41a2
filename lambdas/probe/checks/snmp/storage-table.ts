import type { SnmpSession } from '../../../../platform/snmp/snmp-session.ts';
import { textOf, unsigned32Of } from '../../../../platform/snmp/snmp-value.ts';

/** A row of the agent's storage table: a file system, the memory, the swap space. */
export interface StorageRow {
  readonly type: 'fixed-disk' | 'ram' | 'virtual-memory' | 'other';
  readonly name: string;
  readonly totalBytes: number;
  readonly usedBytes: number;
}

/** HOST-RESOURCES-MIB hrStorageTable: type, description, allocation units, size, used. */
const columns = [2, 3, 4, 5, 6].map((column) => `1.3.6.1.2.1.25.2.3.1.${column}`);
const types: Readonly<Record<string, StorageRow['type']>> = {
  '1.3.6.1.2.1.25.2.1.2': 'ram',
  '1.3.6.1.2.1.25.2.1.3': 'virtual-memory',
  '1.3.6.1.2.1.25.2.1.4': 'fixed-disk',
};
const maxRows = 1024;

/**
 * Reads the agent's storage table. Sizes are counted in units of the row, both as unsigned 32 bits: agents fill
 * the signed type of the MIB to the brim for file systems above 8 TiB.
 *
 * @see RFC 2790, hrStorageTable
 */
export async function readStorage(session: SnmpSession): Promise<StorageRow[]> {
  const rows = await session.columns(columns, { maxRows });
  return [...rows.values()].flatMap(([type, description, units, size, used]) => {
    const name = textOf(description, 100);
    const unitBytes = unsigned32Of(units);
    const total = unsigned32Of(size);
    const taken = unsigned32Of(used);
    if (name === undefined || !unitBytes || !total || taken === undefined) return [];
    return [
      {
        type: types[textOf(type) ?? ''] ?? 'other',
        name,
        totalBytes: total * unitBytes,
        usedBytes: taken * unitBytes,
      },
    ];
  });
}
