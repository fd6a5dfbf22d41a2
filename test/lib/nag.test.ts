import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { deployments, findings } from './findings.ts';
import { appFor } from './templates.ts';

describe('AWS Solutions rules', () => {
  for (const { given, ...options } of deployments) {
    it(`given ${given}, when the rules look at the templates, then nothing is left that has no reason`, () => {
      const app = appFor(options);
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
      expect(findings(app)).toEqual([]);
    });
  }
});
