import type { Functions } from './functions/functions.ts';
import { FunctionNotFound, type InvocationResult, TooManyRequests } from './functions/invocation.ts';
import type { TaskHandlers } from './workflows/engine.ts';

/** Lets workflows call the template's functions, with the service's names for what can go wrong. */
export function createFunctionTasks(functions: Pick<Functions, 'invoke'>): TaskHandlers {
  return {
    invokeFunction: async ({ functionName, payload }) => {
      let result: InvocationResult;
      try {
        result = await functions.invoke(functionName, JSON.stringify(payload ?? null));
      } catch (error) {
        if (error instanceof TooManyRequests) {
          return { functionError: 'Lambda.TooManyRequestsException', cause: error.message };
        }
        if (error instanceof FunctionNotFound) {
          return { functionError: 'Lambda.ResourceNotFoundException', cause: error.message };
        }
        throw error;
      }
      if ('payload' in result) return { payload: JSON.parse(result.payload) as unknown };
      const { functionError, ...cause } = result;
      return { functionError, cause: JSON.stringify(cause) };
    },
  };
}
