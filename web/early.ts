import { applyPreferences } from './preferences.ts';

// Runs before the first paint, so that a chosen scheme does not flash in the other one.
applyPreferences();
