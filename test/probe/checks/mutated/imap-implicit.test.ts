import { describe } from 'vitest';
import { closeServersAfterEach } from '../../tcp-server.ts';
import { itFollowsEachStep, itJudgesMutations } from '../mutated-recording.ts';

closeServersAfterEach();

describe('imap with TLS from the start, mutated', () => {
  itJudgesMutations('imap-implicit', 'inside');
  itJudgesMutations('imap-implicit', 'records');
  itFollowsEachStep('imap-implicit');
});
