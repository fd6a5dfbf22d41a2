import type { Instant } from '../../core/instant.ts';
import type { VirtualClock } from '../../local/virtual-clock.ts';
import type { CallOrder, CallPort, Placed, SeenCall } from '../../platform/calls/call-port.ts';

/** What happens on a telephone that is called. Seconds count from the moment in which it begins to ring. */
export type PhoneBehaviour =
  | {
      readonly does: 'answers';
      readonly afterSeconds: number;
      /** Absent for an answering machine, and for whoever does not care to confirm. */
      readonly key?: { readonly digit: string; readonly afterSeconds: number };
      /** @default 60 s after the pick-up, as the contact flow then has said everything */
      readonly hangsUpAfterSeconds?: number;
    }
  | { readonly does: 'declines'; readonly afterSeconds: number }
  | { readonly does: 'rings' }
  | { readonly does: 'is busy' }
  | { readonly does: 'is refused'; readonly reason: string }
  | { readonly does: 'fails'; readonly error: string };

/** @param attempt how often this call's id has been placed, from 1 */
export type PhoneScript = (order: CallOrder, attempt: number) => PhoneBehaviour;

/** Somebody picks up after ten seconds and confirms ten seconds later. */
export const confirming: PhoneBehaviour = {
  does: 'answers',
  afterSeconds: 10,
  key: { digit: '1', afterSeconds: 20 },
};

/** A telephone that rang. */
export interface RungPhone {
  readonly id: string;
  readonly to: string;
  readonly report: string;
  readonly at: Instant;
  readonly endedAt?: Instant;
}

interface Line {
  readonly order: CallOrder;
  readonly contact: string;
  readonly at: number;
  seen: SeenCall;
}

interface PhoneOptions {
  readonly clock: VirtualClock;
  readonly script: PhoneScript;
  /** Takes an event of the telephone service, and a key with which its contact flow calls. */
  readonly takeEvent: (event: unknown) => void;
  readonly takeKey: (event: unknown) => void;
  /** Events are sent once at best; without them only looking tells. @default true */
  readonly sendsEvents?: boolean;
}

/** A telephone service in virtual time, with Amazon Connect's events and promises. */
export class VirtualPhone implements CallPort {
  readonly canCall = true;
  readonly #options: PhoneOptions;
  readonly #lines = new Map<string, Line>();
  readonly #attempts = new Map<string, number>();

  constructor(options: PhoneOptions) {
    this.#options = options;
  }

  /** Every telephone that rang, in order. */
  get rung(): RungPhone[] {
    return [...this.#lines.values()].map(({ order, at, seen }) => ({
      id: order.id,
      to: order.to,
      report: order.report,
      at: new Date(at).toISOString(),
      ...(seen.disconnectedAt !== undefined && { endedAt: seen.disconnectedAt }),
    }));
  }

  async place(order: CallOrder): Promise<Placed> {
    const known = [...this.#lines.values()].find((line) => line.order.id === order.id);
    if (known !== undefined) return { kind: 'placed', contact: known.contact };
    const attempt = (this.#attempts.get(order.id) ?? 0) + 1;
    this.#attempts.set(order.id, attempt);
    const behaviour = this.#options.script(order, attempt);
    if (behaviour.does === 'is refused') return { kind: 'refused', reason: behaviour.reason };
    if (behaviour.does === 'is busy') return { kind: 'busy', reason: 'no line is free' };
    if (behaviour.does === 'fails') throw new Error(behaviour.error);
    const contact = `contact-${this.#lines.size + 1}`;
    const line: Line = { order, contact, at: this.#options.clock.now(), seen: {} };
    this.#lines.set(contact, line);
    this.#play(line, behaviour);
    return { kind: 'placed', contact };
  }

  async look(contact: string): Promise<SeenCall> {
    return this.#lines.get(contact)?.seen ?? {};
  }

  async hangUp(contact: string): Promise<void> {
    const line = this.#lines.get(contact);
    if (line !== undefined) this.#disconnect(line, 'API');
  }

  #play(line: Line, behaviour: Exclude<PhoneBehaviour, { does: 'is refused' | 'is busy' | 'fails' }>): void {
    if (behaviour.does === 'rings') {
      this.#after(line, 60, () => this.#disconnect(line, 'TELECOM_ORIGINATOR_CANCEL'));
      return;
    }
    if (behaviour.does === 'declines') {
      this.#after(line, behaviour.afterSeconds, () => this.#disconnect(line, 'TELECOM_BUSY'));
      return;
    }
    const { afterSeconds, key, hangsUpAfterSeconds = 60 } = behaviour;
    this.#after(line, afterSeconds, () => {
      line.seen = { ...line.seen, connectedAt: this.#now() };
      this.#send(line, 'CONNECTED_TO_SYSTEM');
    });
    if (key !== undefined) this.#after(line, key.afterSeconds, () => this.#press(line, key.digit));
    this.#after(line, afterSeconds + hangsUpAfterSeconds, () =>
      this.#disconnect(line, 'CUSTOMER_DISCONNECT'),
    );
  }

  /** The contact flow calls its function for the one key only. */
  #press({ order, contact }: Line, digit: string): void {
    if (digit !== '1') return;
    this.#options.takeKey({
      Name: 'ContactFlowEvent',
      Details: {
        ContactData: {
          ContactId: contact,
          Channel: 'VOICE',
          InitiationMethod: 'API',
          Attributes: { call: order.id, incident: order.incident, language: order.language },
        },
        Parameters: { digit },
      },
    });
  }

  #disconnect(line: Line, reason: string): void {
    if (line.seen.disconnectedAt !== undefined) return;
    line.seen = { ...line.seen, disconnectedAt: this.#now(), disconnectReason: reason };
    this.#send(line, 'DISCONNECTED');
  }

  #send({ contact, seen }: Line, eventType: string): void {
    if (this.#options.sendsEvents === false) return;
    this.#options.takeEvent({
      version: '0',
      source: 'aws.connect',
      'detail-type': 'Amazon Connect Contact Event',
      time: `${this.#now().slice(0, 19)}Z`,
      detail: {
        eventType,
        contactId: contact,
        channel: 'VOICE',
        initiationMethod: 'API',
        ...(seen.connectedAt !== undefined && { connectedToSystemTimestamp: seen.connectedAt }),
        ...(seen.disconnectedAt !== undefined && {
          disconnectTimestamp: seen.disconnectedAt,
          disconnectReason: seen.disconnectReason,
        }),
      },
    });
  }

  #after(line: Line, seconds: number, act: () => void): void {
    this.#options.clock.createAlarm().set(line.at + seconds * 1000, () => {
      if (line.seen.disconnectedAt === undefined) act();
    });
  }

  #now(): Instant {
    return new Date(this.#options.clock.now()).toISOString();
  }
}
