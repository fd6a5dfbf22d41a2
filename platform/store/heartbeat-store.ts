import type { Heartbeat } from '../../core/heartbeat/heartbeat.ts';
import type { MonitorRef } from '../../core/ids.ts';

/** When customers' jobs last called. */
export interface HeartbeatStore {
  heartbeat(ref: MonitorRef): Promise<Heartbeat | undefined>;
  /** Newer wins; an older call that comes late changes nothing. */
  saveHeartbeat(ref: MonitorRef, beat: Heartbeat): Promise<void>;
}
