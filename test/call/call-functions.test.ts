import { beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../core/call/call.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { CallsEnd } from '../../core/incident/response.ts';
import { createContactEvent } from '../../lambdas/call/contact-event.ts';
import { createEndCall } from '../../lambdas/call/end-call.ts';
import { createEndEscalation } from '../../lambdas/call/end-escalation.ts';
import { createLookAtCall } from '../../lambdas/call/look-at-call.ts';
import { createNextCall } from '../../lambdas/call/next-call.ts';
import { createPlaceCall } from '../../lambdas/call/place-call.ts';
import { createTakeKey } from '../../lambdas/call/take-key.ts';
import type { CallOrder, CallPort, Placed, SeenCall } from '../../platform/calls/call-port.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import { toInventory } from '../scenarios/world.ts';

const at = '2026-11-21T00:00:00.000Z';
const id = 'acme.web-1-1';
const callId = `${id}-2-1`;
const key = { incident: id, id: callId };
const phone = '+819012345678';

const incident: Incident = {
  id,
  account: 'acme',
  server: 'web-1',
  number: 1,
  plan: 'respond',
  state: 'open',
  openedAt: at,
  leader: 'http-1',
  alerts: {
    'http-1': {
      monitor: 'http',
      episode: 1,
      check: 'http',
      severity: 'critical',
      priority: 3,
      failingSince: at,
      joinedAt: at,
      summary: { en: 'down', ja: '停止' },
      dedupSeconds: 30,
      collectSeconds: 30,
      problemMail: 1,
      unrepaired: { at, reason: 'no-runbook' },
    },
  },
  mails: 1,
  news: 3,
  waiting: { escalation: 'the token of the calls' },
  response: { rounds: 2, running: { stage: 'escalation', round: 2, since: at } },
  version: 1,
};

/** A telephone service whose answers a test sets. */
class Bench implements CallPort {
  readonly canCall = true;
  readonly stores = createMemoryStores();
  readonly orders: CallOrder[] = [];
  readonly hungUp: string[] = [];
  readonly woken: string[] = [];
  readonly warnings: string[] = [];
  readonly notices: string[] = [];
  placed: () => Placed = () => ({ kind: 'placed', contact: 'contact-1' });
  seen: () => SeenCall = () => ({});
  hangsUp: () => void = () => {};

  async place(order: CallOrder) {
    this.orders.push(order);
    return this.placed();
  }

  async look() {
    return this.seen();
  }

  async hangUp(contact: string) {
    this.hangsUp();
    this.hungUp.push(contact);
  }

  get ports() {
    return {
      ...this.stores,
      telephone: this,
      workflows: {
        start: async () => 'exists' as const,
        isRunning: async () => true,
        succeed: async (token: string) => {
          this.woken.push(token);
          return 'told' as const;
        },
      },
      tellOperators: async ({ key: told }: { key: string }) => void this.notices.push(told),
      log: { warn: (...said: unknown[]) => void this.warnings.push(String(said[0])) },
    };
  }

  async call(): Promise<Call> {
    const found = await this.stores.calls.call(key);
    if (found === undefined) throw new Error('there is no call');
    return found;
  }

  async incident(): Promise<Incident> {
    const found = await this.stores.incidents.incident(id);
    if (found === undefined) throw new Error('there is no incident');
    return found;
  }

  async change(changes: Partial<Incident>): Promise<void> {
    const now = await this.incident();
    await this.stores.incidents.replaceIncident({ ...now, ...changes, version: now.version + 1 });
  }

  async next() {
    return createNextCall(this.ports)({ incident: id, round: 2, at });
  }

  async place1() {
    return createPlaceCall(this.ports)({ incident: id, call: callId, at });
  }

  async ended(end?: CallsEnd['end'] | 'unanswered', fault?: string) {
    return createEndCall(this.ports)({ incident: id, call: callId, end, ...(fault && { fault }), at });
  }

  press(digit: string, call = callId) {
    return createTakeKey(this.ports)({
      Name: 'ContactFlowEvent',
      Details: {
        ContactData: {
          ContactId: 'contact-1',
          Attributes: { call, incident: id, language: 'ja' },
          Queue: null,
        },
        Parameters: { digit },
      },
    });
  }

  tell(eventType: string, contactId = 'contact-1', more: object = {}) {
    return createContactEvent(this.ports)({
      version: '0',
      'detail-type': 'Amazon Connect Contact Event',
      source: 'aws.connect',
      time: '2026-11-21T00:00:12Z',
      detail: { eventType, contactId, channel: 'VOICE', ...more },
    });
  }
}

let bench: Bench;
beforeEach(async () => {
  bench = new Bench();
  const inventory = toInventory(
    [{ server: 'web-1', monitor: 'http', plan: 'respond' }],
    [{ name: '田中', mail: 'tanaka@acme.example', phone, language: 'ja', alertMail: true }],
  );
  await bench.stores.inventory.replace(0, inventory);
  await bench.stores.incidents.replaceIncident(incident);
});

describe('finding whom to call', () => {
  it('given a contact, when it is asked twice, then the same call is answered, and written once with its report', async () => {
    expect(await bench.next()).toEqual({ step: 'call', call: callId });
    expect(await bench.next()).toEqual({ step: 'call', call: callId });
    const [call, ...more] = await bench.stores.calls.calls(id);
    expect(more).toEqual([]);
    expect(call).toMatchObject({ state: 'prepared', to: { name: '田中', phone, language: 'ja' } });
    expect(call?.report).toContain('web-1');
  });

  it('given a workflow that is quicker than the incident’s own, when it asks first, then the round is noted as begun', async () => {
    await bench.change({ response: { rounds: 1 } });
    await bench.next();
    expect((await bench.incident()).response).toEqual({
      rounds: 2,
      running: { stage: 'escalation', round: 2, since: at },
    });
  });

  it('given an account that left the inventory, when it is asked, then there is nobody to call', async () => {
    const { version } = await bench.stores.inventory.load();
    await bench.stores.inventory.replace(version, { ...toInventory([]), accounts: [] });
    expect(await bench.next()).toEqual({ step: 'end', end: 'nobody-to-call' });
  });
});

describe('placing a call', () => {
  beforeEach(() => bench.next());

  it('given a process that dies when the call rings already, when it is placed again, then it is the same call', async () => {
    let isFirst = true;
    Object.assign(bench.stores.calls, {
      saveContact: async () => {
        if (isFirst) {
          isFirst = false;
          throw new Error('killed');
        }
      },
    });
    await expect(bench.place1()).rejects.toThrow('killed');
    expect(await bench.call()).toMatchObject({ state: 'placing' });
    expect(await bench.place1()).toEqual({ step: 'look' });
    expect(bench.orders.map((order) => order.id)).toEqual([callId, callId]);
    expect(await bench.call()).toMatchObject({ state: 'placed', contact: 'contact-1' });
  });

  it('given a call that was placed, when it is placed again, then the telephone service is not asked', async () => {
    await bench.place1();
    expect(await bench.place1()).toEqual({ step: 'look' });
    expect(bench.orders).toHaveLength(1);
  });

  it('given a recovery before it rang, when it is placed, then nobody is called', async () => {
    const [alert] = Object.values(incident.alerts);
    if (alert === undefined) throw new Error('no alert');
    await bench.change({ alerts: { 'http-1': { ...alert, wellAt: at } } });
    expect(await bench.place1()).toEqual({ step: 'end' });
    expect(bench.orders).toEqual([]);
    await bench.ended();
    expect(await bench.call()).toMatchObject({ state: 'ended', end: 'recovered' });
  });

  it('given a number that is refused, when it is placed, then the call failed, and says why without the number', async () => {
    bench.placed = () => ({ kind: 'refused', reason: 'DestinationNotAllowedException: no' });
    expect(await bench.place1()).toEqual({ step: 'end' });
    await bench.ended();
    expect(await bench.call()).toMatchObject({ end: 'failed', fault: 'DestinationNotAllowedException: no' });
    const timeline = await bench.stores.incidents.timeline(id);
    expect(timeline.map(({ summary }) => summary.en)).toEqual([
      '田中 (…5678) could not be called: DestinationNotAllowedException: no.',
    ]);
  });

  it('given a placed call, when the timeline is read, then it tells of it by the last digits, once', async () => {
    await bench.place1();
    await bench.place1();
    const timeline = await bench.stores.incidents.timeline(id);
    expect(timeline.map(({ kind, summary }) => [kind, summary.ja])).toEqual([
      ['call', '田中 (…5678) に電話をかけています。'],
    ]);
    expect(JSON.stringify(timeline)).not.toContain(phone);
  });
});

describe('a key', () => {
  beforeEach(async () => {
    await bench.next();
    await bench.place1();
  });

  it('given the key that confirms, when it comes twice, then it is accepted, and the workflow woken', async () => {
    expect(await bench.press('1')).toEqual({ accepted: 'true' });
    expect(await bench.press('1')).toEqual({ accepted: 'true' });
    expect((await bench.call()).accepted).toBe(true);
    expect((await bench.incident()).news).toBe(5);
    expect(bench.woken).toEqual(['the token of the calls', 'the token of the calls']);
    expect(await createLookAtCall(bench.ports)({ incident: id, call: callId, at })).toEqual({
      step: 'end',
      end: 'accepted',
    });
  });

  it('given the key that confirms, when the call ends, then the line is not cut, as the thanks are still said', async () => {
    await bench.press('1');
    await bench.ended('accepted');
    expect(bench.hungUp).toEqual([]);
    expect(await bench.call()).toMatchObject({ end: 'accepted' });
  });

  it('given another key or a call of somebody else, when it comes, then it is not accepted', async () => {
    expect(await bench.press('2')).toEqual({ accepted: 'false' });
    expect(await bench.press('1', 'acme.web-1-1-9-9')).toEqual({ accepted: 'false' });
    expect((await bench.call()).accepted).toBeUndefined();
    expect(bench.woken).toEqual([]);
  });

  it('given a round that was exhausted in the same moment, when the key comes, then the incident and the timeline say who knows', async () => {
    await bench.ended('unanswered');
    await createEndEscalation(bench.ports)({ incident: id, round: 2, end: 'exhausted', at });
    expect(await bench.press('1')).toEqual({ accepted: 'true' });
    const { response, messages } = await bench.incident();
    expect(response?.calls).toEqual({ end: 'accepted', at, by: '田中' });
    expect(messages?.map(({ kind }) => kind)).toEqual(['nobody-reached', 'reached']);
    const timeline = await bench.stores.incidents.timeline(id);
    expect(timeline.at(-1)?.summary.en ?? '').not.toBe('');
    expect(timeline.map(({ key: line }) => line)).toContain(`call-${callId}-accepted`);
  });

  it('given an event that is none of a contact flow, when it comes, then it is refused', async () => {
    await expect(createTakeKey(bench.ports)({ Details: {} })).rejects.toThrow();
  });
});

describe('an event of the telephone service', () => {
  beforeEach(async () => {
    await bench.next();
    await bench.place1();
  });

  it('given a pick-up, when it is told, then the call is connected from its time on, and the workflow woken', async () => {
    await bench.tell('CONNECTED_TO_SYSTEM', 'contact-1', {
      connectedToSystemTimestamp: '2026-11-21T00:00:11.250Z',
    });
    expect(await bench.call()).toMatchObject({ connectedAt: '2026-11-21T00:00:11.250Z' });
    expect(bench.woken).toEqual(['the token of the calls']);
  });

  it('given an end, when it is told twice, then the first stands', async () => {
    await bench.tell('DISCONNECTED', 'contact-1', { disconnectReason: 'TELECOM_BUSY' });
    await bench.tell('DISCONNECTED', 'contact-1', {
      disconnectTimestamp: '2026-11-21T00:09:00Z',
      disconnectReason: 'OTHER',
    });
    expect(await bench.call()).toMatchObject({
      disconnectedAt: '2026-11-21T00:00:12.000Z',
      disconnectReason: 'TELECOM_BUSY',
    });
  });

  for (const [given, eventType, contact] of [
    ['a contact that is no call of ours', 'DISCONNECTED', 'contact-9'],
    ['an event that says nothing about the line', 'QUEUED', 'contact-1'],
  ] as const)
    it(`given ${given}, when it is told, then nothing changes`, async () => {
      const before = await bench.incident();
      await bench.tell(eventType, contact);
      expect(await bench.incident()).toEqual(before);
      expect(bench.woken).toEqual([]);
    });
});

describe('the end of a call', () => {
  beforeEach(async () => {
    await bench.next();
    await bench.place1();
  });

  it('given a pick-up in the last moment, when it is to be ended, then it goes on, and is ended the next time', async () => {
    bench.seen = () => ({ connectedAt: at });
    expect(await bench.ended('unanswered')).toEqual({ ended: false });
    expect(bench.hungUp).toEqual([]);
    expect(await bench.call()).toMatchObject({ state: 'placed', connectedAt: at });
    expect(await bench.ended('unanswered')).toEqual({ ended: true });
    expect(bench.hungUp).toEqual(['contact-1']);
  });

  it('given a telephone service that is away, when it is to be ended, then it is ended all the same, with a line in the log', async () => {
    bench.seen = () => {
      throw new Error('away');
    };
    bench.hangsUp = () => {
      throw new Error('away');
    };
    expect(await bench.ended('unanswered')).toEqual({ ended: true });
    expect(bench.warnings).toHaveLength(2);
    expect(await bench.call()).toMatchObject({ state: 'ended', end: 'unanswered' });
  });

  it('given a call that has ended, when it is ended again, then its end stands', async () => {
    await bench.ended('unanswered');
    await bench.ended('recovered', 'another');
    expect(await bench.call()).toMatchObject({ end: 'unanswered' });
    expect((await bench.call()).fault).toBeUndefined();
  });

  it('given a round that ends twice, when its end is read, then it was told once', async () => {
    await bench.ended('unanswered');
    const end = () => createEndEscalation(bench.ports)({ incident: id, round: 2, end: 'exhausted', at });
    await end();
    const once = await bench.incident();
    await end();
    expect(await bench.incident()).toEqual(once);
    expect(once.messages).toHaveLength(1);
    expect(once.response).toEqual({ rounds: 2, calls: { end: 'exhausted', at } });
    expect(bench.notices).toEqual([`calls-ended.${id}.2`]);
    expect(bench.woken).toEqual(['the token of the calls', 'the token of the calls']);
  });
});
