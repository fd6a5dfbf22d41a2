import { describe, expect, it } from 'vitest';
import type { MailDraft } from '../../core/incident/next-step.ts';
import { addSeconds } from '../../core/instant.ts';
import { createSendIncidentMail } from '../../lambdas/mail/send-incident-mail.ts';
import { createSendPending } from '../../lambdas/mail/send-pending.ts';
import {
  draftOf,
  evidence,
  failedAt,
  https,
  incidentOf,
  jones,
  mysql,
  wellAgain,
  yamada,
} from '../core/mail/example-incident.ts';
import { desk, type MailWorld, mailWorld, secondDesk, withMethods } from './post-office.ts';

const sato = { ...yamada, name: '佐藤 花子', mail: 'sato@acme.example' };
const silent = { ...jones, name: 'No Mail', mail: 'silent@acme.example', alertMail: false };
const contacts = [yamada, jones, sato, silent];
const incident = incidentOf([https]);
const draft = draftOf({ kind: 'problem', failing: ['https-3'] });
const at = addSeconds(failedAt, 160);

const send = (world: Parameters<typeof createSendIncidentMail>[0], mail: MailDraft = draft) =>
  createSendIncidentMail(world)({ incident: incident.id, mail, at });
const sweepUp = (world: MailWorld, seconds: number) =>
  createSendPending(world)({ time: addSeconds(at, seconds) });
const once = { [yamada.mail]: 1, [jones.mail]: 1, [sato.mail]: 1 };

describe('a mail of an incident', () => {
  it('given contacts of two languages, then each who wants alert mail gets one in their own', async () => {
    const world = await mailWorld(contacts, incident);
    await world.incidents.saveEvidence(evidence);
    expect(await send(world)).toEqual({ sent: 3 });
    expect(world.office.count()).toEqual(once);
    const [japanese] = world.office.to(yamada.mail);
    const [english] = world.office.to(jones.mail);
    expect(japanese?.mail.subject).toBe(
      '[Mimamori PROBLEM] acme web-1 https — https://shop.acme.example/ に接続を拒否されました',
    );
    expect(japanese?.mail.to).toEqual([{ name: '山田 太郎', address: yamada.mail }]);
    expect(japanese?.mail.text).toContain('【障害】web-1（受注サーバー）で https の異常を確認しました。');
    expect(japanese?.mail.text).toContain('|  03:14:40 up 12 days');
    expect(english?.mail.text).toContain('PROBLEM: https is failing on web-1 (受注サーバー).');
    expect(english?.header('X-Mimamori-Incident')).toBe('acme.web-1-7');
  });

  it('given it is sent, then the incident and its timeline know', async () => {
    const world = await mailWorld(contacts, incident);
    await send(world);
    const after = await world.incidents.incident(incident.id);
    expect(after?.mails).toBe(1);
    expect(after?.alerts['https-3']?.problemMail).toBe(1);
    expect(await world.incidents.timeline(incident.id)).toEqual([
      {
        incident: incident.id,
        at,
        key: 'mail-1',
        kind: 'mailed',
        summary: {
          ja: '障害のメール（1 通目）を 3 名の担当者に送信しました。',
          en: 'Mail 1 (problem) went out to 3 contacts.',
        },
      },
    ]);
  });

  it('given three mails of an incident, then each answers the one before, for each contact by itself', async () => {
    const world = await mailWorld([yamada, jones], incidentOf([https, mysql]));
    await send(world);
    await send(
      world,
      draftOf({ kind: 'update', number: 2, failing: ['mysql-1'], stillFailing: ['https-3'] }),
    );
    await send(world, draftOf({ kind: 'recovery', number: 3, recovered: ['https-3', 'mysql-1'] }));
    for (const address of [yamada.mail, jones.mail]) {
      const mails = world.office.to(address);
      const [first, second, third] = mails.map(({ mail }) => mail.messageId);
      expect(new Set([first, second, third]).size).toBe(3);
      expect(mails.map(({ mail }) => [mail.inReplyTo, mail.references])).toEqual([
        [undefined, undefined],
        [first, first],
        [second, `${first} ${second}`],
      ]);
    }
  });

  it('given another writer at the same time, then neither change of the incident is lost', async () => {
    const world = await mailWorld(contacts, incident);
    const { incidents } = world;
    const disturbed = withMethods(incidents, {
      incident: async (id) => {
        const read = await incidents.incident(id);
        const isRecording = (await world.outbox.thread(id, yamada.mail)).length > 0;
        if (read !== undefined && read.news !== 99 && isRecording) {
          await incidents.replaceIncident({ ...read, news: 99, version: read.version + 1 });
        }
        return read;
      },
    });
    await send({ ...world, incidents: disturbed });
    expect(await incidents.incident(incident.id)).toMatchObject({ news: 99, mails: 1, version: 3 });
  });

  it('given nobody who gets mail, then the operators hear of it once for the incident', async () => {
    const world = await mailWorld([silent], incident);
    expect(await send(world)).toEqual({ sent: 0 });
    await send(world);
    await send(world, draftOf({ kind: 'recovery', number: 2, recovered: ['https-3'] }));
    expect(world.office.count()).toEqual({ [desk]: 1, [secondDesk]: 1 });
    const [notice] = world.office.to(desk);
    expect(notice?.mail.subject).toBe('[Mimamori OPERATORS] Nobody to mail: acme.web-1-7');
    expect((await world.incidents.incident(incident.id))?.mails).toBe(2);
    expect((await world.incidents.timeline(incident.id)).map(({ summary }) => summary.en)).toEqual([
      'Mail 1 (problem) had nobody to go to.',
      'Mail 2 (recovery) had nobody to go to.',
    ]);
  });

  it('given a server that has left the inventory, then its contacts are mailed still', async () => {
    const gone = { ...incidentOf([wellAgain(https, 60)]), id: 'acme.gone-1-7', server: 'gone-1' };
    const world = await mailWorld([jones], gone);
    const mail = draftOf({ kind: 'recovery', recovered: ['https-3'] });
    await createSendIncidentMail(world)({ incident: gone.id, mail, at });
    expect(world.office.to(jones.mail)[0]?.mail.subject).toBe(
      '[Mimamori RECOVERED] acme gone-1 https — recovered after 1 min',
    );
  });
});

