import type { Heartbeat } from '../../core/heartbeat/heartbeat.ts';
import { type MonitorRef, monitorKey } from '../../core/ids.ts';
import type { HeartbeatStore } from './heartbeat-store.ts';

/** When customers' jobs last called, in memory. */
export class MemoryHeartbeats implements HeartbeatStore {
  readonly #beats = new Map<string, Heartbeat>();

  async heartbeat(ref: MonitorRef) {
    return structuredClone(this.#beats.get(monitorKey(ref)));
  }

  async saveHeartbeat(ref: MonitorRef, { at, failedAt, message }: Heartbeat) {
    let beat = this.#beats.get(monitorKey(ref)) ?? {};
    if (at !== undefined && (beat.at === undefined || beat.at < at)) beat = { ...beat, at };
    if (failedAt !== undefined && (beat.failedAt === undefined || beat.failedAt < failedAt)) {
      const { message: _before, ...rest } = beat;
      beat = { ...rest, failedAt, ...(message !== undefined && { message }) };
    }
    if (at !== undefined || failedAt !== undefined) this.#beats.set(monitorKey(ref), beat);
  }

  /** What was known of a monitor that is no longer watched. */
  forget(key: string): void {
    this.#beats.delete(key);
  }
}
