import { describe, expect, it } from 'vitest';
import { createTellOperators, createTellOperatorsLater } from '../../lambdas/mail/tell-operators.ts';
import { failedAt } from '../core/mail/example-incident.ts';
import { desk, mailWorld, secondDesk } from './post-office.ts';

const notice = {
  key: 'unknown.acme.web-1.https-3',
  at: failedAt,
  subject: { ja: '監視を実施できません', en: 'A check could not be carried out' },
  body: { ja: '1行目\n2行目', en: 'First line\nSecond line' },
};

describe('telling the operators', () => {
  it('given two addresses and the same event twice, then each gets one mail in the operators’ language', async () => {
    const world = await mailWorld([]);
    expect(await createTellOperators(world)(notice)).toEqual({});
    expect(await createTellOperators(world)(notice)).toEqual({});
    expect(world.office.count()).toEqual({ [desk]: 1, [secondDesk]: 1 });
    const [mail] = world.office.to(desk);
    expect(mail?.mail.subject).toBe('[Mimamori OPERATORS] A check could not be carried out');
    expect(mail?.header('X-Mimamori-State')).toBe('OPERATORS');
    expect(mail?.mail.text).toContain('First line\n\nSecond line\n');
  });

  it('given one address is out of reach, then it fails for the workflow to repeat, which sends the missing one', async () => {
    const world = await mailWorld([]);
    world.office.faults.set(desk, 'deferred');
    await expect(createTellOperators(world)(notice)).rejects.toThrow(
      'notice unknown.acme.web-1.https-3: 1 of 2 mails are pending; the schedule sends them on',
    );
    world.office.faults.clear();
    await createTellOperators(world)(notice);
    expect(world.office.count()).toEqual({ [desk]: 1, [secondDesk]: 1 });
  });

  it('given a function with other work, then the notice lasts before anything is sent', async () => {
    const world = await mailWorld([]);
    await createTellOperatorsLater(world)(notice);
    await createTellOperatorsLater(world)(notice);
    expect(world.office.tried).toBe(0);
    expect((await world.outbox.pending(10)).map(({ thread, to }) => [thread, to])).toEqual([
      [notice.key, desk],
      [notice.key, secondDesk],
    ]);
  });

  it('given a body of a megabyte, then the mail is short', async () => {
    const world = await mailWorld([]);
    const long = 'x'.repeat(1_000_000);
    await createTellOperators(world)({ ...notice, body: { ja: long, en: long } });
    expect(world.office.to(desk)[0]?.mail.text?.length).toBeLessThan(1500);
  });

  it('given an event of another shape, then every fault is named', async () => {
    const world = await mailWorld([]);
    const event = { key: '', at: 'now', subject: 'text', body: notice.body };
    await expect(createTellOperators(world)(event)).rejects.toThrow(/"key"[\s\S]*"at"[\s\S]*"subject"/);
  });

  it('given no inventory, then the mend is said', async () => {
    const world = await mailWorld([]);
    const empty = { ...world, monitors: { settings: async () => undefined } };
    await expect(createTellOperators(empty)(notice)).rejects.toThrow(
      'no inventory has been applied yet, so that mail has no sender; apply one with: mimamori apply',
    );
  });
});
