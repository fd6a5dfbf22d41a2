import { z } from 'zod';
import { role } from '../../core/identity/principal.ts';
import { userPoolName } from '../../platform/directory/user-pool-name.ts';
import type { LocalUser, LocalUsers } from '../oidc/local-users.ts';
import { isGoodPassword } from '../oidc/password-policy.ts';
import { AwsError } from './exchange.ts';

export interface CognitoOptions {
  readonly users: LocalUsers;
  /** Of the template's user pool; undefined where it has none. */
  readonly poolId: string | undefined;
}

const attribute = z.object({ Name: z.string().min(1).max(32), Value: z.string().max(2048).default('') });
const pool = z.object({ UserPoolId: z.string().min(1).max(55) });
const user = pool.extend({ Username: z.string().min(1).max(128) });
/** Read by the provider itself, with an answer of its own for one that is none. */
const password = z.string().max(256);

/** The Cognito operations that functions, the command line and the AWS CLI need, on the people of one machine. */
export function createCognito({ users, poolId }: CognitoOptions) {
  const inPool = <T extends { UserPoolId: string }>(given: T): T => {
    if (given.UserPoolId === poolId) return given;
    throw new AwsError('ResourceNotFoundException', `User pool ${given.UserPoolId} does not exist.`);
  };
  const find = (input: unknown): LocalUser => {
    const found = users.find(inPool(user.parse(input)).Username);
    if (found !== undefined) return found;
    throw new AwsError('UserNotFoundException', 'User does not exist.');
  };
  const acceptable = (given: string, mail: string): string => {
    if (isGoodPassword(given, mail)) return given;
    throw new AwsError('InvalidPasswordException', 'Password does not conform to policy.');
  };
  const change = (to: (one: LocalUser) => LocalUser) => (input: unknown) => {
    users.save(to(find(input)));
    return {};
  };

  const operations: Readonly<Record<string, (input: unknown) => unknown>> = {
    ListUserPools: () => ({ UserPools: poolId === undefined ? [] : [{ Id: poolId, Name: userPoolName }] }),
    async AdminCreateUser(input) {
      const given = inPool(
        user
          .extend({
            TemporaryPassword: password.optional(),
            MessageAction: z.literal('SUPPRESS', 'on one machine no invitation is mailed; give SUPPRESS'),
            UserAttributes: z.array(attribute).max(50).default([]),
          })
          .parse(input),
      );
      const attributes = Object.fromEntries(given.UserAttributes.map(({ Name, Value }) => [Name, Value]));
      const { email = given.Username, sub: _own, ...others } = attributes;
      if (!z.email().max(254).safeParse(email).success) {
        throw new AwsError('InvalidParameterException', 'Username should be an email.');
      }
      const first = given.TemporaryPassword && acceptable(given.TemporaryPassword, email);
      const made = users.create(email, others);
      if (made === undefined) {
        throw new AwsError('UsernameExistsException', 'User account already exists');
      }
      if (first !== undefined) await users.setPassword(made.username, first, true);
      return { User: { ...describe(users.find(made.username) ?? made), Attributes: attributesOf(made) } };
    },
    AdminGetUser(input) {
      const found = find(input);
      return { ...describe(found), UserAttributes: attributesOf(found) };
    },
    AdminAddUserToGroup(input) {
      const group = role.safeParse(z.object({ GroupName: z.string() }).parse(input).GroupName);
      if (!group.success) throw new AwsError('ResourceNotFoundException', 'Group not found.');
      return change((one) => ({ ...one, groups: [...new Set([...one.groups, group.data])] }))(input);
    },
    AdminRemoveUserFromGroup(input) {
      const { GroupName } = z.object({ GroupName: z.string() }).parse(input);
      return change((one) => ({ ...one, groups: one.groups.filter((group) => group !== GroupName) }))(input);
    },
    AdminListGroupsForUser: (input) => ({
      Groups: find(input).groups.map((GroupName) => ({ GroupName, UserPoolId: poolId })),
    }),
    AdminDisableUser: change((one) => ({ ...one, isEnabled: false })),
    AdminEnableUser: change((one) => ({ ...one, isEnabled: true })),
    AdminDeleteUser(input) {
      users.remove(find(input).username);
      return {};
    },
    AdminUserGlobalSignOut(input) {
      users.signOut(find(input).username);
      return {};
    },
    async AdminSetUserPassword(input) {
      const found = find(input);
      const { Password, Permanent } = z
        .object({ Password: password, Permanent: z.boolean().default(false) })
        .parse(input);
      await users.setPassword(found.username, acceptable(Password, found.mail), !Permanent);
      return {};
    },
    ListUsers(input) {
      const { Limit, PaginationToken } = inPool(
        pool
          .extend({
            Limit: z.int().min(0).max(60).default(60),
            PaginationToken: z.string().max(300).optional(),
            Filter: z.literal('', 'filters are not simulated on one machine; leave it out').optional(),
          })
          .parse(input),
      );
      const listed = users
        .all()
        .filter(({ mail }) => PaginationToken === undefined || mail > PaginationToken);
      const page = listed.slice(0, Limit === 0 ? 60 : Limit);
      return {
        Users: page.map((one) => ({ ...describe(one), Attributes: attributesOf(one) })),
        PaginationToken: listed.length > page.length ? page.at(-1)?.mail : undefined,
      };
    },
  };

  /** @throws AwsError */
  return async (operation: string, input: unknown): Promise<unknown> => {
    const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (run === undefined) {
      const known = Object.keys(operations).join(', ');
      throw new AwsError(
        'UnknownOperationException',
        `cognito-idp ${operation} is not simulated on one machine; known are ${known}`,
      );
    }
    try {
      return await run(input);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      // Zod's own messages quote no values: a password is among them.
      throw new AwsError('InvalidParameterException', z.prettifyError(error));
    }
  };
}

const describe = (one: LocalUser) => ({
  Username: one.username,
  Enabled: one.isEnabled,
  UserStatus: one.mustChangePassword ? 'FORCE_CHANGE_PASSWORD' : 'CONFIRMED',
  UserCreateDate: one.createdMs / 1000,
  UserLastModifiedDate: one.changedMs / 1000,
});

const attributesOf = ({ username, mail, attributes }: LocalUser) => [
  { Name: 'sub', Value: username },
  { Name: 'email', Value: mail },
  ...Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
];
