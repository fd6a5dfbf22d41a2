/** The name that the template gives the pool. */
export const userPoolName = 'mimamori';
