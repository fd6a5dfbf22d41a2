import { useEffect, useState } from 'preact/hooks';
import { common } from '../words/common.ts';
import { useWords } from '../words/words.ts';
import { announce } from './announcer.tsx';

interface CopyButtonProps {
  readonly text: string;
  /** What the button says; `Copy` without. */
  readonly label?: string;
}

/** Copies a text, and says so. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const words = useWords(common);
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 3000);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      announce(words.act.copied);
    } catch {
      // The browser may forbid it; the text stands beside the button.
      announce(words.act.notCopied);
    }
  };
  return (
    <button type="button" class="button button-plain button-small" onClick={() => void copy()}>
      {isCopied ? words.act.copied : (label ?? words.act.copy)}
    </button>
  );
}
