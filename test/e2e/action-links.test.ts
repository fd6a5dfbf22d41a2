import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningMimamori, until } from './running-mimamori.ts';

let mimamori: RunningMimamori;
beforeAll(async () => {
  mimamori = await RunningMimamori.prepare({ speed: 30 });
  await mimamori.start();
});
afterAll(async () => {
  await mimamori?.stop();
  mimamori?.remove();
});

describe('an operator who has the mail', () => {
  it('given the copy of a problem mail, when its link is opened and its button pressed, then it is done once', async () => {
    await mimamori.post('/local/fleet/web-1/web/break');
    const copy = await until('the operators’ copy', async () =>
      (await mimamori.mails()).find(({ headers }) => headers['x-mimamori-audience'] === 'operators'),
    );
    const link = /http:\/\/127\.0\.0\.1:\d+\/operator\/actions\/[A-Za-z0-9._-]+/.exec(copy.text)?.[0] ?? '';
    const asked = await fetch(`${link}?lang=en`);
    expect([asked.status, asked.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(await asked.text()).toContain('<h1>Acknowledge</h1>');

    const answers = await Promise.all(
      ['One', 'Two'].map(async (name) => {
        const body = new URLSearchParams({ name });
        return (await fetch(`${link}?lang=en`, { method: 'POST', body })).text();
      }),
    );
    expect(answers.filter((page) => page.includes('<h1>Done</h1>'))).toHaveLength(1);
    expect(answers.filter((page) => page.includes('<h1>Done already</h1>'))).toHaveLength(1);
    const forged = await fetch(`${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`, { method: 'POST' });
    expect(forged.status).toBe(404);
  });

  it('given nobody who signed in, then the API lets them do nothing', async () => {
    const answer = await mimamori.post('/api/v1/operator/incidents/demo.web-1-1/actions');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
  });
});
