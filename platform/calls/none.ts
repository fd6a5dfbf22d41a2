import type { CallPort } from './call-port.ts';

/** For an MSP without a telephone service. Calls that were placed before it was taken away count as ended. */
export function createNoCalls(): CallPort {
  return {
    canCall: false,
    place: async () => ({
      kind: 'refused',
      reason: 'no telephone service is set up (CALL_PROVIDER is none)',
    }),
    look: async () => ({}),
    hangUp: async () => {},
  };
}
