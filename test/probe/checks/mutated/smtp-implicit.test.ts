import { describe } from 'vitest';
import { closeServersAfterEach } from '../../tcp-server.ts';
import { itFollowsEachStep, itJudgesMutations } from '../mutated-recording.ts';

closeServersAfterEach();

describe('smtp with TLS from the start, mutated', () => {
  itJudgesMutations('smtp-implicit', 'inside');
  itJudgesMutations('smtp-implicit', 'records');
  itFollowsEachStep('smtp-implicit');
});
