import { isObject, type Json, type JsonObject } from '../assembly/json.ts';
import { TemplateError } from '../assembly/template-error.ts';

/** What a rule's target gets of an event, as JSON text. */
export type TargetInput = (event: JsonObject) => string;

/** `$`, `$.detail`, `$.detail.calls[0].id`. */
const simplePath = /^\$(\.[A-Za-z0-9_-]+|\[[0-9]{1,4}\])*$/;
const placeholder = /<([A-Za-z0-9_.-]+)>/g;

/**
 * Reads how a target wants its event: whole, a constant, a part of it, or a text made of parts.
 *
 * @throws TemplateError for paths and templates that are not simulated
 */
export function readTargetInput(target: JsonObject, where: string): TargetInput {
  const { Input, InputPath, InputTransformer } = target;
  if (typeof Input === 'string') {
    parseOrThrow(Input, `${where}.Input`);
    return () => Input;
  }
  if (typeof InputPath === 'string') {
    const path = readPath(InputPath, `${where}.InputPath`);
    return (event) => JSON.stringify(path(event) ?? null);
  }
  if (isObject(InputTransformer)) return readTransformer(InputTransformer, `${where}.InputTransformer`);
  return (event) => JSON.stringify(event);
}

function readTransformer({ InputPathsMap, InputTemplate }: JsonObject, where: string): TargetInput {
  if (typeof InputTemplate !== 'string') throw new TemplateError(`${where} has no InputTemplate`);
  const paths = new Map(
    Object.entries(isObject(InputPathsMap) ? InputPathsMap : {}).map(([name, path]) => [
      name,
      readPath(String(path), `${where}.InputPathsMap.${name}`),
    ]),
  );
  const reserved = [...InputTemplate.matchAll(placeholder)].map(([, name = '']) => name);
  const unknown = reserved.find((name) => !paths.has(name) && name !== 'aws.events.event.json');
  if (unknown !== undefined) {
    throw new TemplateError(
      `${where}.InputTemplate uses <${unknown}>, which its InputPathsMap does not have`,
    );
  }
  const fill = (event: JsonObject): string =>
    fillTemplate(InputTemplate, (name) =>
      name === 'aws.events.event.json' ? event : paths.get(name)?.(event),
    );
  parseOrThrow(fill({}), `${where}.InputTemplate`);
  return fill;
}

/** A value that stands in quotes is put into the text, one that stands alone is put in as JSON; an absent one is empty. */
function fillTemplate(template: string, partOf: (name: string) => Json | undefined): string {
  return template.replace(
    /"(?:[^"\\]|\\.)*"|<([A-Za-z0-9_.-]+)>/g,
    (part: string, alone: string | undefined) => {
      if (alone !== undefined) return JSON.stringify(partOf(alone) ?? '');
      return part.replace(placeholder, (_, name: string) => {
        const value = partOf(name) ?? '';
        return JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
      });
    },
  );
}

function readPath(path: string, where: string): (event: JsonObject) => Json | undefined {
  if (!simplePath.test(path)) {
    throw new TemplateError(
      `${where} is ${path}; on one machine paths are names and places, as $.detail.calls[0]`,
    );
  }
  const steps = path.match(/[A-Za-z0-9_-]+|(?<=\[)[0-9]+/g) ?? [];
  return (event) =>
    steps.reduce<Json | undefined>((value, step) => {
      if (Array.isArray(value)) return value[Number(step)];
      return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }, event);
}

function parseOrThrow(text: string, where: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new TemplateError(`${where} does not make JSON; a function takes nothing else`, { cause });
  }
}
