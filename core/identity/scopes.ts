import type { Principal, Role, TokenScope } from './principal.ts';

const customers: readonly TokenScope[] = ['read', 'maintenance', 'monitors', 'contacts'];
const operators: readonly TokenScope[] = [...customers, 'announcements', 'incidents'];

/** All that somebody of this role may do. */
export const scopesOf = (role: Role): readonly TokenScope[] =>
  role === 'customer' ? customers : role === 'operator' ? operators : [...operators, 'users'];

export const isOperator = ({ role }: Pick<Principal, 'role'>): boolean => role !== 'customer';
