import { markSignIn, signInAddress } from '../session.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';

interface SignInLinkProps {
  /** Where to come back to; here without. */
  readonly to?: string;
  readonly class?: string;
}

/** The way to signing in and back. */
export function SignInLink({ to, class: look = 'button' }: SignInLinkProps) {
  const words = useWords(common);
  return (
    <a class={look} href={signInAddress(to)} onClick={markSignIn}>
      {words.you.signIn}
    </a>
  );
}
