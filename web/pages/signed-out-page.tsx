import { PageHead } from '../parts/page-head.tsx';
import { signInAddress } from '../session.ts';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';

/** `/signed-out` */
export function SignedOutPage() {
  const words = useWords(common);
  return (
    <>
      <PageHead title={words.signedOut.title} lead={words.signedOut.body} />
      <p>
        <a class="button" href={signInAddress('/')}>
          {words.you.signIn}
        </a>
      </p>
    </>
  );
}
