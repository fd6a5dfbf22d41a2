import { AuditList } from '../parts/audit-list.tsx';
import { audit } from '../resources.ts';
import { administrationWords } from '../words/administration-words.ts';
import { useWords } from '../words/words.ts';

/** `/audit`: every change in the account. */
export function AuditPage() {
  const { audit: words } = useWords(administrationWords);
  return <AuditList title={words.title} audit={audit} />;
}
