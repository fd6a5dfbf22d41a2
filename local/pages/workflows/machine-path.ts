/** The page of a machine. An execution's path has a colon where this one has none. */
export const machinePath = (machine: string): string => `/workflows/machine/${encodeURIComponent(machine)}`;
