import type { Instant } from '../../core/instant.ts';
import type { Language } from '../../core/text.ts';

/** A call as the telephone service is to place it. */
export interface CallOrder {
  /** The call's id: the same one places no second call. */
  readonly id: string;
  readonly incident: string;
  /** E.164. */
  readonly to: string;
  readonly language: Language;
  /** What is said after the pick-up, and what follows it. */
  readonly report: string;
  readonly phrases: {
    readonly again: string;
    readonly thanks: string;
    readonly unrecorded: string;
    readonly goodbye: string;
  };
}

export type Placed =
  | { readonly kind: 'placed' /** The id that the telephone service gave it. */; readonly contact: string }
  /** All lines are taken; surely it does not ring. */
  | { readonly kind: 'busy'; readonly reason: string }
  /** This number cannot be called; the reason is for operators. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What the telephone service knows of a call. */
export interface SeenCall {
  /** When it was picked up, by a person or a machine. */
  readonly connectedAt?: Instant;
  readonly disconnectedAt?: Instant;
  /** Why the line was cut, in the service's word. */
  readonly disconnectReason?: string;
}

/** A telephone service. A key that is pressed comes by way of `lambdas/call/take-key.ts`. */
export interface CallPort {
  /** False when the MSP has no telephone service: everybody is told by mail only. */
  readonly canCall: boolean;
  /**
   * Places a call. The same id again places none and answers the same, for seven days at least.
   * @throws when it cannot be known whether it was placed, or the service is busy: try again
   */
  place(order: CallOrder): Promise<Placed>;
  /** @throws when the service cannot be asked */
  look(contact: string): Promise<SeenCall>;
  /** Ends a call, ringing or connected; one that has ended stays so. */
  hangUp(contact: string): Promise<void>;
}
