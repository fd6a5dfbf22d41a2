import type { Logger } from '@aws-lambda-powertools/logger';
import type { Instant } from '../../core/instant.ts';
import { environment, secretStore } from '../../platform/environment.ts';
import { ActionLinks } from '../actions/action-link.ts';

/** Pages that an engineer opens from a mail; undefined where there are none, as nothing serves them. */
export interface EngineerLinks {
  /** Takes the incident. */
  acknowledge(incident: string, engineer: string, page: number, at: Instant): Promise<string | undefined>;
  /** The form of the cause report. */
  writeReport(incident: string, engineer: string, at: Instant): Promise<string | undefined>;
}

export const noEngineerLinks: EngineerLinks = {
  acknowledge: async () => undefined,
  writeReport: async () => undefined,
};

/** Signed links that name the engineer. A page without its link is still a page, so that a fault is only logged. */
export function createEngineerLinks(
  links: Pick<ActionLinks, 'url'>,
  log: Pick<Logger, 'error'>,
): EngineerLinks {
  const url = async (
    kind: 'take' | 'report',
    incident: string,
    engineer: string,
    nonce: string,
    at: Instant,
  ) => {
    try {
      return await links.url({ kind, incident, subject: engineer, nonce }, at);
    } catch (cause) {
      log.error('the link of an engineer could not be made', { incident, kind, cause });
      return undefined;
    }
  };
  return {
    acknowledge: (incident, engineer, page, at) => url('take', incident, engineer, `page-${page}`, at),
    writeReport: (incident, engineer, at) => url('report', incident, engineer, `report-${at}`, at),
  };
}

export const engineerLinksFromEnvironment = (log: Pick<Logger, 'error'>): EngineerLinks =>
  createEngineerLinks(new ActionLinks(secretStore(), environment('ACTION_URL')), log);
