import { describe, expect, it } from 'vitest';
import { addSeconds } from '../../core/instant.ts';
import { ActionLinks } from '../../lambdas/actions/action-link.ts';
import { createSendIncidentMail } from '../../lambdas/mail/send-incident-mail.ts';
import { createSendPending } from '../../lambdas/mail/send-pending.ts';
import { createMemorySecretStore } from '../../platform/secrets/memory.ts';
import { base, now, openIncident, operatorsDesk } from '../actions/operators-desk.ts';
import { draftOf, https, incidentOf, jones, wellAgain, yamada } from '../core/mail/example-incident.ts';
import { desk, mailWorld, PostOffice, secondDesk } from './post-office.ts';

const secrets = createMemorySecretStore({
  'operator-action-links/current': 'k1',
  'operator-action-links/k1': 'first key of sixty-four letters',
});
const links = new ActionLinks(secrets, base);
const incident = incidentOf([https]);
const problem = draftOf({ kind: 'problem', failing: ['https-3'] });
const linkPattern = /https:\/\/actions\.example\/operator\/actions\/[A-Za-z0-9._-]+/g;

async function worldWith(contacts = [yamada, jones], open = incident) {
  const world = { ...(await mailWorld(contacts, open)), links };
  const send = (mail = problem) => createSendIncidentMail(world)({ incident: open.id, mail, at: now });
  return { ...world, send };
}

