import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { machineArn } from '../../bin/simulate/virtual-chain.ts';
import { addSeconds } from '../../core/instant.ts';
import { engineer, rota } from '../../core/on-call/rota.ts';
import { acknowledgePage } from '../../lambdas/on-call/acknowledge.ts';
import { submitCauseReport } from '../../lambdas/on-call/submit-report.ts';
import { troubled } from './script.ts';
import { customer, dueAt, operator, World } from './world.ts';

const start = '2026-11-24T00:00:00.000Z';
const due = dueAt('web-1', addSeconds(start, 60));
const incident = 'acme.web-1-1';
const people = ['sato', 'jones', 'kimura'].map((id) =>
  engineer.parse({ id, name: id, mail: `${id}@msp.example`, phone: '+81312340001', language: 'en' }),
);
const report = { cause: 'c', actions: 'a', prevention: 'p', author: 'sato' };

const anyRun = fc.record({
  onCall: fc.integer({ min: 0, max: 3 }),
  /** Minutes after the failure. */
  wellAfter: fc.integer({ min: 5, max: 120 }),
  acknowledgedAfter: fc.option(fc.integer({ min: 0, max: 130 }), { nil: undefined }),
  reportedAfter: fc.integer({ min: 0, max: 200 }),
  stoppedAfter: fc.option(fc.integer({ min: 4, max: 150 }), { nil: undefined }),
  /** Which calls of functions die after their work, by a number that walks through them. */
  deaths: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 4 }),
});

describe('any second response', () => {
  it(
    'given any times of acknowledgement, recovery, report, stops and crashes, when all is over, then nobody is paged who is not needed, and the customer has the report once',
    () =>
      fc.assert(
        fc.asyncProperty(anyRun, async (run) => {
          const world = new World({ start, phone: () => ({ does: 'rings' }) });
          const shift = {
            days: ['tue' as const],
            from: '00:00',
            to: '24:00',
            engineers: people.slice(0, run.onCall).map(({ id }) => id),
          };
          const onCall = rota.parse({ engineers: people, shifts: run.onCall === 0 ? [] : [shift] });
          await world.watch([{ server: 'web-1', monitor: 'http', plan: 'managed' }], undefined, { onCall });
          const wellAt = addSeconds(due, run.wellAfter * 60);
          world.script = troubled([{ server: 'web-1', monitor: 'http', from: due, to: wellAt }]);
          let calls = 0;
          const engineers = /SecondResponse|NextPage|PageEngineer|TellCustomer|Remind|PlaceCall|EndCall/;
          world.crash = ({ name }) => {
            if (!engineers.test(name)) return false;
            calls += 1;
            return run.deaths.includes(calls);
          };
          const ports = { ...world.stores, workflows: world.workflows };
          const executionArn = machineArn('second-response')
            .replace(':stateMachine:', ':execution:')
            .concat(`:${incident}-engineers`);

          let taken = '';
          for (let minute = 0; minute <= 205; minute += 1) {
            const at = addSeconds(due, minute * 60);
            await world.advanceTo(at);
            if (minute === run.acknowledgedAfter) {
              const { outcome } = await acknowledgePage(ports, { incident, by: 'sato', at });
              if (outcome === 'acknowledged') taken = at;
            }
            const isRunning = world.engine
              .listExecutions({ stateMachineArn: machineArn('second-response'), statusFilter: 'RUNNING' })
              .executions.some((one) => one.executionArn === executionArn);
            if (minute === run.stoppedAfter && isRunning) {
              await world.engine.stopExecution({ executionArn });
              await world.advance(30);
              await world.engine.redriveExecution({ executionArn });
            }
            if (minute >= run.reportedAfter) await submitCauseReport(ports, { incident, report, at });
          }
          await world.advance(900);

          const pages = world.mails.filter(
            ({ state, subject }) => state === 'PAGE' || subject.includes('No engineer has taken'),
          );
          const recovered = world.mailsTo(customer).find(({ state }) => state === 'RECOVERED')?.at ?? '';
          for (const [index, { at }] of pages.entries()) {
            expect(at <= recovered).toBe(true);
            if (taken !== '') expect(at <= addSeconds(taken, 60)).toBe(true);
            const before = pages[index - 1]?.at ?? '';
            if (before !== '') expect(at >= addSeconds(before, 570)).toBe(true);
          }
          const second = await world.stores.onCall.secondResponse(incident);
          const reports = world
            .mailsTo(customer)
            .filter(({ text }) => text.includes('再発防止策 / Prevention'));
          if (second === undefined) expect(pages).toEqual([]);
          else {
            expect(pages.length).toBeGreaterThan(0);
            expect(second.endedAt).toBeDefined();
            expect(reports).toHaveLength(1);
          }
          expect(world.mailsTo(operator).filter(({ subject }) => subject.includes('is stuck'))).toEqual([]);
          await world.close();
        }),
        { numRuns: 25 },
      ),
    60_000,
  );
});
