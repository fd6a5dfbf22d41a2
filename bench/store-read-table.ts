// The table store of bench/store-read.ts, in a process of its own: its CPU must not count as the reader's.
import { startTableOnDynalite } from '../test/platform/store/table-on-dynalite.ts';

const { endpoint, createTable } = await startTableOnDynalite();
await createTable('mimamori');
process.on('disconnect', () => process.exit());
process.send?.(endpoint);
