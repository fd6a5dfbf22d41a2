import { describe } from 'vitest';
import { createMemoryMetricStore } from '../../../platform/metrics/memory.ts';
import { itKeepsTheMetricContract } from './contract.ts';

describe('metrics in memory', () => {
  itKeepsTheMetricContract(async () => ({ store: createMemoryMetricStore(), dispose: async () => {} }));
});
