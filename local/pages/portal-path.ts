/**
 * The portal's page of an incident.
 * @param account for operators, who see every account below its name; customers have their own only
 */
export const incidentPath = (id: string, account?: string): string =>
  `${account === undefined ? '' : `/accounts/${encodeURIComponent(account)}`}/incidents/${encodeURIComponent(id)}`;

/** The portal's page of a server, for the customer whose it is. */
export const serverPath = (server: string): string => `/servers/${encodeURIComponent(server)}`;
