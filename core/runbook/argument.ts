const placeholder = /\{([^{}]*)\}/g;

/** Names that stand in braces. */
export const placeholdersOf = (argument: string): string[] =>
  [...argument.matchAll(placeholder)].map(([, name = '']) => name);

/** Whether braces stand where no name of a parameter does: an argument can hold no others. */
export const hasLooseBraces = (argument: string): boolean => /[{}]/.test(argument.replace(placeholder, ''));

/**
 * Puts values in the place of their names. What a value holds is never read again.
 *
 * @throws when a name has no value
 */
export const fillIn = (argument: string, values: ReadonlyMap<string, string>): string =>
  argument.replace(placeholder, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`parameter ${name} has no value`);
    return value;
  });
