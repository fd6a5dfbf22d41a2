import PostalMime, { type Email } from 'postal-mime';
import type { Contact } from '../../core/account.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { Monitor } from '../../core/monitor.ts';
import type { MailPorts } from '../../lambdas/mail/deliver.ts';
import {
  type MailFault,
  MailNotTaken,
  type MailSender,
  type RawMail,
} from '../../platform/mail/mail-sender.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import { account, server } from '../core/mail/example-incident.ts';

export interface Delivered {
  readonly to: string;
  readonly mail: Email;
  header(name: string): string | undefined;
}

/**
 * A mail service in memory: it reads what it is given as a receiver would. Faults are by address, the empty
 * address meaning the service itself; `dies` takes the mail and never answers, as for a process that is killed.
 */
export class PostOffice implements MailSender {
  readonly delivered: Delivered[] = [];
  readonly faults = new Map<string, MailFault | 'dies'>();
  tried = 0;

  async send({ to, raw, messageId }: RawMail): Promise<{ messageId: string }> {
    this.tried += 1;
    const fault = this.faults.get('') ?? this.faults.get(to);
    if (fault !== undefined && fault !== 'dies') throw new MailNotTaken(fault, `no mail for ${to}: ${fault}`);
    const mail = await PostalMime.parse(raw);
    const header = (name: string) => mail.headers.find(({ key }) => key === name.toLowerCase())?.value;
    this.delivered.push({ to, mail, header });
    return fault === 'dies' ? await new Promise(() => undefined) : { messageId };
  }

  to(address: string): Delivered[] {
    return this.delivered.filter((one) => one.to === address);
  }

  count(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { to } of this.delivered) counts[to] = (counts[to] ?? 0) + 1;
    return counts;
  }
}

/** The same object, but for some of its methods. */
export const withMethods = <T extends object>(target: T, methods: Partial<T>): T =>
  new Proxy(target, {
    get: (_target, name) => {
      const found = Reflect.get(name in methods ? methods : target, name);
      return typeof found === 'function' ? found.bind(target) : found;
    },
  });

export const desk = 'desk@msp.example';
export const secondDesk = 'night@msp.example';

/** Stores with an inventory and an open incident, a mail service, and everything that was logged. */
export async function mailWorld(
  contacts: readonly Contact[],
  incident?: Incident,
  monitors: readonly Monitor[] = [],
) {
  const stores = createMemoryStores();
  await stores.inventory.replace(0, {
    settings: {
      mailFrom: 'alerts@msp.example',
      mailFromName: 'Mimamori',
      operators: { mail: [desk, secondDesk], language: 'en' },
      referenceEndpoints: [],
    },
    accounts: [{ ...account, contacts: [...contacts] }],
    servers: [{ account: 'acme', ...server, address: '192.0.2.1', plan: 'notify', reach: 'internet' }],
    monitors: [...monitors],
  });
  if (incident !== undefined) await stores.incidents.replaceIncident({ ...incident, version: 1 });
  const logged: string[] = [];
  const write = (message: unknown, ...more: unknown[]) =>
    void logged.push(JSON.stringify([message, ...more]));
  const log: MailPorts['log'] = { info: write, warn: write, error: write };
  const office = new PostOffice();
  return { ...stores, office, sender: office, log, logged };
}

export type MailWorld = Awaited<ReturnType<typeof mailWorld>>;
