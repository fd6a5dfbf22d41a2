import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

export interface StackSource {
  readonly Resources: Readonly<Record<string, object>>;
  readonly Parameters?: object;
  readonly Conditions?: object;
  readonly Outputs?: object;
}

export const temporaryDirectory = (): string => mkdtempSync(join(tmpdir(), 'mimamori-test-'));

/** Writes stacks as `cdk synth` does, with functions bundled from source text, and folders of files by their paths. */
export function writeAssembly(
  stacks: Readonly<Record<string, StackSource>>,
  bundles: Readonly<Record<string, string>> = {},
  folders: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): string {
  const directory = temporaryDirectory();
  const artifacts: Record<string, object> = {};
  const files: Record<string, object> = {};
  const addAsset = (hash: string): string => {
    const path = `asset.${hash}`;
    mkdirSync(join(directory, path));
    files[hash] = {
      source: { path, packaging: 'zip' },
      destinations: { here: { bucketName: 'assets', objectKey: `${hash}.zip` } },
    };
    return path;
  };
  for (const [hash, contents] of Object.entries(folders)) {
    const path = addAsset(hash);
    for (const [name, text] of Object.entries(contents)) {
      mkdirSync(join(directory, path, dirname(name)), { recursive: true });
      writeFileSync(join(directory, path, name), text);
    }
  }
  for (const [hash, source] of Object.entries(bundles)) {
    const path = addAsset(hash);
    buildSync({
      stdin: { contents: source, loader: 'ts' },
      outfile: join(directory, path, 'index.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
    });
  }
  for (const [name, template] of Object.entries(stacks)) {
    writeFileSync(join(directory, `${name}.template.json`), JSON.stringify(template));
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile: `${name}.template.json` },
    };
  }
  writeFileSync(join(directory, 'assets.json'), JSON.stringify({ files }));
  artifacts.assets = { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
  return directory;
}

/** A function of the template whose code is the bundle `hash`. */
export const lambdaFunction = (hash: string, properties: object = {}): object => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: {
      S3Bucket: { 'Fn::Sub': 'cdk-assets-${AWS::AccountId}-${AWS::Region}' },
      S3Key: `${hash}.zip`,
    },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Timeout: 10,
    ...properties,
  },
});
