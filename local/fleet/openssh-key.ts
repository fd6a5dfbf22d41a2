import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** An ed25519 key pair as OpenSSH's files hold it. */
export interface SshKeyPair {
  readonly private: string;
  readonly public: string;
}

const type = 'ssh-ed25519';
const blockBytes = 8;
const lineChars = 70;

/**
 * Makes a key pair. (Of the keys that the ssh2 package makes, it cannot read 6 in 2,000 itself.)
 * @see PROTOCOL.key of OpenSSH; RFC 8709 for the public part
 */
export function newSshKeyPair(comment: string): SshKeyPair {
  const { d, x } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (d === undefined || x === undefined) throw new Error('the key generator gave no ed25519 key');
  const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const publicBlob = Buffer.concat([field(type), field(point)]);
  const check = randomBytes(4);
  const secretPart = padded(
    Buffer.concat([check, check, publicBlob, field(Buffer.concat([seed, point])), field(comment)]),
  );
  const none = field('none');
  const keys = Buffer.alloc(4);
  keys.writeUInt32BE(1);
  const file = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    none,
    none,
    field(''),
    keys,
    field(publicBlob),
    field(secretPart),
  ]);
  const lines = file.toString('base64').match(new RegExp(`.{1,${lineChars}}`, 'g')) ?? [];
  return {
    private: `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`,
    public: `${type} ${publicBlob.toString('base64')} ${comment}`,
  };
}

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Up to a whole block with 1, 2, 3 … */
function padded(content: Buffer): Buffer {
  const missing = (blockBytes - (content.length % blockBytes)) % blockBytes;
  return Buffer.concat([content, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}
