import { readFileSync } from 'node:fs';
import { isObject } from './json.ts';
import type { Assembly, Resource } from './read-assembly.ts';
import { TemplateError } from './template-error.ts';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  /** Parsed ASL. */
  readonly definition: unknown;
}

/** The state machines of the template, each placeholder of their definitions filled in. @throws TemplateError */
export function stateMachines(assembly: Assembly): StateMachine[] {
  return assembly.resources('AWS::StepFunctions::StateMachine').map((resource) => {
    const where = `${resource.stack}.${resource.logicalId}`;
    const { DefinitionSubstitutions: given } = resource.properties;
    const substitutions = isObject(given) ? given : {};
    const text = definitionText(resource, assembly, where).replace(
      /\$\{([A-Za-z0-9_]+)\}/g,
      (whole, name: string) => String(substitutions[name] ?? whole),
    );
    try {
      return {
        arn: resource.arn ?? resource.ref,
        name: resource.name,
        definition: JSON.parse(text) as unknown,
      };
    } catch (cause) {
      throw new TemplateError(`${where} has a definition that is not JSON`, { cause });
    }
  });
}

function definitionText({ properties }: Resource, assembly: Assembly, where: string): string {
  const { DefinitionString, DefinitionS3Location, Definition } = properties;
  if (typeof DefinitionString === 'string') return DefinitionString;
  if (isObject(Definition)) return JSON.stringify(Definition);
  if (isObject(DefinitionS3Location)) {
    return readFileSync(assembly.assetPath(String(DefinitionS3Location.Key)), 'utf8');
  }
  throw new TemplateError(`${where} has no definition; give it one from a file or as text`);
}
