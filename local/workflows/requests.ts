import { ServiceError } from './service-error.ts';
import { fitsDataLimit, type Json, limits, nestsDeeper } from './state-data.ts';

const refusedInNames = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** @throws ServiceError `InvalidName` */
export function checkName(name: string): void {
  if (name === '' || name.length > limits.nameCharacters || refusedInNames.test(name)) {
    throw new ServiceError('InvalidName', `Invalid Name: '${name.slice(0, 200)}'`);
  }
}

/** @throws ServiceError `InvalidArn` when this is not the ARN of the machine `name` */
export function checkMachineArn(arn: string, name: string): void {
  if (/^arn:[\w-]+:states:[\w-]*:\d*:stateMachine:/.test(arn) && arn.endsWith(`:stateMachine:${name}`))
    return;
  const mend = `write it like arn:aws:states:us-east-1:111111111111:stateMachine:${name}`;
  throw new ServiceError(
    'InvalidArn',
    `Invalid Arn: '${arn.slice(0, 200)}' of the state machine ${name}; ${mend}`,
  );
}

/** @throws ServiceError `InvalidExecutionInput` or `ValidationException` */
export function parseInput(input: string): Json {
  checkLength('input', input);
  return parse(input, 'InvalidExecutionInput', 'Invalid State Machine Execution Input');
}

/** @throws ServiceError `InvalidOutput` or `ValidationException` */
export function parseOutput(output: string): Json {
  checkLength('output', output);
  return parse(output, 'InvalidOutput', 'Invalid Output');
}

/** @throws ServiceError `InvalidDefinition` for what is no JSON */
export function parseDefinition(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServiceError(
      'InvalidDefinition',
      `Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: Json parse error: ${reason}'`,
    );
  }
}

/** Task tokens are 48 random bytes in base64url. */
const tokenPattern = /^[\w-]{64}$/;

/** @throws ServiceError `InvalidToken` for what no task can have been given */
export function checkToken(token: string): void {
  if (!tokenPattern.test(token)) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
}

export interface PageRequest {
  /** From 1 to 1,000; 0 for the usual hundred. */
  readonly maxResults?: number | undefined;
  readonly nextToken?: string | undefined;
}

const largestPage = 1_000;

/** @throws ServiceError `ValidationException` */
export function pageSize({ maxResults = 0 }: PageRequest): number {
  if (!Number.isInteger(maxResults) || maxResults < 0 || maxResults > largestPage) {
    const wanted = `Member must be from 0 to ${largestPage}`;
    throw invalid(`Value '${maxResults}' at 'maxResults' failed to satisfy constraint: ${wanted}`);
  }
  return maxResults === 0 ? 100 : maxResults;
}

/**
 * The id after which a page begins: the last one of the page before it.
 *
 * @throws ServiceError `InvalidToken`
 */
export function pageStart({ nextToken }: PageRequest): number | undefined {
  if (nextToken === undefined) return undefined;
  if (!/^\d{1,15}$/.test(nextToken)) throw new ServiceError('InvalidToken', "Invalid Token: 'Invalid token'");
  return Number(nextToken);
}

/** Cuts a page out of rows read one further than it is long. */
export function cutPage<Row extends { readonly id: number }>(
  rows: readonly Row[],
  limit: number,
): { page: Row[]; next: { nextToken?: string } } {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { page, next: last === undefined ? {} : { nextToken: String(last.id) } };
}

function checkLength(field: string, text: string): void {
  if (fitsDataLimit(text)) return;
  const wanted = `Member must have length less than or equal to ${limits.dataBytes}`;
  throw invalid(`Value at '${field}' failed to satisfy constraint: ${wanted}`);
}

function parse(text: string, name: 'InvalidExecutionInput' | 'InvalidOutput', sentence: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    if (!nestsDeeper(value, limits.nestedLevels)) return value;
    throw new Error(`it nests deeper than ${limits.nestedLevels} levels`);
  } catch (error) {
    throw new ServiceError(name, `${sentence}: '${error instanceof Error ? error.message : String(error)}'`);
  }
}

function invalid(problem: string): ServiceError {
  return new ServiceError('ValidationException', `1 validation error detected: ${problem}`);
}
