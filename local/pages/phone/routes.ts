import type { Context, Hono } from 'hono';
import type { DeskCall } from '../../connect/call-book.ts';
import { CallConflict, UnknownCall } from '../../connect/desk-phone.ts';
import type { Html } from '../html.ts';
import type { Page } from '../layout.ts';
import { isOwnRequest } from '../same-origin.ts';
import type { View } from '../view.ts';
import { phonePage, phonePart } from './phone-page.ts';
import type { PhoneSource } from './phone-source.ts';

type App = { Variables: { view: View } };

export interface PhoneRouteTools {
  readonly show: (context: Context<App>, page: Page) => Response | Promise<Response>;
  readonly showPart: (context: Context<App>, part: Html) => Response | Promise<Response>;
  readonly refuse: (context: Context<App>) => Response | Promise<Response>;
  readonly wantsPage: (context: Context<App>) => boolean;
}

const callsListed = 1_000;

/** The desk phone's page, and the JSON by which scripts take calls. */
export function servePhone(app: Hono<App>, phone: PhoneSource, tools: PhoneRouteTools): void {
  const { show, showPart, refuse, wantsPage } = tools;

  app.get('/phone', async (context) => {
    const calls = phone.list();
    const shown = { calls, names: await phone.names(calls) };
    const view = context.get('view');
    if (context.req.query('fragment') !== undefined) return showPart(context, phonePart(shown, view));
    return show(context, phonePage(shown, view));
  });

  app.get('/local/calls', async (context) => {
    const calls = phone.list(callsListed);
    const names = await phone.names(calls);
    return context.json(calls.map((call) => told(call, names)));
  });

  app.post('/local/calls/:id/:deed{answer|decline}', async (context) => {
    if (!isOwnRequest(context.req.raw.headers)) return refuse(context);
    const { id, deed } = context.req.param();
    const digit = deed === 'answer' ? await digitOf(context) : undefined;
    if (digit !== undefined && !/^[0-9*#]$/.test(digit)) {
      return problem(context, 400, 'Bad Request', 'digit is one key of a telephone: 0 to 9, * or #');
    }
    let call: DeskCall;
    try {
      call = deed === 'answer' ? await phone.answer(id, digit) : phone.decline(id);
    } catch (error) {
      if (wantsPage(context)) return context.redirect('/phone', 303);
      if (error instanceof UnknownCall) return problem(context, 404, 'Not Found', error.message);
      if (error instanceof CallConflict) return problem(context, 409, 'Conflict', error.message);
      throw error;
    }
    if (wantsPage(context)) return context.redirect(`/phone#call-${id}`, 303);
    return context.json(told(call, await phone.names([call])));
  });
}

/** As a script or a test sees a call. */
const told = (call: DeskCall, names: ReadonlyMap<string, string>) => ({
  id: call.id,
  at: new Date(call.initiatedMs).toISOString(),
  to: call.to,
  contact: names.get(call.to) ?? '',
  state: call.state,
  /** What was said; before the pick-up, what will be. */
  text: call.said.length === 0 ? (call.attributes.report ?? '') : call.said.join('\n'),
});

/** Of the query, as forms send it, or of a JSON body. */
async function digitOf(context: Context<App>): Promise<string | undefined> {
  const asked = context.req.query('digit');
  if (asked !== undefined) return asked;
  if (!context.req.header('content-type')?.startsWith('application/json')) return undefined;
  const body: unknown = await context.req.json().catch(() => undefined);
  if (typeof body !== 'object' || body === null || !('digit' in body)) return undefined;
  return String(body.digit);
}

/** @see RFC 9457 */
const problem = (context: Context<App>, status: 400 | 404 | 409, title: string, detail: string) =>
  context.json({ title, status, detail }, status, { 'Content-Type': 'application/problem+json' });
