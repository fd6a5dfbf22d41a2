import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Heartbeat } from '../../../core/heartbeat/heartbeat.ts';
import { judgeHeartbeat } from '../../../core/heartbeat/judge-heartbeat.ts';
import { addSeconds } from '../../../core/instant.ts';

const now = '2026-11-21T03:00:00.000Z';
const minutesAgo = (minutes: number) => addSeconds(now, -minutes * 60);
const daily = { everyMinutes: 1440, graceMinutes: 30 };

const cases: readonly {
  given: string;
  beat: Heartbeat;
  then: string;
  severity: string;
  says: string;
  sagt: string;
}[] = [
  {
    given: 'a job that never called',
    beat: {},
    then: 'it cannot be judged',
    severity: 'unknown',
    says: 'the job has never called; let it call the URL of this monitor when it ends',
    sagt: 'ジョブからの呼び出しがまだ一度もありません。監視項目の URL をジョブの最後に呼び出すように設定してください',
  },
  {
    given: 'a call of five minutes ago',
    beat: { at: minutesAgo(5) },
    then: 'all is well',
    severity: 'ok',
    says: 'the job called 5 min ago',
    sagt: 'ジョブは 5分前に呼び出しました',
  },
  {
    given: 'a call at the very end of the grace',
    beat: { at: minutesAgo(1470) },
    then: 'all is well still',
    severity: 'ok',
    says: 'the job called 24.5 h ago',
    sagt: 'ジョブは 24.5時間前に呼び出しました',
  },
  {
    given: 'a call of a minute before that',
    beat: { at: minutesAgo(1471) },
    then: 'the job is overdue',
    severity: 'critical',
    says: 'the job last called 24.5 h ago, more than the 24.5 h allowed',
    sagt: 'ジョブの最後の呼び出しは 24.5時間前で、許容の 24.5時間を過ぎています',
  },
  {
    given: 'a failure after the last good call',
    beat: { at: minutesAgo(1000), failedAt: minutesAgo(2), message: 'disk full' },
    then: 'it is told at once',
    severity: 'critical',
    says: 'the job said that it failed: disk full',
    sagt: 'ジョブが失敗を知らせました: disk full',
  },
  {
    given: 'a failure and no good call ever',
    beat: { failedAt: minutesAgo(2) },
    then: 'it is told at once',
    severity: 'critical',
    says: 'the job said that it failed',
    sagt: 'ジョブが失敗を知らせました',
  },
  {
    given: 'a good call after a failure',
    beat: { at: minutesAgo(1), failedAt: minutesAgo(30), message: 'disk full' },
    then: 'the failure is over',
    severity: 'ok',
    says: 'the job called 1 min ago',
    sagt: 'ジョブは 1分前に呼び出しました',
  },
];

describe('a heartbeat is judged by the calls of the job', () => {
  for (const { given, beat, then, severity, says, sagt } of cases) {
    it(`given ${given}, when it is checked, then ${then}`, () => {
      const verdict = judgeHeartbeat(daily, beat, now);
      expect(verdict).toMatchObject({ severity, summary: { en: says, ja: sagt } });
    });
  }

  it('given any rhythm and any last call, when it is checked, then it is critical exactly after rhythm and grace', () => {
    const minutes = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(minutes, minutes, minutes, (everyMinutes, graceMinutes, age) => {
        const { severity } = judgeHeartbeat({ everyMinutes, graceMinutes }, { at: minutesAgo(age) }, now);
        expect(severity).toBe(age > everyMinutes + graceMinutes ? 'critical' : 'ok');
      }),
    );
  });
});
