import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  type AttributeType,
  type CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { type KnownPerson, PasswordRefused, type UserDirectory } from './user-directory.ts';
import { userPoolName } from './user-pool-name.ts';

/**
 * The user pool in the cloud. People sign in by their mail address, so that the pool's user name is the subject.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/
 */
export function createCognitoDirectory(client: CognitoIdentityProviderClient, poolId: string): UserDirectory {
  const of = (subject: string) => ({ UserPoolId: poolId, Username: subject });

  const setPassword = (subject: string, Password: string, mustChangePassword: boolean) =>
    refusing(() =>
      client.send(
        new AdminSetUserPasswordCommand({ ...of(subject), Password, Permanent: !mustChangePassword }),
      ),
    );

  return {
    async create({ mail, name, role, language, password, mustChangePassword }) {
      let attributes: readonly AttributeType[];
      try {
        const { User } = await refusing(() =>
          client.send(
            new AdminCreateUserCommand({
              ...of(mail),
              TemporaryPassword: password,
              MessageAction: 'SUPPRESS',
              UserAttributes: [
                { Name: 'email', Value: mail },
                { Name: 'email_verified', Value: 'true' },
                { Name: 'name', Value: name },
                { Name: 'locale', Value: language },
              ],
            }),
          ),
        );
        attributes = User?.Attributes ?? [];
      } catch (error) {
        if (isNamed(error, 'UsernameExistsException')) return undefined;
        throw error;
      }
      const subject = attributeOf(attributes, 'sub');
      if (subject === undefined) throw new Error('the user pool made a person without a subject');
      try {
        await client.send(new AdminAddUserToGroupCommand({ ...of(subject), GroupName: role }));
        if (!mustChangePassword) await setPassword(subject, password, false);
      } catch (error) {
        // Else the address would be taken by somebody who may nothing.
        await client.send(new AdminDeleteUserCommand(of(subject)));
        throw error;
      }
      return subject;
    },

    async find(mail): Promise<KnownPerson | undefined> {
      return unlessUnknown(undefined, async () => {
        const { UserAttributes = [], Enabled } = await client.send(new AdminGetUserCommand(of(mail)));
        const subject = attributeOf(UserAttributes, 'sub');
        if (subject === undefined) return undefined;
        return { subject, mail: attributeOf(UserAttributes, 'email') ?? mail, isEnabled: Enabled !== false };
      });
    },

    disable: (subject) =>
      unlessUnknown(false, async () => {
        await client.send(new AdminDisableUserCommand(of(subject)));
        await client.send(new AdminUserGlobalSignOutCommand(of(subject)));
        return true;
      }),
    enable: (subject) =>
      unlessUnknown(false, async () => {
        await client.send(new AdminEnableUserCommand(of(subject)));
        return true;
      }),
    remove: (subject) =>
      unlessUnknown(false, async () => {
        await client.send(new AdminDeleteUserCommand(of(subject)));
        return true;
      }),
    setPassword: (subject, password, mustChangePassword) =>
      unlessUnknown(false, async () => {
        await setPassword(subject, password, mustChangePassword);
        await client.send(new AdminUserGlobalSignOutCommand(of(subject)));
        return true;
      }),
  };
}

/** The pool that a deployment made. @returns undefined when there is none of its name, or several */
export async function findUserPool(client: CognitoIdentityProviderClient): Promise<string | undefined> {
  const found: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new ListUserPoolsCommand({ MaxResults: 60, NextToken: token }));
    for (const { Id, Name } of page.UserPools ?? [])
      if (Name === userPoolName && Id !== undefined) found.push(Id);
    token = page.NextToken;
  } while (token !== undefined && found.length < 2);
  return found.length === 1 ? found[0] : undefined;
}

const attributeOf = (attributes: readonly AttributeType[], name: string): string | undefined =>
  attributes.find(({ Name }) => Name === name)?.Value;

const isNamed = (error: unknown, name: string): error is Error =>
  error instanceof Error && error.name === name;

async function unlessUnknown<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isNamed(error, 'UserNotFoundException')) return otherwise;
    throw error;
  }
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isNamed(error, 'InvalidPasswordException')) throw error;
    throw new PasswordRefused(
      'the user pool refused the password; take 12 characters or more: small and capital letters, digits and a sign',
      { cause: error },
    );
  }
}
