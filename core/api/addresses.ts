import { z } from 'zod';

/** Where our checks and log-ins come from: what a customer's firewall lets in. */
export const monitoringAddresses = z
  .object({ addresses: z.array(z.string()) })
  .meta({ id: 'MonitoringAddresses' });
export type MonitoringAddresses = z.output<typeof monitoringAddresses>;
