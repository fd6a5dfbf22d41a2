import { signInAddress } from '../session.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';
import { PageHead } from './page-head.tsx';

/** In place of any page for who came back from signing in and has no session all the same. */
export function SignInFailed() {
  const words = useWords(common);
  return (
    <>
      <PageHead title={words.signInFailed.title} lead={words.signInFailed.body} />
      <p>
        <a class="button" href={signInAddress()}>
          {words.you.signIn}
        </a>
      </p>
    </>
  );
}
