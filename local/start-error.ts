/** The runtime cannot start. The message is for the one who started it: what, where, and the mend. */
export class StartError extends Error {}
