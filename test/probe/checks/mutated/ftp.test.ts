import { describe } from 'vitest';
import { closeServersAfterEach } from '../../tcp-server.ts';
import { itFollowsEachStep, itJudgesMutations } from '../mutated-recording.ts';

closeServersAfterEach();

describe('ftp, mutated', () => {
  itJudgesMutations('ftp', 'clear');
  itFollowsEachStep('ftp');
  itJudgesMutations('ftp-starttls', 'clear');
  itJudgesMutations('ftp-starttls', 'inside');
  itJudgesMutations('ftp-starttls', 'records');
  itFollowsEachStep('ftp-starttls');
});
