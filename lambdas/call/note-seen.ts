import type { Call } from '../../core/call/call.ts';
import type { SeenCall } from '../../platform/calls/call-port.ts';
import type { CallKey, CallStore } from '../../platform/store/call-store.ts';
import { changeCall } from './change-call.ts';

/** Adds to a call what the telephone service tells of it. What was told before stands. */
export const noteSeen = (calls: CallStore, key: CallKey, seen: SeenCall): Promise<Call> =>
  changeCall(calls, key, (call) => {
    const { connectedAt, disconnectedAt, disconnectReason } = seen;
    const news: Partial<Call> = {
      ...(call.connectedAt === undefined && connectedAt !== undefined && { connectedAt }),
      ...(call.disconnectedAt === undefined && disconnectedAt !== undefined && { disconnectedAt }),
      ...(call.disconnectReason === undefined &&
        disconnectReason !== undefined && { disconnectReason: disconnectReason.slice(0, 200) }),
    };
    return Object.keys(news).length === 0 ? undefined : news;
  });
