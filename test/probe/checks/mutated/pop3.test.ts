import { describe } from 'vitest';
import { closeServersAfterEach } from '../../tcp-server.ts';
import { itFollowsEachStep, itJudgesMutations } from '../mutated-recording.ts';

closeServersAfterEach();

describe('pop3, mutated', () => {
  itJudgesMutations('pop3', 'clear');
  itFollowsEachStep('pop3');
  itJudgesMutations('pop3-starttls', 'clear');
  itJudgesMutations('pop3-starttls', 'inside');
  itJudgesMutations('pop3-starttls', 'records');
  itFollowsEachStep('pop3-starttls');
});
