import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../assembly/json.ts';
import type { Alarm, Clock } from '../clock.ts';
import type { BusEvent, EventBus } from '../events/event-bus.ts';
import { CallBook, type CallState, type DeskCall } from './call-book.ts';
import {
  type ContactFlow,
  type FlowPlace,
  type FlowStep,
  hear,
  startOfFlow,
  stepFlow,
  takeAnswer,
} from './contact-flow.ts';

export interface DeskPhoneOptions {
  /** The SQLite file of the calls; `:memory:` keeps nothing. */
  readonly file: string;
  readonly clock: Clock;
  readonly flows: readonly ContactFlow[];
  readonly bus: Pick<EventBus, 'publish'>;
  /**
   * Runs a function for a flow that waits for it.
   * @param event JSON text
   * @returns what it answered
   * @throws when it failed
   */
  readonly invoke: (functionArn: string, event: string) => Promise<unknown>;
  readonly warn: (message: string) => void;
  /** Told when a call begins; what it returns, when the call is over. */
  readonly onCall?: () => () => void;
}

export interface CallRequest {
  readonly flow: ContactFlow;
  readonly to: string;
  readonly from: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly ringSeconds: number;
  /** The same again is the same call. */
  readonly token?: string | undefined;
}

/** There is no such call. */
export class UnknownCall extends Error {}
/** The call does not ring any more, or nobody listens to keys. */
export class CallConflict extends Error {}

/** Actions that a flow takes without a pause: one that goes in a circle ends. */
const mostActions = 500;
/** About how fast a voice reads, in Japanese and in other scripts. */
const charsPerSecond = { wide: 6, narrow: 14 };

/**
 * The telephone of the one machine: it rings on a page in place of a contact's telephone, and runs the template's contact
 * flow when it is picked up. Every step is on disk before the next, so calls survive the process: one that rang too long
 * meanwhile ends, one in a flow goes on at the action where it was.
 */
export class DeskPhone {
  readonly #options: DeskPhoneOptions;
  readonly #book: CallBook;
  readonly #alarms = new Map<string, Alarm>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #over = new Map<string, () => void>();
  #isClosed = false;

  constructor(options: DeskPhoneOptions) {
    this.#options = options;
    this.#book = new CallBook(options.file);
  }

  /** Goes on with what an earlier process had left. */
  start(): void {
    this.#tell();
    for (const call of this.#book.open()) {
      if (call.place === undefined || call.listensUntilMs !== undefined) this.#arm(call);
      else this.#run(call.id);
    }
  }

  flow(idOrArn: string): ContactFlow | undefined {
    const id = idOrArn.split('/').at(-1);
    return this.#options.flows.find((flow) => flow.id === id);
  }

  /** Lets the telephone ring. */
  call({ token, flow, ...request }: CallRequest): DeskCall {
    const known = token === undefined ? undefined : this.#book.byToken(token);
    if (known !== undefined) return known;
    const call: DeskCall = {
      ...request,
      id: randomUUID(),
      flow: flow.id,
      instanceArn: flow.instanceArn,
      initiatedMs: this.#now,
      state: 'ringing',
      said: [],
      keys: '',
    };
    this.#book.add(call, token, [this.#event(call, 'INITIATED')]);
    this.#noteBegin(call.id);
    this.#tell();
    this.#arm(call);
    return call;
  }

  get(id: string): DeskCall | undefined {
    return this.#book.get(id);
  }

  /** Newest last. */
  list(limit = 200): DeskCall[] {
    return this.#book.list(limit);
  }

  /**
   * Picks up a call that rings, and then presses a key, if one is given; a call that was picked up takes the key.
   *
   * @returns the call when the flow waits again, or has ended
   * @throws UnknownCall, CallConflict
   */
  async answer(id: string, digit?: string): Promise<DeskCall> {
    const call = this.#known(id);
    if (call.disconnectedMs !== undefined) throw new CallConflict('the call is over');
    if (call.state === 'ringing') {
      this.#noteBegin(id);
      this.#pickUp(call);
    }
    await this.#running.get(id);
    if (digit === undefined) return this.#known(id);
    const connected = this.#known(id);
    const { place } = connected;
    if (place === undefined || connected.listensUntilMs === undefined) {
      throw new CallConflict('nobody listens to keys on this call');
    }
    this.#heard({ ...connected, keys: connected.keys + digit }, place, digit);
    await this.#running.get(id);
    return this.#known(id);
  }

