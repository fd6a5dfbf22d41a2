import { join } from 'node:path';
import type { CognitoOptions } from '../../../local/aws/cognito.ts';
import { LocalUsers } from '../../../local/oidc/local-users.ts';
import { temporaryDirectory } from '../assembly/write-assembly.ts';

export const poolId = 'ap-northeast-1_Sample000';

/** A pool without anybody in it. */
export const samplePeople = (): CognitoOptions => ({
  users: LocalUsers.open({ file: join(temporaryDirectory(), 'users.json'), now: Date.now }),
  poolId,
});
