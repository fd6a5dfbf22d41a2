import { describe } from 'vitest';
import { closeServersAfterEach } from '../../tcp-server.ts';
import { itFollowsEachStep, itJudgesMutations } from '../mutated-recording.ts';

closeServersAfterEach();

describe('tcp, mutated', () => {
  itJudgesMutations('tcp', 'clear');
  itFollowsEachStep('tcp');
});
