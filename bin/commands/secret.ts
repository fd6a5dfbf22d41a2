import { secretRef } from '../../core/ids.ts';
import { createSecretsManagerStore } from '../../platform/secrets/secrets-manager.ts';
import { explainTargetError, readTarget, targetOptions, withLocalPort } from '../aws-target.ts';
import { type Command, CommandError, readArguments } from '../command-line.ts';
import { readSecretValue } from '../secret-value.ts';

const usage = `mimamori secret put REF: put a secret into the store under its name

REF is <account>/<field>, as the inventory names it: acme/web-1-ssh-key. The value comes from standard input:
  mimamori secret put acme/web-1-ssh-key < id_ed25519
At a terminal it is asked for and not shown. A line break at the end of a single line is not part of it.

  --local [PORT]   one machine, at the port of its AWS protocols (4566), in place of the cloud
  --region REGION  the region, in place of the one that AWS_REGION or the profile gives
  --prefix PREFIX  what the names of secrets begin with (mimamori/)
`;

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(
    'secret',
    withLocalPort(args),
    {
      local: targetOptions.local,
      region: targetOptions.region,
      prefix: { type: 'string', default: 'mimamori/' },
    },
    { name: 'put REF', atLeast: 2, atMost: Number.POSITIVE_INFINITY },
  );
  const [deed, given, ...rest] = positionals;
  // A value on the command line would be seen in the list of processes and in the shell's history.
  if (rest.length > 0) {
    throw new CommandError(
      'secret: the value does not belong on the command line; give it by standard input, and use another one if this was real',
      2,
    );
  }
  if (deed !== 'put') throw new CommandError('secret: only put is known; write mimamori secret put REF', 2);
  const ref = secretRef.safeParse(given);
  if (!ref.success) {
    throw new CommandError(
      'secret: the name is not <account>/<field>; write one like acme/web-1-ssh-key, in lower-case letters before the slash',
      2,
    );
  }
  const target = readTarget({ ...values, table: targetOptions.table.default });
  const value = await readSecretValue(ref.data);
  const store = createSecretsManagerStore({ client: target.secrets(), prefix: values.prefix });
  try {
    await store.putSecretField(ref.data, value);
  } catch (error) {
    // The store's own errors are plain already, and have lost on purpose whatever could hold a value.
    if (!(error instanceof Error)) throw error;
    throw explainTargetError(error, target) ?? new CommandError(`${error.message} (${target.name})`);
  }
  console.log(`Secret ${ref.data} is in the store.`);
  return 0;
}

export const secret: Command = { usage, run };
