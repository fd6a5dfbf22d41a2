import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject } from '../assembly/json.ts';
import type { Assembly, Resource } from '../assembly/read-assembly.ts';
import { TemplateError } from '../assembly/template-error.ts';
import { BoundedLog } from './bounded-log.ts';
import { FunctionNotFound, type InvocationResult } from './invocation.ts';
import { LocalFunction, type LocalFunctionSettings } from './local-function.ts';

export interface FunctionsOptions {
  readonly assembly: Assembly;
  /** Where each function's output is kept: `<directory>/<name>.log`. */
  readonly logDirectory: string;
  /** Set in every function beside what the template sets, which it overrides. */
  readonly environment: Readonly<Record<string, string>>;
  /** Told when an invocation begins; what it answers is called when that one has ended. */
  readonly onInvocation?: () => () => void;
}

/** The functions of the template. */
export class Functions {
  readonly #byName = new Map<string, LocalFunction>();
  /** Which function signs with which key: what the gateway needs to know its callers. */
  readonly #byKeyId = new Map<string, string>();
  readonly #onInvocation: () => () => void;

  constructor({ assembly, logDirectory, environment, onInvocation }: FunctionsOptions) {
    this.#onInvocation = onInvocation ?? (() => () => undefined);
    mkdirSync(logDirectory, { recursive: true, mode: 0o700 });
    const deployers = deployFunctions(assembly);
    for (const resource of assembly.resources('AWS::Lambda::Function')) {
      if (resource.arn !== undefined && deployers.has(resource.arn)) continue;
      const keyId = `ASIALOCAL${randomBytes(8).toString('hex').toUpperCase()}`;
      this.#byKeyId.set(keyId, resource.name);
      const settings = functionSettings(resource, assembly, {
        ...environment,
        AWS_ACCESS_KEY_ID: keyId,
        AWS_SECRET_ACCESS_KEY: randomBytes(30).toString('base64'),
      });
      const log = new BoundedLog(join(logDirectory, `${resource.name}.log`));
      this.#byName.set(resource.name, new LocalFunction(settings, log));
    }
  }

  get names(): string[] {
    return [...this.#byName.keys()];
  }

  /** The function that signs its calls with this key. */
  callerOf(accessKeyId: string): string | undefined {
    return this.#byKeyId.get(accessKeyId);
  }

  /**
   * Runs a function once.
   *
   * @param function_ name or ARN, with or without `:$LATEST`
   * @param event JSON text
   * @throws FunctionNotFound, TooManyRequests
   */
  async invoke(function_: string, event: string): Promise<InvocationResult> {
    const found = this.#find(function_);
    const ended = this.#onInvocation();
    try {
      return await found.invoke(event);
    } finally {
      ended();
    }
  }

  /** @throws FunctionNotFound */
  check(function_: string): void {
    this.#find(function_);
  }

  /** Resolves when nothing runs any more, or after `limitMs`. */
  async idle(limitMs: number): Promise<void> {
    const until = performance.now() + limitMs;
    while ([...this.#byName.values()].some((one) => one.inFlight > 0) && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byName.values()].map((one) => one.close()));
  }

  #find(function_: string): LocalFunction {
    const name = functionName(function_);
    const found = this.#byName.get(name);
    if (found === undefined) throw new FunctionNotFound(`Function not found: ${function_}`);
    return found;
  }
}

/** ARNs of functions that only a deploy calls, for resources of its own: the library brings them, and here nothing is deployed. */
function deployFunctions(assembly: Assembly): Set<string> {
  const types = [...assembly.countByType().keys()].filter(
    (type) => type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource',
  );
  return new Set(
    types.flatMap((type) =>
      assembly.resources(type).map(({ properties }) => String(properties.ServiceToken)),
    ),
  );
}

/** The plain name in a name, a qualified name or an ARN. */
export function functionName(function_: string): string {
  const parts = function_.split(':');
  const at = parts.indexOf('function');
  return (at === -1 ? parts[0] : parts[at + 1]) ?? function_;
}

function functionSettings(
  { properties, name, arn, stack, logicalId }: Resource,
  assembly: Assembly,
  environment: Readonly<Record<string, string>>,
): LocalFunctionSettings {
  const { Code, Environment, Handler, MemorySize, Timeout, ReservedConcurrentExecutions } = properties;
  const objectKey = isObject(Code) ? Code.S3Key : undefined;
  if (typeof objectKey !== 'string') {
    throw new TemplateError(`${stack}.${logicalId} has no code in the asset bucket; bundle it as an asset`);
  }
  const variables = isObject(Environment) && isObject(Environment.Variables) ? Environment.Variables : {};
  const codePath = assembly.assetPath(objectKey);
  const memoryMb = Number(MemorySize ?? 128);
  return {
    name,
    arn: arn ?? name,
    codePath,
    handler: String(Handler),
    memoryMb,
    timeLimitMs: Number(Timeout ?? 3) * 1000,
    reservedConcurrency:
      ReservedConcurrentExecutions === undefined ? undefined : Number(ReservedConcurrentExecutions),
    environment: {
      PATH: dirname(process.execPath),
      TZ: 'UTC',
      LAMBDA_TASK_ROOT: codePath,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      ...Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)])),
      ...environment,
    },
  };
}
