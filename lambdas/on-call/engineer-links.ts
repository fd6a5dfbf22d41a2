import type { Instant } from '../../core/instant.ts';

/** Pages that an engineer opens from a mail; undefined where there are none, as nothing serves them. */
export interface EngineerLinks {
  /** Takes the incident. */
  acknowledge(incident: string, engineer: string, at: Instant): Promise<string | undefined>;
  /** The form of the cause report. */
  writeReport(incident: string, engineer: string, at: Instant): Promise<string | undefined>;
}

export const noEngineerLinks: EngineerLinks = {
  acknowledge: async () => undefined,
  writeReport: async () => undefined,
};
