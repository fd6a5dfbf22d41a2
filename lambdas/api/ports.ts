import type { Logger } from '@aws-lambda-powertools/logger';
import type { JWTVerifyGetKey } from 'jose';
import type { MonitorRef } from '../../core/ids.ts';
import type { UserDirectory } from '../../platform/directory/user-directory.ts';
import type { MetricStore, SeriesStore } from '../../platform/metrics/metric-store.ts';
import type { Stores } from '../../platform/store/stores.ts';
import type { Executions } from '../../platform/workflows/executions.ts';
import type { Workflows } from '../../platform/workflows/workflows.ts';

/** Whose sign-in counts. */
export interface TokenIssuer {
  /** `iss` of its tokens. */
  readonly issuer: string;
  /** `client_id` of the portal's tokens. */
  readonly clientId: string;
  readonly keys: JWTVerifyGetKey;
}

/** What the API works with; none of it is of the environment. */
export interface ApiPorts extends Stores {
  readonly metrics: MetricStore & SeriesStore;
  readonly workflows: Workflows;
  readonly executions: Executions;
  /** Who may sign in. */
  readonly people: UserDirectory;
  readonly issuer: TokenIssuer;
  /** Without a slash at the end. */
  readonly portalUrl: string;
  readonly monitoringAddresses: readonly string[];
  /** Where executions are looked at. */
  readonly workflowsUrl: string;
  /** Sweeps go by shards; every account has monitors in each. */
  readonly shards: number;
  /** Where the job of a `heartbeat` monitor calls. */
  readonly heartbeatUrl: (ref: MonitorRef) => Promise<string>;
  /** A font with Japanese, for reports as PDF. */
  readonly reportFont: () => Promise<Uint8Array>;
  /** How many times faster than real time the clock of the events runs. */
  readonly speed: number;
  readonly log: Pick<Logger, 'error' | 'warn'>;
}
