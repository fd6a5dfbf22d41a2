import type { PortalOptions, PortalServer } from './portal-server.ts';

export interface SampledPage {
  readonly name: string;
  readonly path: string;
  readonly options: PortalOptions;
  /** Brings the server into the state that the page shows. */
  readonly prepare?: (portal: PortalServer) => void;
}

const signOut = (portal: PortalServer): void => {
  portal.isSignedIn = false;
};

/** Every page of the portal on samples: those that pictures are taken of and that are looked through for faults. */
export const sampledPages: readonly SampledPage[] = [
  { name: 'overview', path: '/', options: {} },
  { name: 'overview-well', path: '/', options: { servers: 12 } },
  { name: 'overview-empty', path: '/', options: { servers: 0 } },
  {
    name: 'overview-fault',
    path: '/',
    options: {},
    prepare: (portal) => {
      portal.failure = 503;
    },
  },
  { name: 'servers', path: '/servers', options: {} },
  { name: 'servers-none-found', path: '/servers?q=nothing-like-this', options: {} },
  { name: 'signed-out', path: '/signed-out', options: {}, prepare: signOut },
  { name: 'not-found', path: '/nowhere', options: {} },
];
