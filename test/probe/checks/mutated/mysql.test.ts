import { describe } from 'vitest';
import { closeServersAfterEach } from '../../tcp-server.ts';
import { itFollowsEachStep, itJudgesMutations } from '../mutated-recording.ts';

closeServersAfterEach();

describe('mysql, mutated', () => {
  itJudgesMutations('mysql', 'clear');
  itFollowsEachStep('mysql');
  itJudgesMutations('mysql-require', 'clear');
  itJudgesMutations('mysql-require', 'inside');
  itJudgesMutations('mysql-require', 'records');
  itFollowsEachStep('mysql-require');
});
