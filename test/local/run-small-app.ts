// The runtime with the small app as a process of its own, to be killed.
import { cpSync } from 'node:fs';
import { startRuntime } from '../../local/runtime.ts';

const [dataDirectory = '', assembly = ''] = process.argv.slice(2);
const { port, awsPort } = await startRuntime({
  assemble: async (directory) => cpSync(assembly, directory, { recursive: true }),
  dataDirectory,
  port: 0,
  awsPort: 0,
  speed: 600,
  watch: { kind: 'stored' },
  say: () => undefined,
});
console.log(`${port} ${awsPort}`);
