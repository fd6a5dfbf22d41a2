import { describe } from 'vitest';
import { createMemoryMetricStore } from '../../../platform/metrics/memory.ts';
import { itKeepsTheMetricContract } from './contract.ts';
import { itKeepsTheSeriesContract } from './series-contract.ts';

describe('metrics in memory', () => {
  const open = async () => ({ store: createMemoryMetricStore(), dispose: async () => {} });
  itKeepsTheMetricContract(open);
  itKeepsTheSeriesContract(open);
});
