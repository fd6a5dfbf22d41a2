import { html as tagged } from 'hono/html';

/** A piece of a page. What is put into it is escaped, unless it is such a piece itself. */
export type Html = ReturnType<typeof tagged>;

export { html } from 'hono/html';

/** For where a page says nothing. */
export const nothing: Html = tagged``;
