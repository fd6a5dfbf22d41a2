/** The words of a subject in both languages, the same ones in each. */
export interface InBoth<W> {
  readonly ja: W;
  readonly en: W;
}
