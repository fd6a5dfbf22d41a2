import type { Text } from '../../../../core/text.ts';

/** What a peer did that ends the talk; the text is a clause that follows its name. */
export class PeerFault extends Error {
  override readonly name = 'PeerFault';
  readonly text: Text;
  constructor(text: Text) {
    super(text.en);
    this.text = text;
  }
}
