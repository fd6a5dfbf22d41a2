import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningMimamori, until } from './running-mimamori.ts';

interface FleetServer {
  readonly server: string;
  readonly services: readonly { readonly name: string; readonly up: boolean }[];
}

let mimamori: RunningMimamori;
beforeAll(async () => {
  mimamori = await RunningMimamori.prepare({ speed: 30 });
  await mimamori.start();
});
afterAll(async () => {
  await mimamori?.stop();
  mimamori?.remove();
});

const told = (state: string) =>
  until(`a mail ${state}`, async () =>
    (await mimamori.mails()).find(
      ({ headers }) => headers['x-mimamori-state'] === state && headers['content-language'] === 'en',
    ),
  );

describe("a newcomer's first minute", () => {
  it('given the demo, when a service is broken and mended, then an alert mail with evidence and a recovery mail in its thread arrive', async () => {
    const fleet = JSON.parse(await mimamori.page('/local/fleet')) as FleetServer[];
    expect(fleet.map(({ server }) => server)).toEqual(['web-1', 'db-1', 'mail-1']);
    expect(fleet.flatMap(({ services }) => services).every(({ up }) => up)).toBe(true);

    expect((await mimamori.post('/local/fleet/web-1/web/break')).status).toBe(200);
    const problem = await told('PROBLEM');
    expect(problem.subject).toContain('demo web-1 web +1');
    expect(problem.text).toContain('nginx');
    expect(problem.text).toMatch(/load average/);

    expect((await mimamori.post('/local/fleet/web-1/web/mend')).status).toBe(200);
    const recovery = await told('RECOVERED');
    expect(recovery.headers['in-reply-to']).toBe(problem.headers['message-id']);
  });

  it('given what has happened, when the pages are opened, then each shows it', async () => {
    expect(await mimamori.page('/')).toContain('<div id="app">');
    expect(await mimamori.page('/mail')).toContain('demo web-1 web');
    expect(await mimamori.page('/workflows')).toContain('demo.web-1.web-1');
  });

  it('given a mail, when its link to the portal is followed, then the page is there, and its customer and the operators are shown the incident', async () => {
    const problem = await told('PROBLEM');
    const link = /http:\/\/localhost:\d+\/incidents\/\S+/.exec(problem.text)?.[0] ?? 'no link';
    const page = await fetch(link);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
    const id = link.split('/').at(-1) ?? '';
    const wanted = { id, server: 'web-1', account: 'demo', plan: 'notify' };
    const seen = await mimamori.api('customer', `incidents/${id}`);
    expect(await seen.json()).toMatchObject(wanted);
    const byOperator = await mimamori.api('operator', `accounts/demo/incidents/${id}`);
    expect(await byOperator.json()).toMatchObject(wanted);
    const byNobody = await fetch(`http://127.0.0.1:${mimamori.port}/api/v1/incidents/${id}`);
    expect(byNobody.status).toBe(401);
  });

  it('given nobody who reads what it says, when it is told to end, then it ends cleanly', async () => {
    mimamori.stopListening();
    expect(await mimamori.stop()).toBe(0);
  });
});
