import { createStore, type Store } from '../create-store.ts';

/** The moment that all graphs of a page point at, in milliseconds; `undefined` while nobody points. */
export type SharedCursor = Store<number | undefined>;
export const createCursor = (): SharedCursor => createStore<number | undefined>(undefined);
