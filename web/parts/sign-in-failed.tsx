import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';
import { PageHead } from './page-head.tsx';
import { SignInLink } from './sign-in-link.tsx';

/** In place of any page for who came back from signing in and has no session all the same. */
export function SignInFailed() {
  const words = useWords(common);
  return (
    <>
      <PageHead title={words.signInFailed.title} lead={words.signInFailed.body} />
      <p>
        <SignInLink />
      </p>
    </>
  );
}
