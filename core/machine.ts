/** The state machines, by the names of their files in statemachines/. */
export const machines = ['detection', 'incident', 'first-response', 'escalation', 'second-response'] as const;
export type Machine = (typeof machines)[number];
