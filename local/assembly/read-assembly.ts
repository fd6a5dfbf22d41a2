import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluateCondition, type Lookups, noValue, resolveValue } from './intrinsics.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { namePropertyOf, nameResource, type Place, type ResourceNames } from './physical-names.ts';
import { TemplateError } from './template-error.ts';

/** A resource of the template as it would exist after a deploy. */
export interface Resource extends ResourceNames {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** With every intrinsic function replaced. */
  readonly properties: JsonObject;
}

/** A synthesized CDK app: the resources of all its stacks, and the files they are made of. */
export interface Assembly {
  readonly place: Place;
  /** All resources of a type, in the order of the stacks and templates. @throws TemplateError */
  resources(type: string): Resource[];
  /** How many resources of each type there are. */
  countByType(): Map<string, number>;
  /**
   * The file or directory behind an object in the asset bucket.
   * @throws TemplateError when the assembly has no such asset
   */
  assetPath(objectKey: string): string;
}

interface RawResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: JsonObject;
}

interface Stack {
  readonly name: string;
  readonly resources: Readonly<Record<string, RawResource>>;
  readonly parameters: Readonly<Record<string, JsonObject>>;
  readonly conditions: Readonly<Record<string, Json>>;
  readonly outputs: Readonly<Record<string, JsonObject>>;
}

/** The account that one machine plays; nobody owns it in the cloud. */
export const localAccountId = '000000000000';
const defaultRegion = 'ap-northeast-1';

/**
 * Reads the directory that `app.synth()` or `cdk synth` wrote.
 *
 * @param options.httpEndpoint where its HTTP APIs answer
 * @throws TemplateError when it is not a cloud assembly
 */
export function readAssembly(
  directory: string,
  { httpEndpoint }: Pick<Place, 'httpEndpoint'> = {},
): Assembly {
  const manifest = readJson(join(directory, 'manifest.json'));
  const artifacts = Object.entries(objectAt(manifest, 'artifacts'));
  const stacks: Stack[] = [];
  const assets = new Map<string, string>();
  let region = defaultRegion;
  for (const [id, artifact] of artifacts) {
    if (!isObject(artifact)) continue;
    const properties = objectAt(artifact, 'properties');
    if (artifact.type === 'aws:cloudformation:stack') {
      stacks.push(readStack(directory, String(properties.stackName ?? id), String(properties.templateFile)));
      const wanted = /^aws:\/\/[^/]+\/([a-z0-9-]+)$/.exec(String(artifact.environment))?.[1];
      if (wanted !== undefined && wanted !== 'unknown-region') region = wanted;
    }
    if (artifact.type === 'cdk:asset-manifest') {
      readAssets(directory, String(properties.file), assets);
    }
  }
  if (stacks.length === 0) {
    throw new TemplateError(`${directory}/manifest.json names no stack; synthesize the app into it first`);
  }
  const place: Place = { region, accountId: localAccountId, httpEndpoint };
  return new ResolvedAssembly(directory, stacks, assets, place);
}

class ResolvedAssembly implements Assembly {
  readonly place: Place;
  readonly #directory: string;
  readonly #stacks: readonly Stack[];
  readonly #assets: ReadonlyMap<string, string>;
  readonly #names = new Map<RawResource, ResourceNames>();
  /** Names being made: a name that needs itself would never end. */
  readonly #naming = new Set<RawResource>();

  constructor(
    directory: string,
    stacks: readonly Stack[],
    assets: ReadonlyMap<string, string>,
    place: Place,
  ) {
    this.#directory = directory;
    this.#stacks = stacks;
    this.#assets = assets;
    this.place = place;
  }

