import { isObject, type Json, type JsonObject } from '../assembly/json.ts';
import type { Assembly } from '../assembly/read-assembly.ts';
import { TemplateError } from '../assembly/template-error.ts';

/** A contact flow of the template, as the telephone service would run it. */
export interface ContactFlow {
  /** The last part of its ARN. */
  readonly id: string;
  readonly arn: string;
  /** Of the instance that it belongs to. */
  readonly instanceArn: string;
  readonly start: string;
  readonly actions: ReadonlyMap<string, FlowAction>;
}

export interface FlowAction {
  readonly type: string;
  readonly parameters: JsonObject;
  readonly next: string | undefined;
  readonly conditions: readonly { readonly next: string; readonly operands: readonly string[] }[];
  /** By the error's type. */
  readonly errors: Readonly<Record<string, string>>;
}

/** Where a call stands in its flow: all that the flow knows, as data. */
export interface FlowPlace {
  readonly action: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** What the last function answered. */
  readonly external: Readonly<Record<string, string>>;
  /** The digits that were stored last. */
  readonly stored: string;
  /** Rounds made, by the action of the loop. */
  readonly loops: Readonly<Record<string, number>>;
}

/** What a flow does next, seen from outside. */
export type FlowStep =
  | { readonly kind: 'goes on'; readonly place: FlowPlace; readonly says?: string }
  | { readonly kind: 'listens'; readonly place: FlowPlace; readonly says?: string; readonly seconds: number }
  | {
      readonly kind: 'calls a function';
      readonly place: FlowPlace;
      readonly functionArn: string;
      readonly parameters: Readonly<Record<string, string>>;
      readonly limitMs: number;
    }
  | { readonly kind: 'ends' };

/** What has no meaning for a picture of a telephone. */
const silentActions = new Set([
  'UpdateContactTextToSpeechVoice',
  'UpdateContactRecordingBehavior',
  'UpdateContactRecordingAndAnalyticsBehavior',
  'UpdateContactEventHooks',
  'UpdateContactData',
  'UpdateFlowLoggingBehavior',
]);
const knownActions = new Set([
  ...silentActions,
  'MessageParticipant',
  'GetParticipantInput',
  'InvokeLambdaFunction',
  'Compare',
  'Loop',
  'UpdateContactAttributes',
  'DisconnectParticipant',
  'EndFlowExecution',
]);

/**
 * The contact flows of the template.
 *
 * @throws TemplateError for a flow that is broken, or has actions that are not simulated
 */
export function readContactFlows(assembly: Assembly): ContactFlow[] {
  return assembly.resources('AWS::Connect::ContactFlow').map(({ stack, logicalId, ref, properties }) => {
    const where = `${stack}.${logicalId}.Content`;
    const content = parseContent(properties.Content, where);
    const { StartAction: start, Actions } = content;
    const actions = new Map(
      (Array.isArray(Actions) ? Actions : [])
        .filter(isObject)
        .map((action) => [String(action.Identifier), readAction(action, where)]),
    );
    if (typeof start !== 'string' || !actions.has(start)) {
      throw new TemplateError(`${where} starts at ${JSON.stringify(start)}, which it does not have`);
    }
    for (const [id, { next, conditions, errors }] of actions) {
      const targets = [next, ...conditions.map((one) => one.next), ...Object.values(errors)];
      const missing = targets.find((target) => target !== undefined && !actions.has(target));
      if (missing !== undefined) {
        throw new TemplateError(`${where}: action ${id} goes on to ${missing}, which it does not have`);
      }
    }
    const instanceArn = String(properties.InstanceArn);
    return { id: ref.split('/').at(-1) ?? ref, arn: ref, instanceArn, start, actions };
  });
}

function parseContent(content: Json | undefined, where: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(String(content));
    if (isObject(parsed)) return parsed;
  } catch (cause) {
    throw new TemplateError(`${where} is not JSON`, { cause });
  }
  throw new TemplateError(`${where} is not a contact flow`);
}

function readAction({ Identifier, Type, Parameters, Transitions }: JsonObject, where: string): FlowAction {
  const type = String(Type);
  if (!knownActions.has(type)) {
    throw new TemplateError(
      `${where}: action ${String(Identifier)} is a ${type}, which is not simulated; known are ${[...knownActions].join(', ')}`,
    );
  }
  const { NextAction, Conditions, Errors } = isObject(Transitions) ? Transitions : {};
  const list = (value: Json | undefined): JsonObject[] =>
    Array.isArray(value) ? value.filter(isObject) : [];
  return {
    type,
    parameters: isObject(Parameters) ? Parameters : {},
    next: typeof NextAction === 'string' ? NextAction : undefined,
    conditions: list(Conditions).map((one) => {
      const condition = isObject(one.Condition) ? one.Condition : {};
      const operands = Array.isArray(condition.Operands) ? condition.Operands : [];
      return { next: String(one.NextAction), operands: operands.map(String) };
    }),
    errors: Object.fromEntries(list(Errors).map((one) => [String(one.ErrorType), String(one.NextAction)])),
  };
}