  /** Refuses a call that rings, or hangs up one that was picked up. @throws UnknownCall, CallConflict */
  decline(id: string): DeskCall {
    const call = this.#known(id);
    if (call.disconnectedMs !== undefined) throw new CallConflict('the call is over');
    if (call.state === 'ringing') return this.#end(call, 'OUTBOUND_ATTEMPT_FAILED', 'declined');
    return this.#end(call, 'CUSTOMER_DISCONNECT');
  }

  /** Ends a call from the caller's side. @returns false when it is over, or never was */
  stop(id: string): boolean {
    const call = this.#book.get(id);
    if (call === undefined || call.disconnectedMs !== undefined) return false;
    this.#end(call, 'API', call.state === 'ringing' ? 'unanswered' : call.state);
    return true;
  }

  close(): void {
    this.#isClosed = true;
    for (const alarm of this.#alarms.values()) alarm.clear();
    for (const over of this.#over.values()) over();
    this.#book.close();
  }

  get #now(): number {
    return this.#options.clock.now();
  }

  #known(id: string): DeskCall {
    const call = this.#book.get(id);
    if (call === undefined) throw new UnknownCall(`there is no call ${id}; GET /local/calls lists them`);
    return call;
  }

  #pickUp(call: DeskCall): void {
    const flow = this.flow(call.flow);
    const connected: DeskCall = { ...call, state: 'answered', connectedMs: this.#now };
    if (flow === undefined) {
      // A template that has changed since the call began.
      this.#save(connected, [this.#event(connected, 'CONNECTED_TO_SYSTEM')]);
      this.#end(connected, 'CONTACT_FLOW_DISCONNECT');
      return;
    }
    const placed = { ...connected, place: startOfFlow(flow, call.attributes) };
    this.#save(placed, [this.#event(placed, 'CONNECTED_TO_SYSTEM')]);
    this.#run(call.id);
  }

  /** Runs the flow on until it waits for a key or ends. */
  #run(id: string): void {
    this.#alarms.get(id)?.clear();
    const running = this.#flow(id)
      .catch((error: unknown) => this.#options.warn(`the call ${id} could not go on: ${String(error)}`))
      .finally(() => {
        if (this.#running.get(id) === running) this.#running.delete(id);
      });
    this.#running.set(id, running);
  }

  async #flow(id: string): Promise<void> {
    for (let count = 0; count < mostActions; count++) {
      const call = this.#isClosed ? undefined : this.#book.get(id);
      if (call?.place === undefined) return;
      const flow = this.flow(call.flow);
      const step: FlowStep = flow === undefined ? { kind: 'ends' } : stepFlow(flow, call.place, call.to);
      if (step.kind === 'ends') return void this.#end(call, 'CONTACT_FLOW_DISCONNECT');
      const says = 'says' in step && step.says !== undefined && step.says !== '' ? [step.says] : [];
      const heard: DeskCall = { ...call, said: [...call.said, ...says].slice(-50) };
      if (step.kind === 'goes on') this.#save({ ...heard, place: step.place });
      else if (step.kind === 'listens') {
        const listensUntilMs = this.#now + readingMs(says.join(' ')) + step.seconds * 1000;
        const waiting = { ...heard, listensUntilMs };
        this.#save(waiting);
        this.#arm(waiting);
        return;
      } else await this.#callFunction(call, step);
    }
    const call = this.#book.get(id);
    if (call !== undefined) this.#end(call, 'CONTACT_FLOW_DISCONNECT');
  }

