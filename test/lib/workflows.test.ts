import { readFileSync } from 'node:fs';
import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { rightsOf, roleIdOf } from './rights.ts';
import { readable, resourcesOf, templatesFor } from './templates.ts';

interface Task {
  readonly name: string;
  readonly resource: string;
  readonly target: string;
  readonly timeoutSeconds: unknown;
}

const { service } = templatesFor();

/** Every task of a definition, also of those inside Map and Parallel. */
function tasksOf(states: Record<string, Record<string, unknown>>): Task[] {
  return Object.entries(states).flatMap(([name, state]) => {
    const inner = [state.ItemProcessor, ...((state.Branches as unknown[] | undefined) ?? [])]
      .filter((each): each is { States: Record<string, Record<string, unknown>> } => each !== undefined)
      .flatMap(({ States }) => tasksOf(States));
    if (state.Type !== 'Task') return inner;
    const { FunctionName, StateMachineArn } = state.Arguments as Record<string, string>;
    const target = FunctionName ?? StateMachineArn ?? '';
    return [
      { name, resource: String(state.Resource), target, timeoutSeconds: state.TimeoutSeconds },
      ...inner,
    ];
  });
}

/** What the role needs for a resource of a file. */
const actionFor: Record<string, string> = {
  'arn:aws:states:::lambda:invoke': 'lambda:InvokeFunction',
  'arn:aws:states:::lambda:invoke.waitForTaskToken': 'lambda:InvokeFunction',
  'arn:aws:states:::states:startExecution': 'states:StartExecution',
};
/** What logging and tracing need, whatever the file says. */
const watched = /^(logs|xray):/;

for (const workflow of ['detection', 'incident', 'first-response', 'escalation', 'second-response']) {
  describe(`the ${workflow} workflow`, () => {
    const definition = JSON.parse(readFileSync(`statemachines/${workflow}.asl.json`, 'utf8')) as {
      States: Record<string, Record<string, unknown>>;
    };
    const tasks = tasksOf(definition.States);
    const [, machine] =
      Object.entries(resourcesOf(service, 'AWS::StepFunctions::StateMachine')).find(
        ([, { Properties }]) => Properties.StateMachineName === `mimamori-${workflow}`,
      ) ?? [];
    const properties = machine?.Properties ?? {};
    const substitutions = properties.DefinitionSubstitutions as Record<string, unknown>;
    const arnOf = (target: string) => readable(substitutions[target.replace(/^\$\{(.*)\}$/, '$1')]);

    it('given its file, when the language’s rules are applied, then it is valid', () => {
      expect(validate(definition, { checkArn: false }).errors).toEqual([]);
    });

    it('given its placeholders, when the template is made, then each is filled in, and none is left over', () => {
      const placeholders = new Set(
        [...JSON.stringify(definition).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name),
      );
      expect([...placeholders].sort()).toEqual(Object.keys(substitutions).sort());
    });

    it('given the resources that its file uses, when its role is read, then each is granted, and nothing more', () => {
      expect(tasks.length).toBeGreaterThan(3);
      const needed = new Set(
        tasks.map(({ resource, target }) => `${actionFor[resource] ?? resource} ${arnOf(target)}`),
      );
      const granted = rightsOf(service, roleIdOf(properties)).filter((right) => !watched.test(right));
      expect(granted).toEqual([...needed].sort());
    });

    it('given its log, when a step runs, then all of it is kept and traced', () => {
      expect(properties).toMatchObject({
        LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
        TracingConfiguration: { Enabled: true },
      });
    });

    const functions = Object.entries(resourcesOf(service, 'AWS::Lambda::Function'));
    for (const [id, { Properties }] of functions) {
      const arn = readable({ 'Fn::GetAtt': [id, 'Arn'] });
      const limits = tasks
        .filter(({ target, timeoutSeconds }) => arnOf(target) === arn && typeof timeoutSeconds === 'number')
        .map(({ timeoutSeconds }) => Number(timeoutSeconds));
      if (limits.length === 0) continue;
      it(`given ${Properties.FunctionName}, when it hangs, then it ends before the most patient of its tasks gives it up`, () => {
        expect(Properties.Timeout).toBeLessThan(Math.max(...limits));
      });
    }
  });
}
