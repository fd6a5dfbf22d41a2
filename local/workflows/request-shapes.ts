import { z } from 'zod';
import { ServiceError } from './service-error.ts';
import { limits } from './state-data.ts';

/** An ARN of the service of this kind: `execution` or `stateMachine`. The rest of it is looked up, not checked. */
function arnOf(kind: 'execution' | 'stateMachine', example: string) {
  return z
    .string()
    .min(1)
    .max(256)
    .superRefine((arn, { addIssue }) => {
      const [prefix, , service, region, account, type, ...names] = arn.split(':');
      if (prefix !== 'arn' || service !== 'states' || region === undefined || account === undefined) {
        addIssue({ code: 'custom', message: `Invalid ARN prefix: ${arn}`, params: { isArn: true } });
      } else if (type !== kind) {
        const message = `Resource type not valid in this context: ${type ?? ''}`;
        addIssue({ code: 'custom', message, params: { isArn: true } });
      } else if (names.length < example.split(':').length || names.includes('')) {
        const message = `${arn}; write it like arn:aws:states:us-east-1:111111111111:${kind}:${example}`;
        addIssue({ code: 'custom', message, params: { isArn: true } });
      }
    });
}

export const executionArn = arnOf('execution', 'machine:name');
export const stateMachineArn = arnOf('stateMachine', 'machine');
export const page = {
  maxResults: z.int().min(0).max(1_000).optional(),
  nextToken: z.string().min(1).max(3_096).optional(),
};
export const failure = {
  error: z.string().max(limits.errorCharacters).optional(),
  cause: z.string().max(limits.causeCharacters).optional(),
};
export const includedData = z.enum(['ALL_DATA', 'METADATA_ONLY']).optional();
export const taskToken = z.string().min(1).max(2_048);

/**
 * Checks a request body, with all faults told at once in the service's words. Fields that are not supported are refused:
 * none is silently left out.
 *
 * @throws ServiceError `InvalidArn` for an ARN of another kind, else `ValidationException`
 */
export function parseRequest<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape, z.core.$strict>,
  body: unknown,
): z.output<z.ZodObject<Shape, z.core.$strict>> {
  // A field that is null is one that is not there.
  const given = isRecord(body)
    ? Object.fromEntries(Object.entries(body).filter(([, v]) => v !== null))
    : body;
  const parsed = schema.safeParse(given ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const problems = issues.filter((issue) => !isArnIssue(issue)).map(sentenceOf);
  const [wrongArn] = issues.filter(isArnIssue);
  if (problems.length === 0 && wrongArn !== undefined) {
    throw new ServiceError('InvalidArn', `Invalid Arn: '${wrongArn.message}'`);
  }
  throw new ServiceError('ValidationException', validationMessage(problems));
}

/** A request that the service would refuse, for reasons between its fields. */
export function refuse(problem: string): ServiceError {
  return new ServiceError('ValidationException', validationMessage([problem]));
}

function validationMessage(problems: readonly string[]): string {
  const errors = problems.length === 1 ? 'error' : 'errors';
  return `${problems.length} validation ${errors} detected: ${problems.join('; ')}`;
}

function isArnIssue(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' && issue.params?.isArn === true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  const place = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => (place === '' ? key : `${place}.${key}`).slice(0, 100));
    return `${keys.slice(0, 10).join(', ')} ${keys.length === 1 ? 'is' : 'are'} not supported here; leave it out`;
  }
  const wanted = constraintOf(issue);
  if (wanted === undefined) return `Value at '${place}': ${issue.message}`;
  return `Value at '${place}' failed to satisfy constraint: ${wanted}`;
}

/** In the service's words, where it has some for this. */
function constraintOf(issue: z.core.$ZodIssue): string | undefined {
  if (issue.input === undefined && issue.path.length > 0) return 'Member must not be null';
  if (issue.code === 'too_big' || issue.code === 'too_small') {
    const [bound, side] = issue.code === 'too_big' ? [issue.maximum, 'less'] : [issue.minimum, 'greater'];
    const what = issue.origin === 'string' ? 'length' : 'value';
    return `Member must have ${what} ${side} than or equal to ${bound}`;
  }
  if (issue.code === 'invalid_value')
    return `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
  return undefined;
}
