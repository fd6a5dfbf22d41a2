import { describe } from 'vitest';
import { closeServersAfterEach } from '../../tcp-server.ts';
import { itFollowsEachStep, itJudgesMutations } from '../mutated-recording.ts';

closeServersAfterEach();

describe('pop3 with TLS from the start, mutated', () => {
  itJudgesMutations('pop3-implicit', 'inside');
  itJudgesMutations('pop3-implicit', 'records');
  itFollowsEachStep('pop3-implicit');
});
