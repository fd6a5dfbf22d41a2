import type { z } from 'zod';
import { auditEntry } from '../audit/audit-entry.ts';

export const auditView = auditEntry.meta({ id: 'AuditEntry' });
export type AuditView = z.output<typeof auditView>;
