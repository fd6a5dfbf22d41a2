import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPages } from '../../../local/pages/pages.ts';
import { sampleFlow } from '../connect/sample-flow.ts';
import { type Sample, sampleSources } from './sample-sources.ts';

let sample: Sample;
let app: ReturnType<typeof createPages>;
beforeAll(async () => {
  sample = await sampleSources({ isQuiet: true });
  app = createPages(sample.sources);
});
afterAll(() => sample.close());

const report = 'web-1 <b>does not answer</b>';
const ring = (to = '+819000000001') =>
  sample.deskPhone.call({
    flow: sampleFlow(),
    to,
    from: '+81312345678',
    attributes: { report, thanks: 'thank you', language: 'en', incident: 'demo.web-1-1' },
    ringSeconds: 30,
  });

const send = (path: string, { body, ...headers }: Record<string, string> = {}) =>
  app.request(`http://localhost:8080${path}`, {
    method: 'POST',
    headers: { host: 'localhost:8080', ...headers },
    ...(body === undefined ? {} : { body }),
  });
const json = { 'content-type': 'application/json' };
const page = async (path = '/phone', headers: Record<string, string> = {}) =>
  await (
    await app.request(`http://localhost:8080${path}`, {
      headers: { accept: 'text/html', host: 'localhost:8080', ...headers },
    })
  ).text();
const calls = async () =>
  (await (await app.request('http://localhost:8080/local/calls')).json()) as unknown[];

describe('the desk phone in JSON', () => {
  it('given a call that rings, when calls are listed, then it has what scripts rely on', async () => {
    const { id } = ring();
    expect((await calls()).at(-1)).toEqual({
      id,
      at: new Date(sample.clock.now()).toISOString(),
      to: '+819000000001',
      contact: '佐藤 花子',
      state: 'ringing',
      text: report,
    });
  });

  it('given a call that rings, when it is answered with a key, then it is answered and the flow has the key', async () => {
    const { id } = ring();
    const response = await send(`/local/calls/${id}/answer`, { ...json, body: '{"digit":"1"}' });
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { id, state: 'answered', text: `${report}\nthank you` },
    ]);
  });

  it('given a call that rings, when it is answered without a key and then left, then it is a pick-up only', async () => {
    const { id } = ring();
    expect(await (await send(`/local/calls/${id}/answer`)).json()).toMatchObject({
      state: 'answered',
      text: report,
    });
    expect(sample.deskPhone.get(id)?.keys).toBe('');
  });

  it('given a call that rings, when it is declined, then it is declined, and a key comes too late', async () => {
    const { id } = ring();
    expect(await (await send(`/local/calls/${id}/decline`)).json()).toMatchObject({ state: 'declined' });
    const late = await send(`/local/calls/${id}/answer`, { ...json, body: '{"digit":"1"}' });
    expect([late.status, await late.json()]).toEqual([
      409,
      { title: 'Conflict', status: 409, detail: 'the call is over' },
    ]);
  });

  it('given what is no call or no key, when it is sent, then the answer says so', async () => {
    const { id } = ring();
    expect((await send('/local/calls/nobody/answer')).status).toBe(404);
    const wrong = await send(`/local/calls/${id}/answer`, { ...json, body: '{"digit":"12"}' });
    expect([wrong.status, await wrong.json()]).toMatchObject([
      400,
      { detail: 'digit is one key of a telephone: 0 to 9, * or #' },
    ]);
    expect(sample.deskPhone.get(id)?.state).toBe('ringing');
  });

  it("given another site's page, when it answers a call, then it is refused", async () => {
    const { id } = ring();
    const response = await send(`/local/calls/${id}/answer?digit=1`, {
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    });
    expect([response.status, sample.deskPhone.get(id)?.state]).toEqual([403, 'ringing']);
  });
});

describe('the page of the desk phone', () => {
  it('given a call that rings, when the page is read, then it says for whom, safely, and offers to answer and to decline', async () => {
    const { id } = ring('+819000000009');
    const text = await page();
    expect(text).toContain('A call for +819000000009 is ringing');
    expect(text).toContain(`action="/local/calls/${id}/answer"`);
    expect(text).toContain(`action="/local/calls/${id}/decline"`);
    expect(text).not.toContain('<b>does not');
    expect(await page('/phone', { 'accept-language': 'ja' })).toContain('電話に出る');
    expect(await page('/phone?fragment=phone')).not.toContain('<html');
  });

  it('given a browser without scripts, when its forms answer and press a key, then it comes back to the page', async () => {
    const { id } = ring();
    const form = { accept: 'text/html', origin: 'http://localhost:8080' };
    const answered = await send(`/local/calls/${id}/answer`, form);
    expect([answered.status, answered.headers.get('location')]).toEqual([303, `/phone#call-${id}`]);
    const talking = await page();
    expect(talking).toContain('web-1 &lt;b&gt;does not answer&lt;/b&gt;');
    expect(talking).toContain(`action="/local/calls/${id}/answer?digit=1"`);
    await send(`/local/calls/${id}/answer?digit=1`, form);
    expect(sample.deskPhone.get(id)).toMatchObject({ keys: '1', said: [report, 'thank you'] });
    expect(await page()).toContain('Answered, key pressed');
  });
});
