import { PageHead } from '../parts/page-head.tsx';
import { SignInLink } from '../parts/sign-in-link.tsx';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';

/** `/signed-out` */
export function SignedOutPage() {
  const words = useWords(common);
  return (
    <>
      <PageHead title={words.signedOut.title} lead={words.signedOut.body} />
      <p>
        <SignInLink to="/" />
      </p>
    </>
  );
}
