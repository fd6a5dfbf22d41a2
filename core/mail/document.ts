import type { Language } from '../text.ts';

/** What a mail is about at first sight; the colour of its headline. */
export type Tone = 'problem' | 'warning' | 'recovery' | 'notice';

export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Said less loudly behind the value. */
  readonly detail?: string;
}

/** A picture that travels within the mail. */
export interface MailPicture {
  /** Its Content-ID without angle brackets. */
  readonly cid: string;
  readonly alt: string;
  /** As it is shown, in pixels of the page. */
  readonly width: number;
  readonly height: number;
}

/** One part of a mail. Texts are harmless single lines already; the renderers only lay out and escape. */
export type Block =
  | { readonly kind: 'headline'; readonly tone: Tone; readonly label: string; readonly text: string }
  | { readonly kind: 'address'; readonly lines: readonly string[] }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | {
      readonly kind: 'item';
      readonly tone: Tone;
      readonly title: string;
      readonly badge: string;
      readonly facts: readonly Fact[];
    }
  | {
      readonly kind: 'output';
      readonly title: string;
      readonly command: string;
      readonly lines: readonly string[];
      readonly note?: string;
    }
  /** Of the HTML alone; the text says what it shows in words of its own. */
  | { readonly kind: 'picture'; readonly picture: MailPicture }
  | { readonly kind: 'link'; readonly text: string; readonly url: string }
  /** What the reader may do, each by its own page. */
  | { readonly kind: 'actions'; readonly links: readonly { readonly text: string; readonly url: string }[] }
  | { readonly kind: 'footer'; readonly lines: readonly string[] };

/** A mail before it is laid out: the plain text and the HTML say the same, as both come from it. */
export interface MailDocument {
  readonly language: Language;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A mail as it enters the outbox, but for its address. */
export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Record<string, string>;
}
