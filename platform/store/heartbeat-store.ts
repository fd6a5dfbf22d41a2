import type { Heartbeat } from '../../core/heartbeat/heartbeat.ts';
import type { MonitorRef } from '../../core/ids.ts';

/** When customers' jobs last called. Reads are strongly consistent. */
export interface HeartbeatStore {
  heartbeat(ref: MonitorRef): Promise<Heartbeat | undefined>;
  /**
   * Notes a call that said all is well by `at`, one that said the job failed by `failedAt` and `message`, or both; what is
   * absent stays as it is. Of each the newer wins; an older call that comes late changes nothing.
   */
  saveHeartbeat(ref: MonitorRef, beat: Heartbeat): Promise<void>;
}
