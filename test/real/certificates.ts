/** Certificates that real servers show, good ones and bad ones. */
import { type Certificate, makeAuthority, makeCertificate } from '../probe/certificate.ts';

/** The checks of these tests trust it. */
export const authority = makeAuthority('Mimamori Test Authority');
const between = makeAuthority('Mimamori Test Intermediate', authority);

const dayMs = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * dayMs);

export const certificateFor = (name: string, daysLeft = 90): Certificate =>
  makeCertificate({ names: [name], issuer: authority, notAfter: inDays(daysLeft) });

/** A bad certificate each, for `name`, and what a check says of it. */
export const badCertificates = (name: string) => [
  {
    given: 'an expired certificate',
    certificate: makeCertificate({
      names: [name],
      issuer: authority,
      notBefore: inDays(-90),
      notAfter: inDays(-1),
    }),
    said: 'its certificate has expired',
  },
  {
    given: 'a certificate that is not valid yet',
    certificate: makeCertificate({
      names: [name],
      issuer: authority,
      notBefore: inDays(1),
      notAfter: inDays(90),
    }),
    said: 'its certificate is not valid yet',
  },
  {
    given: 'the certificate of another name',
    certificate: certificateFor(`other-${name}`),
    said: 'its certificate is for another host name',
  },
  {
    given: 'a certificate that signed itself',
    certificate: makeCertificate({ names: [name] }),
    said: 'its certificate is self-signed',
  },
  {
    given: 'a chain without its intermediate',
    certificate: makeCertificate({ names: [name], issuer: between }),
    said: 'the one between is missing',
  },
];

/** Signed by an intermediate authority, whose certificate the server shows, too. */
export function certificateWithChain(name: string): Certificate {
  const { cert, key } = makeCertificate({ names: [name], issuer: between, notAfter: inDays(90) });
  return { cert: cert + between.cert, key };
}
