import { TokenList } from '../parts/token-list.tsx';
import { usePortal } from '../portal.ts';
import { operatorToken, operatorTokens } from '../resources.ts';
import { administrationWords } from '../words/administration-words.ts';
import { useWords } from '../words/words.ts';

/** `/operator/tokens`: tokens of the MSP, for its own programs. */
export function OperatorTokensPage() {
  const { tokens: words } = useWords(administrationWords);
  const { me } = usePortal();
  return (
    <TokenList
      title={words.title}
      lead={words.lead}
      tokens={operatorTokens}
      token={operatorToken}
      scopes={me.scopes}
    />
  );
}
