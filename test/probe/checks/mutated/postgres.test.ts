import { describe } from 'vitest';
import { closeServersAfterEach } from '../../tcp-server.ts';
import { itFollowsEachStep, itJudgesMutations } from '../mutated-recording.ts';

closeServersAfterEach();

describe('postgres, mutated', () => {
  itJudgesMutations('postgres', 'clear');
  itFollowsEachStep('postgres');
  itJudgesMutations('postgres-require', 'clear');
  itJudgesMutations('postgres-require', 'inside');
  itJudgesMutations('postgres-require', 'records');
  itFollowsEachStep('postgres-require');
});
