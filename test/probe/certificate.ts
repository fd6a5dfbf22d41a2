import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateOptions {
  /** DNS names and IPv4 addresses it is for. */
  readonly names: readonly string[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Signs itself without one. */
  readonly issuer?: Authority;
}

export interface Authority extends Certificate {
  readonly subject: Buffer;
  readonly privateKey: KeyObject;
}

const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const size = body.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const hex = (text: string) => Buffer.from(text, 'hex');

const oids = {
  commonName: hex('0603550403'),
  ecdsaWithSha256: hex('06082a8648ce3d040302'),
  subjectAltName: hex('0603551d11'),
  basicConstraints: hex('0603551d13'),
  keyUsage: hex('0603551d0f'),
};
const algorithm = sequence(oids.ecdsaWithSha256);
const time = (at: Date) => der(0x18, Buffer.from(`${at.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
const nameOf = (common: string) =>
  sequence(der(0x31, sequence(oids.commonName, der(0x0c, Buffer.from(common)))));
const critical = Buffer.from([0x01, 0x01, 0xff]);

/** Makes an X.509 certificate for a test server, now and here: none lies in the repository to run out one day. */
export function makeCertificate(options: CertificateOptions): Certificate {
  const { certificate } = build(options, false);
  return certificate;
}

/** @param issuer for one that stands between it and the servers */
export function makeAuthority(common: string, issuer?: Authority): Authority {
  const { certificate, privateKey } = build({ names: [common], ...(issuer && { issuer }) }, true);
  return { ...certificate, privateKey, subject: nameOf(common) };
}

function build({ names, notBefore, notAfter, issuer }: CertificateOptions, isAuthority: boolean) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = nameOf(names[0] ?? 'test');
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const alternatives = names.map((name) =>
    /^[\d.]+$/.test(name)
      ? der(0x87, Buffer.from(name.split('.').map(Number)))
      : der(0x82, Buffer.from(name)),
  );
  const extensions = [
    sequence(oids.subjectAltName, der(0x04, sequence(...alternatives))),
    sequence(oids.basicConstraints, critical, der(0x04, isAuthority ? sequence(critical) : sequence())),
    ...(isAuthority ? [sequence(oids.keyUsage, critical, der(0x04, hex('03020106')))] : []),
  ];
  const now = Date.now();
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    issuer?.subject ?? subject,
    sequence(time(notBefore ?? new Date(now - 3_600_000)), time(notAfter ?? new Date(now + 30 * 86_400_000))),
    subject,
    spki,
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', tbs, issuer?.privateKey ?? privateKey);
  const bytes = sequence(tbs, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = bytes.toString('base64').replace(/.{64}/g, '$&\n');
  const cert = `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { certificate: { key, cert }, privateKey };
}
