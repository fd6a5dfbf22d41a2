import { AuditList } from '../parts/audit-list.tsx';
import { operatorAudit } from '../resources.ts';
import { administrationWords } from '../words/administration-words.ts';
import { useWords } from '../words/words.ts';

/** `/operator/audit`: every change that anybody made. */
export function OperatorAuditPage() {
  const { audit: words } = useWords(administrationWords);
  return <AuditList title={words.titleAll} audit={operatorAudit} isAccountNamed />;
}