  resources(type: string): Resource[] {
    return this.#stacks.flatMap((stack) => {
      const lookups = this.#lookups(stack);
      return this.#present(stack)
        .filter(([, raw]) => raw.Type === type)
        .map(([logicalId, raw]) => {
          const where = `${stack.name}.${logicalId}`;
          const properties = resolveValue(raw.Properties ?? {}, lookups, where);
          if (!isObject(properties)) throw new TemplateError(`${where} has no properties`);
          return {
            stack: stack.name,
            logicalId,
            type,
            properties,
            ...this.#namesOf(stack, logicalId, raw),
          };
        });
    });
  }

  countByType(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const stack of this.#stacks) {
      for (const [, { Type }] of this.#present(stack)) counts.set(Type, (counts.get(Type) ?? 0) + 1);
    }
    return counts;
  }

  assetPath(objectKey: string): string {
    const path = this.#assets.get(objectKey);
    if (path !== undefined) return path;
    throw new TemplateError(`${this.#directory} has no asset ${objectKey}; synthesize the app again`);
  }

  /** The resources whose condition holds. */
  #present(stack: Stack): [string, RawResource][] {
    const lookups = this.#lookups(stack);
    return Object.entries(stack.resources).filter(
      ([, { Condition }]) => Condition === undefined || lookups.condition(Condition) === true,
    );
  }

  #namesOf(stack: Stack, logicalId: string, raw: RawResource): ResourceNames {
    const known = this.#names.get(raw);
    if (known !== undefined) return known;
    const where = `${stack.name}.${logicalId}`;
    if (this.#naming.has(raw)) throw new TemplateError(`${where} is named after itself`);
    this.#naming.add(raw);
    const property = namePropertyOf(raw.Type);
    const given = property === undefined ? undefined : raw.Properties?.[property];
    const name =
      given === undefined ? noValue : resolveValue(given, this.#lookups(stack), `${where}.${property}`);
    const names = nameResource(
      raw.Type,
      { stack: stack.name, logicalId },
      typeof name === 'string' ? name : undefined,
      this.place,
    );
    this.#naming.delete(raw);
    this.#names.set(raw, names);
    return names;
  }

  #lookups(stack: Stack): Lookups {
    const { region, accountId } = this.place;
    const pseudo: Record<string, string | string[]> = {
      'AWS::AccountId': accountId,
      'AWS::Region': region,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack.name,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stack.name}/local`,
      'AWS::NotificationARNs': [],
    };
    const lookups: Lookups = {
      ref: (logicalId) => {
        const raw = stack.resources[logicalId];
        if (raw !== undefined) return this.#namesOf(stack, logicalId, raw).ref;
        return pseudo[logicalId] ?? stack.parameters[logicalId]?.Default;
      },
      attribute: (logicalId, attribute) => {
        const raw = stack.resources[logicalId];
        if (raw === undefined) return undefined;
        const { name, attributes } = this.#namesOf(stack, logicalId, raw);
        const value = attributes[attribute];
        if (value !== undefined) return value;
        // What is not simulated has opaque attributes: nothing here looks into a security group's id.
        return namePropertyOf(raw.Type) === undefined ? `${name}.${attribute}` : undefined;
      },
      importValue: (name) => this.#exported(name),
      condition: (name) => {
        const condition = stack.conditions[name];
        return condition === undefined
          ? undefined
          : evaluateCondition(condition, lookups, `${stack.name}.Conditions.${name}`);
      },
    };
    return lookups;
  }

  #exported(name: string): Json | undefined {
    for (const stack of this.#stacks) {
      const lookups = this.#lookups(stack);
      for (const [key, output] of Object.entries(stack.outputs)) {
        const exported = isObject(output.Export) ? output.Export.Name : undefined;
        if (exported === undefined) continue;
        const where = `${stack.name}.Outputs.${key}`;
        if (resolveValue(exported, lookups, where) !== name) continue;
        const value = resolveValue(output.Value ?? null, lookups, where);
        return value === noValue ? undefined : value;
      }
    }
    return undefined;
  }
}

function readStack(directory: string, name: string, templateFile: string): Stack {
  const template = readJson(join(directory, templateFile));
  const section = <T>(key: string): Record<string, T> => objectAt(template, key) as Record<string, T>;
  return {
    name,
    resources: section<RawResource>('Resources'),
    parameters: section<JsonObject>('Parameters'),
    conditions: section<Json>('Conditions'),
    outputs: section<JsonObject>('Outputs'),
  };
}

/** Remembers under which object keys the files of an asset manifest would be uploaded. */
function readAssets(directory: string, file: string, assets: Map<string, string>): void {
  for (const asset of Object.values(objectAt(readJson(join(directory, file)), 'files'))) {
    if (!isObject(asset)) continue;
    const path = objectAt(asset, 'source').path;
    for (const destination of Object.values(objectAt(asset, 'destinations'))) {
      if (isObject(destination) && typeof path === 'string') {
        assets.set(String(destination.objectKey), join(directory, path));
      }
    }
  }
}

const objectAt = (of: JsonObject, key: string): JsonObject => {
  const value = of[key];
  return isObject(value) ? value : {};
};

function readJson(path: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new TemplateError(`${path} cannot be read; synthesize the app into that directory first`, {
      cause,
    });
  }
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new TemplateError(`${path} is not a JSON object`);
  return value;
}
