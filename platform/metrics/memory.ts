import { DownSampler } from '../../core/graph/down-sample.ts';
import { monitorKey, serverKey } from '../../core/ids.ts';
import type { MetricRecord, MetricStore, SeriesStore } from './metric-store.ts';
import { partRefused } from './refusal.ts';
import { judgeSeriesRange } from './series-range.ts';

/** A metric store in memory, for scenarios in virtual time. It forgets with its process. */
export function createMemoryMetricStore(): MetricStore & SeriesStore {
  /** By server, by monitor, by milliseconds. */
  const servers = new Map<string, Map<string, Map<number, MetricRecord>>>();

  return {
    async write(records) {
      const { fit, rejected } = partRefused(records);
      for (const record of fit) {
        const monitors = entryOf(servers, serverKey(record), () => new Map());
        const series = entryOf(monitors, monitorKey(record), () => new Map());
        series.set(Date.parse(record.at), structuredClone(record));
      }
      return rejected;
    },

    async read({ from, to, ...ref }) {
      const series = servers.get(serverKey(ref))?.get(monitorKey(ref)) ?? new Map<number, MetricRecord>();
      const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
      return [...series]
        .filter(([ms]) => ms >= fromMs && ms < toMs)
        .sort(([a], [b]) => a - b)
        .map(([, record]) => structuredClone(record));
    },

    async latest({ since, ...ref }) {
      const monitors = servers.get(serverKey(ref)) ?? new Map<string, Map<number, MetricRecord>>();
      const sinceMs = Date.parse(since);
      return [...monitors.values()].flatMap((series) => {
        const newest = Math.max(...series.keys());
        const record = newest >= sinceMs ? series.get(newest) : undefined;
        return record === undefined ? [] : [structuredClone(record)];
      });
    },

    async series(range) {
      judgeSeriesRange(range);
      const { account, server, from, to } = range;
      return range.monitors.map(({ monitor, bucketSeconds }) => {
        const sampler = new DownSampler({ monitor, from, to, bucketSeconds });
        const records = servers.get(serverKey(range))?.get(monitorKey({ account, server, monitor }));
        for (const [ms, { check, severity, values }] of records ?? []) {
          sampler.addCheck(ms, check, severity);
          for (const [name, value] of Object.entries(values)) sampler.addValue(ms, name, value);
        }
        return sampler.finish('measurements');
      });
    },

    async close() {},
  };
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
