// Started by the crash test: opens the table store in this process and says where it is, until it is killed.
import { join } from 'node:path';
import { readAssembly } from '../../../local/assembly/read-assembly.ts';
import { DynamoDb } from '../../../local/aws/dynamodb.ts';
import { BoundedLog } from '../../../local/functions/bounded-log.ts';

const [directory = '', assemblyDirectory = ''] = process.argv.slice(2);
const assembly = readAssembly(assemblyDirectory);
const store = await DynamoDb.open({
  directory,
  place: assembly.place,
  tables: assembly.resources('AWS::DynamoDB::Table'),
  log: new BoundedLog(join(directory, 'store.log')),
  warn: (message) => console.error(message),
});
console.log(store.port);
process.on('SIGTERM', () => void store.close());
