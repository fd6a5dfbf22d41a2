import { type CertificateOptions, makeAuthority, makeCertificate } from '../../probe/certificate.ts';

/** Trusted by our checks; see the test. */
export const authority = makeAuthority('Mimamori Test Authority');

export const certificateName = 'shop.example';

const dayMs = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * dayMs);

/** A certificate of the trusted authority for `certificateName` that ends in so many days. */
export const endingIn = (days: number, other: Partial<CertificateOptions> = {}) =>
  makeCertificate({
    names: [certificateName],
    issuer: authority,
    notBefore: inDays(Math.min(days, 0) - 90),
    notAfter: inDays(days),
    ...other,
  });

export const beginningIn = (days: number) => endingIn(days + 90, { notBefore: inDays(days) });

export const selfSigned = () => makeCertificate({ names: [certificateName], notAfter: inDays(90) });
