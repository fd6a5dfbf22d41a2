import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { newSshKeyPair } from '../../../local/fleet/openssh-key.ts';

it('given 300 new key pairs, when they are read, then each private key signs what its public key verifies', () => {
  const message = Buffer.from('見守り');
  for (let count = 0; count < 300; count++) {
    const pair = newSshKeyPair('demo');
    const [secret, open] = [ssh2.utils.parseKey(pair.private), ssh2.utils.parseKey(pair.public)];
    if (secret instanceof Error) throw secret;
    if (open instanceof Error) throw open;
    expect(secret.comment).toBe('demo');
    expect(open.getPublicSSH().equals(secret.getPublicSSH())).toBe(true);
    const signature = secret.sign(message);
    if (signature instanceof Error) throw signature;
    expect(open.verify(message, signature)).toBe(true);
  }
});