/** The place of a call that was just picked up. */
export const startOfFlow = (flow: ContactFlow, attributes: Readonly<Record<string, string>>): FlowPlace => ({
  action: flow.start,
  attributes,
  external: {},
  stored: '',
  loops: {},
});

/** Does one action. */
export function stepFlow(flow: ContactFlow, place: FlowPlace, address: string): FlowStep {
  const action = flow.actions.get(place.action);
  if (action === undefined) return { kind: 'ends' };
  const { type, parameters } = action;
  const fill = (value: Json | undefined): string => fillIn(String(value ?? ''), place, address);
  const goOn = (changed: Partial<FlowPlace> = {}, says?: string): FlowStep => {
    if (action.next === undefined) return { kind: 'ends' };
    const next = { ...place, ...changed, action: action.next };
    return { kind: 'goes on', place: next, ...(says === undefined ? {} : { says }) };
  };
  const goTo = (target: string | undefined, changed: Partial<FlowPlace> = {}): FlowStep =>
    target === undefined
      ? { kind: 'ends' }
      : { kind: 'goes on', place: { ...place, ...changed, action: target } };
  switch (type) {
    case 'MessageParticipant':
      return goOn({}, spoken(parameters, fill));
    case 'GetParticipantInput':
      return {
        kind: 'listens',
        place,
        says: spoken(parameters, fill),
        seconds: Number(parameters.InputTimeLimitSeconds ?? 5),
      };
    case 'InvokeLambdaFunction':
      return {
        kind: 'calls a function',
        place,
        functionArn: fill(parameters.LambdaFunctionARN),
        parameters: textsIn(parameters.LambdaInvocationAttributes, fill),
        limitMs: Number(parameters.InvocationTimeLimitSeconds ?? 8) * 1000,
      };
    case 'Compare': {
      const value = fill(parameters.ComparisonValue);
      const met = action.conditions.find(({ operands }) => operands.includes(value));
      return goTo(met?.next ?? errorOf(action, 'NoMatchingCondition'));
    }
    case 'Loop': {
      const rounds = place.loops[place.action] ?? 0;
      const goesOn = rounds < Number(parameters.LoopCount ?? 0);
      const loops = { ...place.loops, [place.action]: goesOn ? rounds + 1 : 0 };
      const wanted = goesOn ? 'ContinueLooping' : 'DoneLooping';
      const met = action.conditions.find(({ operands }) => operands.includes(wanted));
      return goTo(met?.next ?? action.next, { loops });
    }
    case 'UpdateContactAttributes':
      return goOn({ attributes: { ...place.attributes, ...textsIn(parameters.Attributes, fill) } });
    case 'DisconnectParticipant':
    case 'EndFlowExecution':
      return { kind: 'ends' };
    default:
      return goOn();
  }
}

/** Where a listening flow goes on: with a digit, or without one when its time is over. */
export function hear(flow: ContactFlow, place: FlowPlace, digit: string | undefined): FlowPlace | undefined {
  const action = flow.actions.get(place.action);
  if (action === undefined) return undefined;
  const stores = String(action.parameters.StoreInput).toLowerCase() === 'true';
  const met = action.conditions.find(({ operands }) => digit !== undefined && operands.includes(digit));
  const error = digit === undefined ? 'InputTimeLimitExceeded' : 'NoMatchingCondition';
  const isStored = stores && digit !== undefined;
  const next = isStored ? action.next : (met?.next ?? errorOf(action, error));
  return next === undefined ? undefined : { ...place, action: next, ...(isStored && { stored: digit }) };
}

/** Where a flow goes on after its function has answered; without an answer, it did not. */
export function takeAnswer(flow: ContactFlow, place: FlowPlace, answer: unknown): FlowPlace | undefined {
  const action = flow.actions.get(place.action);
  if (action === undefined) return undefined;
  if (!isObject(answer) || Object.values(answer).some((value) => typeof value === 'object')) {
    const next = errorOf(action, 'NoMatchingError');
    return next === undefined ? undefined : { ...place, action: next };
  }
  const external = Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, String(value)]));
  return action.next === undefined ? undefined : { ...place, external, action: action.next };
}

const errorOf = ({ errors }: FlowAction, type: string): string | undefined =>
  errors[type] ?? errors.NoMatchingError ?? errors.NoMatchingCondition;

function spoken({ Text, SSML }: JsonObject, fill: (value: Json | undefined) => string): string {
  if (SSML === undefined) return fill(Text);
  return fill(SSML)
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function textsIn(value: Json | undefined, fill: (value: Json) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).map(([key, text]) => [key, fill(text)]),
  );
}

/** `$.Attributes.report` and the like; what is not set is empty, as in the service. */
function fillIn(text: string, { attributes, external, stored }: FlowPlace, address: string): string {
  return text.replace(
    /\$\.(Attributes|External)\.([A-Za-z0-9_-]+)|\$\.(StoredCustomerInput|CustomerEndpoint\.Address)/g,
    (_, map: string | undefined, key: string, single: string) => {
      if (map === 'Attributes') return attributes[key] ?? '';
      if (map === 'External') return external[key] ?? '';
      return single === 'StoredCustomerInput' ? stored : address;
    },
  );
}
