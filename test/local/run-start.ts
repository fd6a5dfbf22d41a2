// The start command as a process of its own, as `npm start` runs it.
import { start } from '../../bin/commands/start.ts';

process.exitCode = await start(process.argv.slice(2));
