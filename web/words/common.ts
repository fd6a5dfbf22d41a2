import { en } from './en.ts';
import type { InBoth } from './in-both.ts';
import { ja } from './ja.ts';

/** The words that every page may need. What one subject needs alone stands in `<subject>-words.ts`, beside these. */
export const common: InBoth<typeof en> = { ja, en };