describe('the operators’ copy', () => {
  it('given a mail of an incident, then each operator gets it in their language, with what can be done', async () => {
    const world = await worldWith();
    expect(await world.send()).toEqual({ sent: 2 });
    expect(world.office.count()).toEqual({ [yamada.mail]: 1, [jones.mail]: 1, [desk]: 1, [secondDesk]: 1 });
    const [copy] = world.office.to(desk);
    expect(copy?.mail.subject).toBe(
      '[Mimamori PROBLEM] acme web-1 https — https://shop.acme.example/ refused the connection',
    );
    expect(copy?.header('X-Mimamori-Audience')).toBe('operators');
    const text = copy?.mail.text ?? '';
    expect(text).toContain('To the operators\nA copy of the mail to the contacts of 株式会社アクメ.');
    expect(text).toMatch(
      /■ What you can do\n・Acknowledge\n {2}https:\/\/actions\.example\/operator\/actions\//,
    );
    expect(text.match(linkPattern)).toHaveLength(2);
    expect(new Set(copy?.mail.html?.match(linkPattern))).toEqual(new Set(text.match(linkPattern)));
    expect(text.split('\n').every((line) => Buffer.byteLength(line) < 998)).toBe(true);
  });

  const portals = [
    { given: 'the portal of the deployment', portalUrl: undefined, then: 'https://d1.example' },
    {
      given: 'a portal of the inventory',
      portalUrl: 'https://portal.msp.example/',
      then: 'https://portal.msp.example',
    },
  ];
  for (const { given, portalUrl, then } of portals) {
    it(`given ${given}, then customers are led to their incident, and operators to it below its account`, async () => {
      const world = await worldWith();
      const settings = await world.monitors.settings();
      if (settings === undefined) throw new Error('the world has no settings');
      Object.assign(world.monitors, {
        settings: async () => ({ ...settings, ...(portalUrl !== undefined && { portalUrl }) }),
      });
      const send = createSendIncidentMail({ ...world, portalUrl: 'https://d1.example' });
      await send({ incident: incident.id, mail: problem, at: now });
      const textTo = (address: string) => world.office.to(address)[0]?.mail.text ?? '';
      expect(textTo(jones.mail)).toContain(`\n${then}/incidents/${incident.id}\n`);
      expect(textTo(desk)).toContain(`\n${then}/accounts/acme/incidents/${incident.id}\n`);
    });
  }

  it('given every kind of mail, then no customer’s copy has a link or the word of one', async () => {
    const world = await worldWith([yamada, jones], { ...openIncident(), version: 1 });
    await world.send(draftOf({ kind: 'problem', failing: ['https-3'] }));
    await world.send(draftOf({ kind: 'update', number: 2, failing: ['mysql-1'], stillFailing: ['https-3'] }));
    await world.send(draftOf({ kind: 'response', number: 3, stillFailing: ['https-3'] }));
    await world.send(draftOf({ kind: 'recovery', number: 4, recovered: ['https-3', 'mysql-1'] }));
    const [toCustomers, toOperators] = [
      [yamada.mail, jones.mail].flatMap((address) => world.office.to(address)),
      [desk, secondDesk].flatMap((address) => world.office.to(address)),
    ];
    expect([toCustomers.length, toOperators.length]).toEqual([8, 8]);
    for (const { mail } of toCustomers) {
      expect(JSON.stringify(mail)).not.toMatch(
        /actions\.example|operator\/actions|Audience|運用担当|What you can do/,
      );
    }
    for (const { mail } of toOperators) expect(mail.text).toMatch(linkPattern);
  });

  it('given an operator who is a contact too, then the copies have a thread of their own', async () => {
    const world = await worldWith([{ ...jones, mail: desk }]);
    await world.send();
    await world.send(draftOf({ kind: 'recovery', number: 2, recovered: ['https-3'] }));
    const [asContact, asOperator, ...later] = world.office.to(desk).map(({ mail }) => mail);
    expect(later.map(({ inReplyTo }) => inReplyTo)).toEqual([asContact?.messageId, asOperator?.messageId]);
  });

  it('given the task runs again, also later and with another state, then nobody gets it twice', async () => {
    const world = await worldWith();
    await world.send();
    await createSendIncidentMail(world)({ incident: incident.id, mail: problem, at: addSeconds(now, 60) });
    expect(world.office.delivered).toHaveLength(4);
    const stored = await world.outbox.thread(`operators.${incident.id}`, desk);
    expect(stored).toHaveLength(1);
  });

  it('given no key for the links, then the mails leave without them, and the log says why', async () => {
    const world = await worldWith();
    const keyless = new ActionLinks(createMemorySecretStore(), base);
    await createSendIncidentMail({ ...world, links: keyless })({
      incident: incident.id,
      mail: problem,
      at: now,
    });
    expect(world.office.count()).toMatchObject({ [jones.mail]: 1, [desk]: 1 });
    expect(world.office.to(desk)[0]?.mail.text).not.toContain('What you can do');
    expect(world.logged.join()).toContain('the links of the operators could not be made');
  });

  it('given an operator’s address that is refused, then no customer’s mail waits and no notice is made', async () => {
    const world = await worldWith();
    world.office.faults.set(desk, 'refused');
    expect(await world.send()).toEqual({ sent: 2 });
    expect(world.office.count()).toEqual({ [yamada.mail]: 1, [jones.mail]: 1, [secondDesk]: 1 });
  });

  it('given a copy that is put off, then the task is done and the schedule sends it on', async () => {
    const world = await worldWith();
    world.office.faults.set(desk, 'deferred');
    expect(await world.send()).toEqual({ sent: 2 });
    world.office.faults.clear();
    for (const seconds of [60, 300, 360]) await createSendPending(world)({ time: addSeconds(now, seconds) });
    expect(world.office.to(desk)).toHaveLength(1);
  });

  it('given all is well again, then the copy offers nothing', async () => {
    const well = incidentOf([wellAgain(https, 300)]);
    const world = await worldWith([jones], well);
    await world.send(draftOf({ kind: 'recovery', recovered: ['https-3'] }));
    expect(world.office.to(desk)[0]?.mail.text).not.toMatch(linkPattern);
  });

  it('given two operators’ copies, when both follow the same link, then one acts', async () => {
    const operators = await operatorsDesk();
    const office = new PostOffice();
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const send = createSendIncidentMail({ ...operators, sender: office, log });
    const mail = draftOf({ kind: 'problem', failing: ['https-3'] });
    await send({ incident: openIncident().id, mail, at: now });
    const copy = office.to(desk).find((one) => one.header('X-Mimamori-Audience') === 'operators');
    const text = copy?.mail.text ?? '';
    const [, url = ''] = /・Run restart-web for https-3\n {2}(\S+)/.exec(text) ?? [];
    const path = new URL(url).pathname;
    expect((await operators.open(path)).body).toContain('Run restart-web for https-3');
    expect((await operators.post(path, { name: 'One' })).body).toContain('<h1>Done</h1>');
    expect((await operators.post(path, { name: 'Two' })).body).toContain('By One,');
  });
});
