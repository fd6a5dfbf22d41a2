import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contact } from '../../../core/account.ts';
import { type Call, maskedPhone } from '../../../core/call/call.ts';
import { withLateAcceptance } from '../../../core/call/escalation-end.ts';
import { judgeCall } from '../../../core/call/judge-call.ts';
import { nextCall, resumeRound } from '../../../core/call/next-call.ts';
import type { Incident } from '../../../core/incident/incident.ts';
import type { Response } from '../../../core/incident/response.ts';
import { addSeconds } from '../../../core/instant.ts';

const at = '2026-11-21T00:00:00.000Z';
const round = 2;
const running: Response = { rounds: round, running: { stage: 'escalation', round, since: at } };

const incident = (changes: Partial<Incident> = {}, isWell = false): Incident => ({
  id: 'acme.web-1-1',
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
      summary: { en: 'x', ja: 'x' },
      dedupSeconds: 30,
      collectSeconds: 30,
      problemMail: 1,
      unrepaired: { at, reason: 'no-runbook' },
      ...(isWell && { wellAt: at }),
    },
  },
  mails: 1,
  news: 1,
  response: running,
  version: 5,
  ...changes,
});

const contact = (name: string, phone?: string): Contact => ({
  name,
  mail: `${name}@acme.example`,
  language: 'ja',
  alertMail: true,
  ...(phone !== undefined && { phone }),
});
const sato = contact('sato', '+819011110001');
const suzuki = contact('suzuki', '+819011110002');

const call = (number: number, changes: Partial<Call> = {}): Call => ({
  id: `acme.web-1-1-${round}-${number}`,
  incident: 'acme.web-1-1',
  purpose: 'escalation',
  round,
  number,
  to: { name: 'sato', phone: '+819011110001', language: 'ja' },
  report: 'report',
  state: 'ended',
  end: 'unanswered',
  preparedAt: at,
  version: 1,
  ...changes,
});

describe('who is called next', () => {
  const cases = [
    { given: 'nobody called yet', calls: [], next: { step: 'call', number: 1, to: { name: 'sato' } } },
    {
      given: 'the first did not answer',
      calls: [call(1)],
      next: { step: 'call', number: 2, to: { name: 'suzuki' } },
    },
    {
      given: 'a call of an earlier round',
      calls: [call(1, { round: 1 })],
      next: { step: 'call', number: 1, to: { name: 'sato' } },
    },
    {
      given: 'a page of an engineer',
      calls: [call(1, { purpose: 'page' })],
      next: { step: 'call', number: 1, to: { name: 'sato' } },
    },
    {
      given: 'a call that has not ended',
      calls: [call(1, { state: 'placing' })],
      next: { step: 'resume', call: { number: 1 } },
    },
    {
      given: 'a call that was confirmed',
      calls: [call(1, { accepted: true })],
      next: { step: 'end', end: 'accepted' },
    },
    {
      given: 'a call that was given up and confirmed in the same moment',
      calls: [call(1, { accepted: true, end: 'no-key' })],
      next: { step: 'end', end: 'accepted' },
    },
    {
      given: 'a contact whose number was changed after the call',
      calls: [call(1, { to: { name: 'sato', phone: '+819099999999', language: 'ja' } })],
      next: { step: 'call', number: 2, to: { name: 'sato', phone: '+819011110001' } },
    },
    {
      given: 'everybody called',
      calls: [call(1), call(2, { to: { name: 'suzuki', phone: '+819011110002', language: 'ja' } })],
      next: { step: 'end', end: 'exhausted' },
    },
    {
      given: 'a recovery',
      of: incident({}, true),
      calls: [call(1)],
      next: { step: 'end', end: 'recovered' },
    },
    {
      given: 'an operator who skips the calls',
      of: incident({ response: { ...running, skipCalls: true } }),
      calls: [call(1)],
      next: { step: 'end', end: 'skipped' },
    },
    {
      given: 'a round that is over',
      of: incident({ response: { rounds: round } }),
      calls: [call(1)],
      next: { step: 'over' },
    },
    {
      given: 'a round that is over with a call that has not ended',
      of: incident({ response: { rounds: round } }),
      calls: [call(1, { state: 'placed' })],
      next: { step: 'resume' },
    },
  ];
  for (const { given, of = incident(), calls, next } of cases)
    it(`given ${given}, when it is asked for, then the answer is ${JSON.stringify(next)}`, () => {
      expect(nextCall(of, round, [contact('tanaka'), sato, suzuki], calls)).toMatchObject(next);
    });

  it('given no telephone of any contact, when it is asked for, then there is nobody to call', () => {
    expect(nextCall(incident(), round, [contact('tanaka')], [])).toEqual({
      step: 'end',
      end: 'nobody-to-call',
    });
  });

  it('given any contacts and any ends, when a round is gone through, then each telephone rings once, and nobody after a confirmation', () => {
    const contacts = fc.array(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c'),
        phone: fc.constantFrom('+81900000001', '+81900000002', undefined),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(contacts, fc.array(fc.boolean(), { maxLength: 8 }), (given, confirms) => {
        const list = given.map(({ name, phone }) => contact(name, phone));
        const calls: Call[] = [];
        for (let step = 0; step < 20; step += 1) {
          const next = nextCall(incident(), round, list, calls);
          if (next.step !== 'call') {
            expect(next.step).toBe('end');
            break;
          }
          const accepted = confirms[calls.length] === true;
          calls.push(
            call(next.number, { to: next.to, ...(accepted && { accepted, end: 'accepted' as const }) }),
          );
        }
        const rung = calls.map(({ to }) => `${to.name} ${to.phone}`);
        expect(new Set(rung).size).toBe(rung.length);
        expect(calls.slice(0, -1).some(({ accepted }) => accepted)).toBe(false);
      }),
    );
  });
});

