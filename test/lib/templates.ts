import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import { type AppOptions, buildApp } from '../../lib/app.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string[];
}

export interface Templates {
  readonly foundation: Template;
  readonly service: Template;
}

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** The app with its assembly in a directory of its own, which goes with the test file. */
export function appFor(options: AppOptions = {}): App {
  const outdir = mkdtempSync(join(tmpdir(), 'mimamori-test-app-'));
  directories.push(outdir);
  return buildApp({ outdir, ...options });
}

export const stackOf = (app: App, name: string): Stack => app.node.findChild(name) as Stack;

const made = new Map<string, Templates>();

/** The shipped templates for some settings; made once. */
export function templatesFor(options: AppOptions = {}): Templates {
  const key = JSON.stringify(options);
  const known = made.get(key);
  if (known !== undefined) return known;
  const app = appFor(options);
  const templates = {
    foundation: Template.fromStack(stackOf(app, 'MimamoriFoundation')),
    service: Template.fromStack(stackOf(app, 'MimamoriService')),
  };
  made.set(key, templates);
  return templates;
}

/** Resources of a type, by logical id. */
export const resourcesOf = (template: Template, type: string): Record<string, Resource> =>
  template.findResources(type) as Record<string, Resource>;

/** Our functions, by logical id: not the one that the library brings to upload the site. */
export const functionsOf = (template: Template): Record<string, Resource> =>
  Object.fromEntries(
    Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).filter(
      ([id]) => !id.startsWith('CustomCDKBucketDeployment'),
    ),
  );

/**
 * Writes a value with intrinsic functions as one readable text: `Table.Arn`, `<AWS::Region>`, what was joined joined.
 * Logical ids lose the hash at their end.
 */
export function readable(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [[name, given] = []] = Object.entries(value);
  if (name === 'Ref') return String(given).includes('::') ? `<${given}>` : withoutHash(String(given));
  if (name === 'Fn::GetAtt' && Array.isArray(given)) return `${withoutHash(String(given[0]))}.${given[1]}`;
  if (name === 'Fn::Join' && Array.isArray(given))
    return (given[1] as unknown[]).map(readable).join(String(given[0]));
  if (name === 'Fn::ImportValue') return String(given).replace(/([A-Za-z]+?)[0-9A-F]{8}/g, '$1');
  if (name === 'Fn::Sub' && typeof given === 'string') return given.replace(/\$\{([^}]+)\}/g, '<$1>');
  return JSON.stringify(value);
}

export const withoutHash = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
