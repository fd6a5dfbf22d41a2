import type { Heartbeat } from '../../../core/heartbeat/heartbeat.ts';
import type { MonitorRef } from '../../../core/ids.ts';
import type { HeartbeatStore } from '../heartbeat-store.ts';
import type { Entities } from './entities.ts';
import { ifConditionHolds } from './if-condition-holds.ts';

export class DynamoHeartbeats implements HeartbeatStore {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  async heartbeat({ account, server, monitor }: MonitorRef): Promise<Heartbeat | undefined> {
    const key = { account, server, monitor };
    const { data } = await this.#entities.heartbeat.get(key).go({ consistent: true });
    if (data === null) return undefined;
    const { at, failedAt, message } = data;
    return {
      ...(at !== undefined && { at }),
      ...(failedAt !== undefined && { failedAt }),
      ...(message !== undefined && message !== '' && { message }),
    };
  }

  async saveHeartbeat({ account, server, monitor }: MonitorRef, { at, failedAt, message }: Heartbeat) {
    const { heartbeat } = this.#entities;
    const key = { account, server, monitor };
    if (at !== undefined) {
      await ifConditionHolds(
        heartbeat
          .upsert({ ...key, at })
          .where((stored, is) => `${is.notExists(stored.at)} OR ${is.lt(stored.at, at)}`)
          .go(),
      );
    }
    if (failedAt !== undefined) {
      // A call without words takes away what the one before had said.
      const said = message ?? '';
      await ifConditionHolds(
        heartbeat
          .upsert({ ...key, failedAt, message: said })
          .where((stored, is) => `${is.notExists(stored.failedAt)} OR ${is.lt(stored.failedAt, failedAt)}`)
          .go(),
      );
    }
  }
}
