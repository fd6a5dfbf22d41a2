import { TokenList } from '../parts/token-list.tsx';
import { usePortal } from '../portal.ts';
import { token, tokens } from '../resources.ts';
import { accountTokenWords } from '../words/account-token-words.ts';
import { useWords } from '../words/words.ts';

/** `/tokens`: tokens of the account, for the customer's own programs. */
export function TokensPage() {
  const words = useWords(accountTokenWords);
  const { me } = usePortal();
  return <TokenList title={words.title} lead={words.lead} tokens={tokens} token={token} scopes={me.scopes} />;
}
