interface ChipsProps {
  /** What is chosen by them, for who does not see it. */
  readonly label: string;
  readonly choices: readonly { readonly id: string; readonly name: string }[];
  readonly chosen: string;
  readonly choose: (id: string) => void;
}

/** One of a few, all in sight. */
export const Chips = ({ label, choices, chosen, choose }: ChipsProps) => (
  <fieldset class="chips">
    <legend class="visually-hidden">{label}</legend>
    {choices.map(({ id, name }) => (
      <button key={id} type="button" class="chip" aria-pressed={id === chosen} onClick={() => choose(id)}>
        {name}
      </button>
    ))}
  </fieldset>
);