describe('how a call stands', () => {
  const placed = call(1, { state: 'placed', placedAt: at, ringsSince: at, contact: 'c-1' });
  const { end: _none, ...ringing } = placed;
  const later = (seconds: number) => addSeconds(at, seconds);
  const cases = [
    {
      given: 'it rings',
      call: ringing,
      at: later(10),
      verdict: { step: 'wait', for: 'pick-up', seconds: 20 },
    },
    {
      given: 'it has rung for 30 s',
      call: ringing,
      at: later(30),
      verdict: { step: 'end', end: 'unanswered' },
    },
    {
      given: 'it was picked up',
      call: { ...ringing, connectedAt: later(29) },
      at: later(31),
      verdict: { step: 'wait', for: 'key', seconds: 88 },
    },
    {
      given: 'nobody pressed a key for 90 s',
      call: { ...ringing, connectedAt: later(5) },
      at: later(95),
      verdict: { step: 'end', end: 'no-key' },
    },
    {
      given: 'the key was pressed',
      call: { ...ringing, connectedAt: later(5), accepted: true, disconnectedAt: later(9) },
      at: later(10),
      verdict: { step: 'end', end: 'accepted' },
    },
    {
      given: 'the line was cut after a pick-up',
      call: { ...ringing, connectedAt: later(5), disconnectedAt: later(9) },
      at: later(10),
      verdict: { step: 'end', end: 'no-key' },
    },
    {
      given: 'it was declined, without a reason',
      call: { ...ringing, disconnectedAt: later(9) },
      at: later(10),
      verdict: { step: 'end', end: 'declined' },
    },
    {
      given: 'it rang out, without a reason',
      call: { ...ringing, disconnectedAt: later(29) },
      at: later(30),
      verdict: { step: 'end', end: 'unanswered' },
    },
    {
      given: 'the network tells that the number is invalid',
      call: { ...ringing, disconnectedAt: later(1), disconnectReason: 'TELECOM_NUMBER_INVALID' },
      at: later(2),
      verdict: { step: 'end', end: 'failed' },
    },
    {
      given: 'the service recovered while it rings',
      call: ringing,
      of: incident({}, true),
      at: later(10),
      verdict: { step: 'end', end: 'recovered' },
    },
    {
      given: 'the service recovered while somebody listens',
      call: { ...ringing, connectedAt: later(5) },
      of: incident({}, true),
      at: later(10),
      verdict: { step: 'wait', for: 'key', seconds: 85 },
    },
    {
      given: 'another contact has confirmed meanwhile',
      call: ringing,
      others: [call(9, { accepted: true })],
      at: later(10),
      verdict: { step: 'end', end: 'stopped' },
    },
    {
      given: 'the round is over',
      call: ringing,
      of: incident({ response: { rounds: round } }),
      at: later(10),
      verdict: { step: 'end', end: 'stopped' },
    },
  ] as const;
  for (const { given, call: seen, at: now, verdict, ...rest } of cases)
    it(`given ${given}, when it is judged, then ${JSON.stringify(verdict)}`, () => {
      const of = 'of' in rest ? rest.of : incident();
      const others = 'others' in rest ? rest.others : [];
      expect(judgeCall(seen, others, of, now)).toEqual(verdict);
    });
});

describe('after the end', () => {
  const skipped = { end: 'skipped', at } as const;

  it('given a round that a stop has ended, when its execution is redriven, then it is taken up again', () => {
    const resumed = resumeRound(incident({ response: { rounds: round, calls: skipped } }), round, at);
    expect(resumed?.response).toEqual(running);
    expect(resumed?.version).toBe(6);
  });

  const settled: readonly (readonly [string, Incident])[] = [
    [
      'calls that an operator skips',
      incident({ response: { rounds: round, calls: skipped, skipCalls: true } }),
    ],
    ['a later round', incident({ response: { rounds: 3, calls: skipped } })],
    [
      'calls that somebody accepted',
      incident({ response: { rounds: round, calls: { end: 'accepted', at } } }),
    ],
    ['a closed incident', incident({ state: 'closed', response: { rounds: round, calls: skipped } })],
    ['a round that goes on', incident()],
  ];
  for (const [given, of] of settled)
    it(`given ${given}, when its execution is redriven, then nothing is taken up`, () => {
      expect(resumeRound(of, round, at)).toBeUndefined();
    });

  it('given a round that ended with nobody, when the key of its last call comes after all, then the incident says who knows, and tells it once', () => {
    const of = incident({ response: { rounds: round, calls: { end: 'exhausted', at } } });
    const after = withLateAcceptance(of, call(1, { accepted: true, end: 'no-key', endedAt: at }));
    expect(after.response?.calls).toEqual({ end: 'accepted', at, by: 'sato' });
    expect(after.messages).toEqual([{ key: `reached-${round}`, at, kind: 'reached', person: 'sato' }]);
    expect(withLateAcceptance(after, call(1, { accepted: true, endedAt: at }))).toBe(after);
  });

  it('given a round that goes on, when a key comes, then the incident is left to its workflow', () => {
    const of = incident();
    expect(withLateAcceptance(of, call(1, { accepted: true }))).toBe(of);
  });

  it('given a number, when it is written for people, then only its end is there', () => {
    expect(maskedPhone('+819012345678')).toBe('…5678');
  });
});
