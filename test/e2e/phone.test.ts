import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningMimamori, until } from './running-mimamori.ts';

let mimamori: RunningMimamori;
beforeAll(async () => {
  mimamori = await RunningMimamori.prepare({ speed: 60 });
  await mimamori.start();
});
afterAll(async () => {
  await mimamori?.stop();
  mimamori?.remove();
});

const calls = () => mimamori.calls();
const told = (server: string, state: string) =>
  until(`a mail ${state} of ${server}`, async () =>
    (await mimamori.mails()).find(
      ({ headers, subject }) => headers['x-mimamori-state'] === state && subject.includes(`demo ${server} `),
    ),
  );

/** The next call that rings. While the page is open, as here, it rings for its thirty seconds. */
const nextRinging = () =>
  until('a ringing call', async () => {
    await mimamori.look('/phone');
    return (await calls()).find(({ state }) => state === 'ringing');
  });

describe('first response, and a phone that rings', () => {
  it('given a service that restarts well, when it is broken, then first response mends it and nobody is called', async () => {
    await mimamori.post('/local/fleet/db-1/mysql/break');
    await told('db-1', 'PROBLEM');
    await told('db-1', 'RECOVERED');
    const fleet = JSON.parse(await mimamori.page('/local/fleet')) as {
      services: { name: string; up: boolean }[];
    }[];
    expect(fleet.flatMap(({ services }) => services).find(({ name }) => name === 'mysql')?.up).toBe(true);
    expect(await calls()).toEqual([]);
  });

  it('given a server that nobody can log in to, when the first contact declines and the second presses 1, then nobody else is called', async () => {
    await mimamori.post('/local/fleet/mail-1/ssh/break');
    const first = await nextRinging();
    expect([first.contact, first.to]).toEqual(['佐藤 花子', '+819000000001']);
    expect(first.text).toContain('Mail 1');
    await mimamori.post(`/local/calls/${first.id}/decline`);

    const second = await nextRinging();
    expect(second.contact).toBe('Alex Miller');
    expect(await mimamori.answer(second.id, '1')).toBe(200);
    await until('the word that somebody was told', async () =>
      (await mimamori.mails()).find(({ subject }) => subject.endsWith('told by telephone')),
    );
    const contacts = (await calls()).filter(({ to }) => to !== '+819000000003');
    expect(contacts.map(({ state }) => state)).toEqual(['declined', 'answered']);
  });

  it('given the managed plan, when the engineer on call is paged, then the phone rings for them, too', async () => {
    const page = await nextRinging();
    expect(page.contact).toBe('田中 一郎');
    await mimamori.post(`/local/calls/${page.id}/answer?digit=1`);
    await mimamori.post('/local/fleet/mail-1/ssh/mend');
    await told('mail-1', 'RECOVERED');
  });

  it('given nobody who picks up, when all were called once, then the monitor is paused until it is well again', async () => {
    const before = (await calls()).length;
    const problems = async (state: string) =>
      (await mimamori.mails()).filter(
        ({ headers, subject, to }) =>
          headers['x-mimamori-state'] === state &&
          subject.includes('demo db-1 disk') &&
          to.includes('miller@demo.example'),
      );
    await mimamori.post('/local/fleet/db-1/disk/break');
    const [asked] = await until('the word that nobody was reached', async () => {
      const found = await problems('RESPONSE');
      return found.length > 0 ? found : undefined;
    });
    expect(asked?.text.replaceAll(/\s+/g, ' ')).toContain('we have paused these monitors');
    expect((await calls()).slice(before).map(({ contact, state }) => `${contact} ${state}`)).toEqual([
      '佐藤 花子 unanswered',
      'Alex Miller unanswered',
    ]);
    await mimamori.post('/local/fleet/db-1/disk/mend');
    const recovered = await until('the recovery', async () => (await problems('RECOVERED')).at(0));
    expect(recovered.headers.references?.split(' ')[0]).toBe(asked?.headers.references?.split(' ')[0]);
  });
});
