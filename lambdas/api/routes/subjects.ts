import type { ApiRoutes } from '../api-routes.ts';
import { addMeRoutes } from './me.ts';

/** Every subject's routes. A new route is in the file of its subject; a new subject is its file, its test, and one line here. */
export const subjects: readonly ((routes: ApiRoutes) => void)[] = [addMeRoutes];
