/** How many servers of one sweep may fail before our own way out is doubted. */
export interface BurstLimits {
  readonly servers: number;
  readonly share: number;
}

export const defaultBurst: BurstLimits = { servers: 5, share: 0.2 };

/** True when so many of the checked servers fail at once that our own network is the likelier cause. */
export function isBurst(
  failingServers: number,
  checkedServers: number,
  limits: BurstLimits = defaultBurst,
): boolean {
  return failingServers >= Math.max(limits.servers, checkedServers * limits.share);
}
