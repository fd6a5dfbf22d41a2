import type { IncomingHttpHeaders } from 'node:http';

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?$/i;

/** Whether a request names this machine by a loopback name: one that came by DNS rebinding names another. */
export const namesLoopback = ({ host }: IncomingHttpHeaders): boolean =>
  host !== undefined && loopbackHost.test(host);

/** Whether an Origin header is one of this machine's own pages. */
export const isLoopbackOrigin = (origin: string): boolean =>
  loopbackHost.test(origin.replace(/^https?:\/\//, ''));
