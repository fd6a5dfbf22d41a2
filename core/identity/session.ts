import type { Role } from './principal.ts';

const hour = 60 * 60;

/** How long a person stays signed in without giving the password again, in seconds. */
export const sessionSeconds: Readonly<Record<Role, number>> = {
  customer: 30 * 24 * hour,
  operator: 12 * hour,
  administrator: 12 * hour,
};

/** Times that the issuer wrote into a token, in seconds since 1970. */
export interface SessionTimes {
  /** When the person gave the password. */
  readonly authTime: number;
  /** When the token was made: the issuer's own now. */
  readonly issuedAt: number;
}

/** How long the session may go on; 0 when it is over. Both times are the issuer's, so no other clock matters. */
export const sessionSecondsLeft = (role: Role, { authTime, issuedAt }: SessionTimes): number =>
  Math.max(0, authTime + sessionSeconds[role] - issuedAt);