describe('a mail that is repeated', () => {
  it('given it has left, when the task runs again, then nobody gets it twice', async () => {
    const world = await mailWorld(contacts, incident);
    await send(world);
    expect(await send(world)).toEqual({ sent: 3 });
    expect(world.office.count()).toEqual(once);
  });

  it('given one address is put off, then the others get theirs, the task fails, and its repeat sends that one', async () => {
    const world = await mailWorld(contacts, incident);
    world.office.faults.set(jones.mail, 'deferred');
    await expect(send(world)).rejects.toThrow(
      'mail 1 of incident acme.web-1-7: 1 of 3 are pending; the outbox keeps them',
    );
    expect(world.office.count()).toEqual({ [yamada.mail]: 1, [sato.mail]: 1 });
    world.office.faults.clear();
    expect(await send(world)).toEqual({ sent: 3 });
    expect(world.office.count()).toEqual(once);
  });

  it('given one address is refused, then it is given up, the operators are told once, and the task goes on', async () => {
    const world = await mailWorld(contacts, incident);
    world.office.faults.set(jones.mail, 'refused');
    expect(await send(world)).toEqual({ sent: 2 });
    expect(await send(world)).toEqual({ sent: 2 });
    await sweepUp(world, 60);
    expect(world.office.count()).toEqual({ [yamada.mail]: 1, [sato.mail]: 1, [desk]: 1, [secondDesk]: 1 });
    const text = world.office.to(desk)[0]?.mail.text;
    expect(text).toContain('jones@acme.example: acme.web-1-7 (1), 1×. no mail for');
    const [given] = await world.outbox.thread(incident.id, jones.mail);
    expect(given).toMatchObject({ state: 'failed', attempts: 1 });
  });

  it('given the task dies before the first mail leaves, when it runs again, then each leaves once', async () => {
    const world = await mailWorld(contacts, incident);
    let die: () => void = () => undefined;
    const died = new Promise<void>((resolve) => {
      die = resolve;
    });
    const dead = withMethods(world.outbox, {
      take: () => {
        die();
        return new Promise(() => undefined);
      },
    });
    void send({ ...world, outbox: dead });
    await died;
    expect(world.office.count()).toEqual({});
    expect((await world.incidents.incident(incident.id))?.mails).toBe(1);
    expect(await send(world)).toEqual({ sent: 3 });
    await sweepUp(world, 600);
    expect(world.office.count()).toEqual(once);
  });

  it('given it dies between sending and marking, when it runs again, then only that one is repeated, as the same mail', async () => {
    const world = await mailWorld(contacts, incident);
    world.office.faults.set(jones.mail, 'dies');
    void send(world);
    await expect.poll(() => world.office.count()).toEqual(once);
    await expect.poll(async () => (await world.outbox.thread(incident.id, sato.mail))[0]?.state).toBe('sent');
    world.office.faults.clear();
    expect(await send(world)).toEqual({ sent: 3 });
    expect(world.office.count()).toEqual({ ...once, [jones.mail]: 2 });
    const [first, second] = world.office.to(jones.mail);
    expect(second?.mail.messageId).toBe(first?.mail.messageId);
  });

  it('given it dies and never runs again, then the schedule waits until it must be dead and sends the rest', async () => {
    const world = await mailWorld(contacts, incident);
    world.office.faults.set(jones.mail, 'dies');
    void send(world);
    await expect.poll(async () => (await world.outbox.thread(incident.id, sato.mail))[0]?.state).toBe('sent');
    world.office.faults.clear();
    const sent: number[] = [];
    for (const minute of [10, 11, 12, 13, 14]) sent.push((await sweepUp(world, minute * 60)).sent);
    expect(sent).toEqual([0, 0, 0, 1, 0]);
    expect(world.office.count()).toEqual({ ...once, [jones.mail]: 2 });
  });

  it('given the schedule has taken a mail and is still at it, when the task runs again, then it is left to the schedule', async () => {
    const world = await mailWorld(contacts, incident);
    world.office.faults.set(jones.mail, 'deferred');
    await expect(send(world)).rejects.toThrow();
    world.office.faults.set(jones.mail, 'dies');
    void sweepUp(world, 60);
    await expect.poll(() => world.office.count()).toEqual(once);
    expect(await send(world)).toEqual({ sent: 2 });
    expect(world.office.count()).toEqual(once);
  });

  it('given the schedule runs at the same moment, then each mail leaves once', async () => {
    for (let round = 0; round < 20; round += 1) {
      const world = await mailWorld(contacts, incident);
      await Promise.all([send(world), sweepUp(world, 0), sweepUp(world, 0), send(world)]);
      expect(world.office.count()).toEqual(once);
    }
  });
});

describe('what the function refuses', () => {
  it('given an event of another shape, then every fault is named', async () => {
    const world = await mailWorld(contacts, incident);
    const event = { incident: incident.id, mail: { ...draft, kind: 'joke', failing: 'https-3' }, at: 'now' };
    await expect(createSendIncidentMail(world)(event)).rejects.toThrow(/"kind"[\s\S]*"failing"[\s\S]*"at"/);
  });

  it('given an incident that is not there, then it is named', async () => {
    const world = await mailWorld(contacts);
    await expect(send(world)).rejects.toThrow('incident acme.web-1-7 is not in the table');
  });
});

it('given mails that leave and mails that fail, then no log line holds an address in full or a body', async () => {
  const world = await mailWorld(contacts, incident);
  world.office.faults.set(jones.mail, 'refused').set(yamada.mail, 'deferred');
  await expect(send(world)).rejects.toThrow();
  const all = world.logged.join('\n');
  expect(all).toContain('j…@acme.example');
  for (const secret of [yamada.mail, jones.mail, sato.mail, desk, '受注サーバー', 'refused the connection']) {
    expect(all).not.toContain(secret);
  }
});
