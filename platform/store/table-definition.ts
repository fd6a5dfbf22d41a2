/**
 * The one table: names that the template, the one-machine runtime and the stores share.
 * Every key is a string; every index projects all attributes.
 */
export const tableDefinition = {
  name: 'mimamori',
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Epoch seconds after which an item may vanish. */
  timeToLive: 'expires',
  indexes: {
    /** The schedule: one partition for each slot of monitors that are due together. */
    due: { name: 'due', partitionKey: 'gsi1pk', sortKey: 'gsi1sk' },
    /**
     * Lists over all accounts, most of them sparse: open incidents, mails that wait or failed, runbooks that wait for
     * review, monitors that could not be checked, calls by day, announcements. What is done leaves it.
     */
    list: { name: 'list', partitionKey: 'gsi2pk', sortKey: 'gsi2sk' },
    /** Lists of one account: incidents, monitors that are not simply well, maintenance, users, tokens. */
    account: { name: 'account', partitionKey: 'gsi3pk', sortKey: 'gsi3sk' },
  },
} as const;
