import { describe } from 'vitest';
import { closeServersAfterEach } from '../../tcp-server.ts';
import { itFollowsEachStep, itJudgesMutations } from '../mutated-recording.ts';

closeServersAfterEach();

describe('smtp, mutated', () => {
  itJudgesMutations('smtp', 'clear');
  itFollowsEachStep('smtp');
  itJudgesMutations('smtp-starttls', 'clear');
  itJudgesMutations('smtp-starttls', 'inside');
  itJudgesMutations('smtp-starttls', 'records');
  itFollowsEachStep('smtp-starttls');
});
