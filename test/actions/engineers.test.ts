import { describe, expect, it } from 'vitest';
import type { Incident } from '../../core/incident/incident.ts';
import { addSeconds } from '../../core/instant.ts';
import { beginSecondResponse } from '../../core/on-call/second-response.ts';
import { now, openIncident, operatorsDesk } from './operators-desk.ts';

const failing = openIncident('managed');
const well: Incident = {
  ...failing,
  alerts: Object.fromEntries(
    Object.entries(failing.alerts).map(([key, one]) => [key, { ...one, wellAt: now, recoveryMail: 2 }]),
  ),
};

async function engineersDesk(incident: Incident = failing) {
  const desk = await operatorsDesk(incident);
  await desk.onCall.replaceSecondResponse(beginSecondResponse(incident.id, now));
  return { ...desk, second: () => desk.onCall.secondResponse(incident.id) };
}
const report = { cause: 'あ'.repeat(4000), actions: 'い'.repeat(4000), prevention: 'う'.repeat(4000) };

describe('taking an incident from the mail of a page', () => {
  it('given the link, when it is opened or fetched ahead, then it asks and nothing changes; posted, the incident is taken', async () => {
    const desk = await engineersDesk();
    const link = await desk.linkTo('take', 'Jones');
    for (const method of ['GET', 'HEAD']) expect((await desk.open(link, { method })).statusCode).toBe(200);
    expect((await desk.open(link)).body).toContain('You take it as Jones');
    expect((await desk.second())?.acknowledged).toBeUndefined();
    const taken = await desk.post(link);
    expect([taken.statusCode, taken.body]).toEqual([200, expect.stringContaining('Jones has the incident')]);
    expect((await desk.second())?.acknowledged).toEqual({ by: 'Jones', at: now });
    expect(desk.woken).toContain('token-1');
  });

  it('given an incident that another has, when a second engineer takes it, then he reads who has it and can write nothing', async () => {
    const desk = await engineersDesk();
    await desk.post(await desk.linkTo('take', 'Jones'));
    const link = await desk.linkTo('take', '佐藤');
    const { body } = await desk.post(link);
    expect(body).toContain('Jones has the incident');
    expect(body).not.toContain('<textarea');
    await desk.post(link, { do: 'update', update: 'not mine' });
    expect((await desk.stored()).messages ?? []).toEqual([]);
  });

  it('given the engineer who has it, when he writes, then the customer is told', async () => {
    const desk = await engineersDesk();
    const link = await desk.linkTo('take', 'Jones');
    await desk.post(link);
    const empty = await desk.post(link, { do: 'update', update: ' ' });
    expect([empty.statusCode, empty.body]).toEqual([
      422,
      expect.stringContaining('say what the customer is to know'),
    ]);
    const { body } = await desk.post(link, { do: 'update', update: 'We add a disk.' });
    expect(body).toContain('The update is on its way');
    expect((await desk.stored()).messages).toMatchObject([
      { kind: 'engineers-update', person: 'Jones', body: 'We add a disk.' },
    ]);
  });

  it('given a failure that is over, when it is taken, then nobody has it, and the page says so', async () => {
    const desk = await engineersDesk(well);
    const { body } = await desk.post(await desk.linkTo('take', 'Jones'));
    expect(body).toContain('It is well again');
    expect((await desk.second())?.acknowledged).toBeUndefined();
  });

  it('given a link of last week, when it is posted, then it has expired and nothing changes', async () => {
    const desk = await engineersDesk();
    const link = await desk.linkTo('take', 'Jones');
    expect((await desk.post(link, {}, { at: addSeconds(now, 7 * 86_400) })).statusCode).toBe(410);
    expect((await desk.second())?.acknowledged).toBeUndefined();
  });

  it('given an incident that nobody was paged for, when it is taken, then the link is of no use', async () => {
    const desk = await operatorsDesk(failing);
    expect((await desk.post(await desk.linkTo('take', 'Jones'))).statusCode).toBe(404);
  });
});

describe('writing the cause report', () => {
  it('given a recovery, when the longest report in Japanese is submitted, then it is taken, under the name in the link', async () => {
    const desk = await engineersDesk(well);
    const link = await desk.linkTo('report', '佐藤');
    expect((await desk.open(link, { query: 'lang=ja' })).body).toContain('再発防止策');
    const { statusCode, body } = await desk.post(link, { ...report, author: 'Eve' });
    expect([statusCode, body]).toEqual([200, expect.stringContaining('The cause report has been submitted')]);
    expect((await desk.second())?.report).toEqual({ ...report, author: '佐藤', at: now });
    expect((await desk.open(link)).body).not.toContain('<textarea');
  });

  it('given a part that is missing, when it is submitted, then it is refused, and what was written stays in the form', async () => {
    const desk = await engineersDesk(well);
    const { statusCode, body } = await desk.post(await desk.linkTo('report', '佐藤'), {
      cause: '</textarea><script>x</script>',
      actions: 'a',
    });
    expect(statusCode).toBe(422);
    expect(body).toContain('prevention: say how it is prevented');
    expect(body).toContain('&lt;/textarea&gt;&lt;script&gt;');
    expect(body).not.toContain('<script');
    expect((await desk.second())?.report).toBeUndefined();
  });

  it('given a failure that goes on, when the form is opened or sent, then it says to wait', async () => {
    const desk = await engineersDesk();
    const link = await desk.linkTo('report', '佐藤');
    for (const response of [await desk.open(link), await desk.post(link, report)])
      expect(response.body).toContain('The failure goes on');
    expect((await desk.second())?.report).toBeUndefined();
  });
});
