import { expect, it } from 'vitest';
import { sessionSecondsLeft } from '../../../core/identity/session.ts';

const hour = 3600;
const cases = [
  { role: 'customer', ageHours: 0, leftHours: 720 },
  { role: 'customer', ageHours: 719, leftHours: 1 },
  { role: 'customer', ageHours: 720, leftHours: 0 },
  { role: 'operator', ageHours: 0, leftHours: 12 },
  { role: 'operator', ageHours: 12, leftHours: 0 },
  { role: 'administrator', ageHours: 11, leftHours: 1 },
  { role: 'administrator', ageHours: 100, leftHours: 0 },
] as const;
for (const { role, ageHours, leftHours } of cases) {
  it(`given a session of one who is ${role}, when it is ${ageHours} hours old, then ${leftHours} hours are left`, () => {
    const authTime = 1_795_000_000;
    const left = sessionSecondsLeft(role, { authTime, issuedAt: authTime + ageHours * hour });
    expect(left).toBe(leftHours * hour);
  });
}
