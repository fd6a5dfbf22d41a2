import { describe } from 'vitest';
import { closeServersAfterEach } from '../../tcp-server.ts';
import { itFollowsEachStep, itJudgesMutations } from '../mutated-recording.ts';

closeServersAfterEach();

describe('tls, mutated', () => {
  itJudgesMutations('tls', 'records');
  itJudgesMutations('tls-smtp', 'clear');
  itJudgesMutations('tls-smtp', 'records');
  itFollowsEachStep('tls-smtp');
  itJudgesMutations('tls-mysql', 'clear');
  itJudgesMutations('tls-mysql', 'records');
  itFollowsEachStep('tls-mysql');
});
