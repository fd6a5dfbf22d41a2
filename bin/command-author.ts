import { userInfo } from 'node:os';
import type { AuditEntry } from '../core/audit/audit-entry.ts';

/** Who changes something by a command, as the trail names them: the user of the machine. */
export function commandAuthor(command: string): AuditEntry['who'] {
  const { username } = userInfo();
  return {
    kind: 'command',
    id: username.slice(0, 128),
    name: `${username} (mimamori ${command})`.slice(0, 120),
    role: 'administrator',
  };
}
