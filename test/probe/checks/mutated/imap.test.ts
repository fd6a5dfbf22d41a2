import { describe } from 'vitest';
import { closeServersAfterEach } from '../../tcp-server.ts';
import { itFollowsEachStep, itJudgesMutations } from '../mutated-recording.ts';

closeServersAfterEach();

describe('imap, mutated', () => {
  itJudgesMutations('imap', 'clear');
  itFollowsEachStep('imap');
  itJudgesMutations('imap-starttls', 'clear');
  itJudgesMutations('imap-starttls', 'inside');
  itJudgesMutations('imap-starttls', 'records');
  itFollowsEachStep('imap-starttls');
});
