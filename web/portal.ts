import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Me } from '../core/api/me.ts';
import type { Language } from '../core/text.ts';
import type { Api } from './api.ts';

/** What every page of somebody who is signed in knows. */
export interface Portal {
  readonly me: Me;
  /** Of the account that is looked at. */
  readonly api: Api;
  /** Id of the account that an operator looks at; customers have `me.account`. */
  readonly account: string | undefined;
  /** What that account is called. */
  readonly accountName: string | undefined;
  readonly isOperator: boolean;
  readonly isAdministrator: boolean;
  readonly language: Language;
  /** Of the account whose pages these are; where operators look at none, that of their device. */
  readonly timeZone: string;
  /** The address of a page of the account that is looked at: `to('/servers')` */
  to(path: string): string;
}

const context = createContext<Portal | undefined>(undefined);
export const PortalProvider = context.Provider;

/** @throws outside of a page that needs signing in */
export function usePortal(): Portal {
  const portal = useContext(context);
  if (portal === undefined) throw new Error('usePortal is for pages of somebody who is signed in');
  return portal;
}

/** As `usePortal`, for parts that pages without signing in have, too. */
export const usePortalIfSignedIn = (): Portal | undefined => useContext(context);
