#!/usr/bin/env node
import { type Command, CommandError } from './command-line.ts';

const usage = `mimamori: watches servers around the clock

  mimamori start            watch from this machine, with pages and a demo
  mimamori plan FILE...     show what an apply would change
  mimamori apply FILE...    make what is watched what the files say
  mimamori simulate FILE... show what would be done in some days, in virtual time
  mimamori check TYPE HOST  carry out one check, and show what it saw
  mimamori secret put REF   put a password or a key into the secret store
  mimamori user add MAIL    let somebody sign in; list, disable or remove people
  mimamori runbook list     see the runbooks of first response; show or test one
  mimamori schema           print the JSON Schema of inventory files

mimamori COMMAND --help says what a command takes; docs/inventory.md has the inventory.
`;

/** Each is loaded only when it is asked for: the AWS clients and the CDK take a second. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => {
    const { start, startUsage } = await import('./commands/start.ts');
    return { usage: startUsage, run: start };
  },
  plan: async () => (await import('./commands/plan.ts')).plan,
  apply: async () => (await import('./commands/apply.ts')).apply,
  simulate: async () => (await import('./commands/simulate.ts')).simulate,
  check: async () => (await import('./commands/check.ts')).check,
  secret: async () => (await import('./commands/secret.ts')).secret,
  user: async () => (await import('./commands/user.ts')).user,
  runbook: async () => (await import('./commands/runbook.ts')).runbook,
  schema: async () => (await import('./commands/schema.ts')).schema,
};

const isHelp = (word: string): boolean => word === '--help' || word === '-h';

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || isHelp(name) || name === 'help') {
    (name === undefined ? process.stderr : process.stdout).write(usage);
    return name === undefined ? 2 : 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    const known = Object.keys(commands).join(', ');
    throw new CommandError(`${JSON.stringify(name)} is not a command; known commands are ${known}`, 2);
  }
  const command = await load();
  if (args.some(isHelp)) {
    process.stdout.write(command.usageOf?.(args) ?? command.usage);
    return 0;
  }
  return command.run(args);
}

// Whoever read what we say may go (`| head`, a terminal that is closed): that ends no watching.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// As many names are looked up at once: a customer's slow DNS server must not hold up the others. The template gives its
// functions the same; on one machine they share the pool of this process, whose size counts at its first use.
process.env.UV_THREADPOOL_SIZE ??= '64';

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isPlain = error instanceof CommandError;
  console.error(isPlain ? error.message : error);
  process.exitCode = isPlain ? error.exitCode : 1;
}