  async #callFunction(call: DeskCall, step: Extract<FlowStep, { kind: 'calls a function' }>): Promise<void> {
    const answer = await this.#invoke(call, step);
    const now = this.#isClosed ? undefined : this.#book.get(call.id);
    const flow = this.flow(call.flow);
    if (now?.place === undefined || flow === undefined) return;
    const place = takeAnswer(flow, now.place, answer);
    if (place === undefined) this.#end(now, 'CONTACT_FLOW_DISCONNECT');
    else this.#save({ ...now, place });
  }

  async #invoke(
    call: DeskCall,
    { functionArn, parameters, limitMs }: Extract<FlowStep, { kind: 'calls a function' }>,
  ): Promise<unknown> {
    const alarm = this.#options.clock.createAlarm();
    const tooLate = new Promise<never>((_, reject) => {
      alarm.set(this.#now + limitMs, () => reject(new Error(`no answer within ${limitMs} ms`)));
    });
    try {
      return await Promise.race([
        this.#options.invoke(functionArn, JSON.stringify(this.#flowEvent(call, parameters))),
        tooLate,
      ]);
    } catch (error) {
      this.#options.warn(
        `the contact flow's function ${functionArn.split(':').at(-1)} failed: ${String(error)}`,
      );
      return undefined;
    } finally {
      alarm.clear();
    }
  }

  /** @see https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html */
  #flowEvent(call: DeskCall, parameters: Readonly<Record<string, string>>): JsonObject {
    return {
      Name: 'ContactFlowEvent',
      Details: {
        ContactData: {
          Attributes: { ...(call.place?.attributes ?? call.attributes) },
          Channel: 'VOICE',
          ContactId: call.id,
          InitialContactId: call.id,
          PreviousContactId: call.id,
          CustomerEndpoint: { Address: call.to, Type: 'TELEPHONE_NUMBER' },
          SystemEndpoint: { Address: call.from, Type: 'TELEPHONE_NUMBER' },
          InitiationMethod: 'API',
          InstanceARN: call.instanceArn,
          Queue: null,
        },
        Parameters: { ...parameters },
      },
    };
  }

  #heard(call: DeskCall, place: FlowPlace, digit: string | undefined): void {
    const flow = this.flow(call.flow);
    const next = flow === undefined ? undefined : hear(flow, place, digit);
    const { listensUntilMs: _, ...rest } = call;
    if (next === undefined) {
      this.#end(rest, 'CONTACT_FLOW_DISCONNECT');
      return;
    }
    this.#save({ ...rest, place: next });
    this.#run(call.id);
  }

  /** Wakes when a call has rung for long enough, or nobody presses a key. */
  #arm({ id, initiatedMs, ringSeconds, listensUntilMs }: DeskCall): void {
    const alarm = this.#alarms.get(id) ?? this.#options.clock.createAlarm();
    this.#alarms.set(id, alarm);
    alarm.set(listensUntilMs ?? initiatedMs + ringSeconds * 1000, () => {
      const call = this.#isClosed ? undefined : this.#book.get(id);
      if (call === undefined || call.disconnectedMs !== undefined) return;
      if (call.state === 'ringing') this.#end(call, 'OUTBOUND_ATTEMPT_FAILED', 'unanswered');
      else if (call.place !== undefined && call.listensUntilMs !== undefined) {
        this.#heard(call, call.place, undefined);
      } else this.#end(call, 'CONTACT_FLOW_DISCONNECT');
    });
  }

  #noteBegin(id: string): void {
    const { onCall } = this.#options;
    if (onCall !== undefined && !this.#over.has(id)) this.#over.set(id, onCall());
  }

  #end(call: DeskCall, reason: string, state: CallState = call.state): DeskCall {
    this.#alarms.get(call.id)?.clear();
    this.#alarms.delete(call.id);
    this.#over.get(call.id)?.();
    this.#over.delete(call.id);
    const { place: _place, listensUntilMs: _until, ...rest } = call;
    const ended: DeskCall = { ...rest, state, disconnectedMs: this.#now, disconnectReason: reason };
    this.#save(ended, [this.#event(ended, 'DISCONNECTED')]);
    return ended;
  }

  #save(call: DeskCall, events: readonly BusEvent[] = []): void {
    this.#book.save(call, events);
    if (events.length > 0) this.#tell();
  }

  #tell(): void {
    this.#book.tellEvents((events) => void this.#options.bus.publish(events));
  }

  /** @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html */
  #event(call: DeskCall, eventType: 'INITIATED' | 'CONNECTED_TO_SYSTEM' | 'DISCONNECTED'): BusEvent {
    const { instanceArn } = call;
    const iso = (ms: number): string => new Date(ms).toISOString();
    return {
      source: 'aws.connect',
      detailType: 'Amazon Connect Contact Event',
      resources: [`${instanceArn}/contact/${call.id}`, instanceArn],
      atMs: this.#now,
      detail: {
        eventVersion: '1.0',
        eventType,
        contactId: call.id,
        initialContactId: call.id,
        channel: 'VOICE',
        instanceArn,
        initiationMethod: 'API',
        initiationTimestamp: iso(call.initiatedMs),
        ...(call.connectedMs !== undefined && { connectedToSystemTimestamp: iso(call.connectedMs) }),
        ...(call.disconnectedMs !== undefined && { disconnectTimestamp: iso(call.disconnectedMs) }),
        ...(call.disconnectReason !== undefined && { disconnectReason: call.disconnectReason }),
      },
    };
  }
}

/** How long a voice takes to say it: the flow listens from its end on. */
function readingMs(text: string): number {
  const wide = text.match(/[\u3000-\u9fff\uff00-\uffef]/g)?.length ?? 0;
  const narrow = text.length - wide;
  return Math.round((wide / charsPerSecond.wide + narrow / charsPerSecond.narrow) * 1000);
}
