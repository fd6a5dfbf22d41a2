import type { Account } from '../../core/account.ts';
import type { ServerRef } from '../../core/ids.ts';
import type { Incident } from '../../core/incident/incident.ts';
import type { TimelineEntry } from '../../core/incident/timeline.ts';
import type { WatchedMonitor } from '../../core/monitor.ts';
import type { Server } from '../../core/server.ts';
import type { MetricRecord } from '../../platform/metrics/metric-store.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Mailbox } from '../mailbox.ts';
import type { WorkflowEngine } from '../workflows/engine.ts';
import type { PhoneSource } from './phone/phone-source.ts';

/** What the pages show, and where they get it from. */
export interface PageSources {
  readonly mailbox: Mailbox;
  readonly watch: WatchSource;
  readonly workflows: WorkflowSource;
  readonly phone: PhoneSource;
  /** Only of the demo. */
  readonly fleet?: Fleet;
  /** Epoch milliseconds; `speed` is shown when it is not 1. */
  readonly clock: { now(): number; readonly speed?: number };
  readonly version: string;
  /** Told whenever somebody looks at a page. */
  readonly onLook?: () => void;
  /** IANA name of the zone that times are shown in. @default the machine's */
  readonly timeZone?: string;
}

export interface MonitorView extends WatchedMonitor {
  /** The newest measurement; absent before the first check, and when the last ones could not be made. */
  readonly latest?: MetricRecord;
}

export interface ServerView {
  readonly account: Account;
  readonly server: Server;
  /** In the order of priority. */
  readonly monitors: readonly MonitorView[];
  readonly openIncident?: Incident;
}

export interface WatchSource {
  server(ref: ServerRef): Promise<ServerView | undefined>;
  /** The server's newest incidents, the latest first. */
  incidentsOf(ref: ServerRef, limit: number): Promise<Incident[]>;
  /** Of one incident, oldest first. */
  timeline(id: string): Promise<readonly TimelineEntry[]>;
}

/** The workflow engine as the pages ask it. What it answers and throws stands with the engine. */
export type WorkflowSource = Pick<
  WorkflowEngine,
  | 'region'
  | 'accountId'
  | 'stateMachineArn'
  | 'listStateMachines'
  | 'describeStateMachine'
  | 'describeStateMachineForExecution'
  | 'countExecutions'
  | 'listExecutions'
  | 'describeExecution'
  | 'parentOf'
  | 'getExecutionHistory'
  | 'startExecution'
  | 'stopExecution'
  | 'redriveExecution'
>;
