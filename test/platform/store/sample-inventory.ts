import type { Account } from '../../../core/account.ts';
import type { Inventory } from '../../../core/inventory/inventory.ts';
import type { Monitor } from '../../../core/monitor.ts';
import type { Server } from '../../../core/server.ts';
import type { Settings } from '../../../core/settings.ts';

export const settings: Settings = {
  mailFrom: 'watch@msp.example',
  mailFromName: '見守り',
  operators: { mail: ['desk@msp.example'], language: 'ja' },
  referenceEndpoints: [],
};

export const accountNamed = (id: string, name = '株式会社アクメ'): Account => ({
  id,
  name,
  timeZone: 'Asia/Tokyo',
  contacts: [{ name: '山田', mail: 'Yamada@acme.example', language: 'ja', alertMail: true }],
});

export const serverNamed = (id: string, account = 'acme'): Server => ({
  account,
  id,
  name: `Server ${id}`,
  address: '192.0.2.10',
  plan: 'notify',
  reach: 'internet',
});

export const monitorNamed = (id: string, changes: Partial<Monitor> = {}): Monitor => ({
  account: 'acme',
  server: 'web-1',
  id,
  check: 'https',
  class: 'liveness',
  settings: { url: 'https://www.acme.example/', statusRanges: [[200, 399]] },
  timing: {
    intervalMinutes: 3,
    confirmations: 2,
    confirmationSpacingSeconds: 60,
    dedupSeconds: 30,
    collectSeconds: 30,
  },
  timeLimitMs: 10_000,
  priority: 5,
  plan: 'notify',
  target: { address: '192.0.2.10', reach: 'internet' },
  ...changes,
});

export const every = (intervalMinutes: number): Pick<Monitor, 'timing'> => ({
  timing: { ...monitorNamed('any').timing, intervalMinutes },
});

/** One account, two servers, three monitors. */
export const smallInventory: Inventory = {
  settings,
  accounts: [accountNamed('acme')],
  servers: [serverNamed('web-1'), serverNamed('db-1')],
  monitors: [
    monitorNamed('https'),
    monitorNamed('cpu', { check: 'cpu', class: 'resource', ...every(5) }),
    monitorNamed('mysql', { server: 'db-1', check: 'mysql' }),
  ],
};
