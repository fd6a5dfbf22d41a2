/** Whom a link leads: customers have their own incidents only, operators see each below its account. */
export type PortalReader = 'customer' | 'operator';

/**
 * The portal's page of an incident, for a mail.
 *
 * @param portalUrl with or without a slash at its end
 * @returns undefined without a portal, and for an address that a mail should not hold
 */
export function incidentUrl(
  portalUrl: string | undefined,
  { id, account }: { readonly id: string; readonly account: string },
  reader: PortalReader,
): string | undefined {
  if (portalUrl === undefined || !/^https?:\/\/[!-~]{1,500}$/.test(portalUrl)) return undefined;
  const prefix = reader === 'customer' ? '' : `/accounts/${encodeURIComponent(account)}`;
  return `${portalUrl.replace(/\/+$/, '')}${prefix}/incidents/${encodeURIComponent(id)}`;
}
