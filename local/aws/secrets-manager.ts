import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Place, secretArn } from '../assembly/physical-names.ts';
import type { Clock } from '../clock.ts';
import { AwsError } from './exchange.ts';
import type { Secret, SecretVault, SecretVersion } from './secret-vault.ts';

export interface SecretsManagerOptions {
  readonly vault: SecretVault;
  readonly clock: Clock;
  readonly place: Place;
}

/** The service's limit for one secret value. */
const largestValueBytes = 65_536;
/** As the service: versions without a stage are kept up to this number. */
const keptVersions = 100;

const name = z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/, 'give a name of letters, digits and /_+=.@-');
const secretId = z.object({ SecretId: z.string().min(1).max(2048) });
const value = z.object({
  SecretString: z.string().optional(),
  SecretBinary: z.string().optional(),
  ClientRequestToken: z.string().min(1).max(64).optional(),
});

/** The Secrets Manager operations that functions, the command line and the AWS CLI need, on the vault. */
export function createSecretsManager({ vault, clock, place }: SecretsManagerOptions) {
  const arnOf = (of: Secret): string => secretArn(of.name, place);

  const find = (id: string): Secret => {
    const given = id.startsWith('arn:') ? vault.all().find((one) => arnOf(one) === id) : vault.find(id);
    if (given !== undefined) return given;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  };

  const findLive = (id: string): Secret => {
    const found = find(id);
    if (found.deletedMs === undefined) return found;
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  };

  const put = (into: Secret, given: z.output<typeof value>): SecretVersion => {
    const id = given.ClientRequestToken ?? randomUUID();
    const { SecretString: text, SecretBinary: binary } = given;
    if ((text === undefined) === (binary === undefined)) {
      throw new AwsError('InvalidParameterException', 'Give SecretString or SecretBinary, and not both.');
    }
    if (Buffer.byteLength(text ?? binary ?? '') > largestValueBytes) {
      throw new AwsError(
        'InvalidParameterException',
        `A secret value has at most ${largestValueBytes} bytes.`,
      );
    }
    const before = into.versions.find((one) => one.id === id);
    if (before !== undefined) {
      if (before.text === text && before.binary === binary) return before;
      throw new AwsError('ResourceExistsException', `The version ${id} of this secret already exists.`);
    }
    const at = clock.now();
    const version: SecretVersion = { id, stages: ['AWSCURRENT'], createdMs: at, text, binary };
    const earlier = into.versions
      .map((one) => ({ ...one, stages: one.stages.includes('AWSCURRENT') ? ['AWSPREVIOUS'] : [] }))
      .slice(-(keptVersions - 1));
    vault.save({ ...into, changedMs: at, versions: [...earlier, version] });
    return version;
  };

  const describe = (of: Secret) => ({
    ARN: arnOf(of),
    Name: of.name,
    Description: of.description,
    CreatedDate: of.createdMs / 1000,
    LastChangedDate: of.changedMs / 1000,
    DeletedDate: of.deletedMs === undefined ? undefined : of.deletedMs / 1000,
  });
  const stagesOf = (of: Secret) =>
    Object.fromEntries(of.versions.filter((one) => one.stages.length > 0).map((one) => [one.id, one.stages]));

  const operations: Readonly<Record<string, (input: unknown) => unknown>> = {
    GetSecretValue(input) {
      const wanted = secretId
        .extend({ VersionId: z.string().optional(), VersionStage: z.string().optional() })
        .parse(input);
      const found = findLive(wanted.SecretId);
      const stage = wanted.VersionStage ?? (wanted.VersionId === undefined ? 'AWSCURRENT' : undefined);
      const version = found.versions.find(
        (one) =>
          (wanted.VersionId === undefined || one.id === wanted.VersionId) &&
          (stage === undefined || one.stages.includes(stage)),
      );
      if (version === undefined) {
        const message = `Secrets Manager can't find the specified secret value for staging label: ${stage ?? 'none'}`;
        throw new AwsError('ResourceNotFoundException', message);
      }
      return {
        ARN: arnOf(found),
        Name: found.name,
        VersionId: version.id,
        VersionStages: version.stages,
        CreatedDate: version.createdMs / 1000,
        SecretString: version.text,
        SecretBinary: version.binary,
      };
    },
    PutSecretValue(input) {
      const given = secretId.extend(value.shape).parse(input);
      const found = findLive(given.SecretId);
      const version = put(found, given);
      return { ARN: arnOf(found), Name: found.name, VersionId: version.id, VersionStages: version.stages };
    },
    CreateSecret(input) {
      const given = z
        .object({ Name: name, Description: z.string().max(2048).optional() })
        .extend(value.shape)
        .parse(input);
      const before = vault.find(given.Name);
      if (before?.deletedMs !== undefined) {
        throw new AwsError(
          'InvalidRequestException',
          "You can't create this secret because a secret with this name is already scheduled for deletion.",
        );
      }
      if (before !== undefined) {
        throw new AwsError(
          'ResourceExistsException',
          `The operation failed because the secret ${given.Name} already exists.`,
        );
      }
      const at = clock.now();
      const made: Secret = {
        name: given.Name,
        description: given.Description,
        createdMs: at,
        changedMs: at,
        versions: [],
      };
      const isEmpty = given.SecretString === undefined && given.SecretBinary === undefined;
      if (isEmpty) vault.save(made);
      return { ARN: arnOf(made), Name: made.name, VersionId: isEmpty ? undefined : put(made, given).id };
    },
    DescribeSecret(input) {
      const found = find(secretId.parse(input).SecretId);
      return { ...describe(found), VersionIdsToStages: stagesOf(found) };
    },
    ListSecrets(input) {
      const { MaxResults, NextToken, IncludePlannedDeletion } = z
        .object({
          MaxResults: z.int().min(1).max(100).default(100),
          NextToken: z.string().optional(),
          IncludePlannedDeletion: z.boolean().default(false),
        })
        .parse(input);
      const listed = vault
        .all()
        .filter((one) => IncludePlannedDeletion || one.deletedMs === undefined)
        .filter((one) => NextToken === undefined || one.name > NextToken)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const page = listed.slice(0, MaxResults);
      return {
        SecretList: page.map((one) => ({ ...describe(one), SecretVersionsToStages: stagesOf(one) })),
        NextToken: listed.length > page.length ? page.at(-1)?.name : undefined,
      };
    },
    DeleteSecret(input) {
      const { SecretId, ForceDeleteWithoutRecovery } = secretId
        .extend({ ForceDeleteWithoutRecovery: z.boolean().default(false) })
        .parse(input);
      const found = find(SecretId);
      const deletedMs = clock.now();
      if (ForceDeleteWithoutRecovery) vault.remove(found.name);
      else vault.save({ ...found, deletedMs });
      return { ARN: arnOf(found), Name: found.name, DeletionDate: deletedMs / 1000 };
    },
    RestoreSecret(input) {
      const { deletedMs: _marked, ...found } = find(secretId.parse(input).SecretId);
      vault.save(found);
      return { ARN: arnOf(found), Name: found.name };
    },
  };

  /** @throws AwsError */
  return (operation: string, input: unknown): unknown => {
    const run = operations[operation];
    if (run === undefined) {
      const known = Object.keys(operations).join(', ');
      throw new AwsError(
        'UnknownOperationException',
        `secretsmanager ${operation} is not simulated on one machine; known are ${known}`,
      );
    }
    try {
      return run(input);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      // Zod's own messages quote no values, and a secret value has no pattern that could be quoted.
      throw new AwsError('InvalidParameterException', z.prettifyError(error));
    }
  };
}
