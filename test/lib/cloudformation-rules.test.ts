import { describe, expect, it } from 'vitest';
import { deployments, findings } from './findings.ts';
import { appFor } from './templates.ts';

describe('rules of CloudFormation', () => {
  for (const { given, ...options } of deployments) {
    it(`given ${given}, when the templates are made, then there is neither error nor warning`, () => {
      expect(findings(appFor({ ...options, validate: true }))).toEqual([]);
    });
  }
});
