import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { Machine } from '../../core/machine.ts';
import type { Workflows } from './workflows.ts';

/** Workflows on Step Functions, in the cloud and on one machine. */
export function createStepFunctionsWorkflows(
  client: SFNClient,
  machineArns: Readonly<Record<Machine, string>>,
): Workflows {
  return {
    async start(machine, name, input) {
      try {
        await client.send(
          new StartExecutionCommand({
            stateMachineArn: machineArns[machine],
            name,
            input: JSON.stringify(input),
          }),
        );
        return 'started';
      } catch (error) {
        // Running with another input, or ended: in both cases this one of its kind has been started.
        if (error instanceof ExecutionAlreadyExists) return 'exists';
        throw error;
      }
    },
    async isRunning(machine, name) {
      const executionArn = `${machineArns[machine].replace(':stateMachine:', ':execution:')}:${name}`;
      try {
        const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
        return status === 'RUNNING';
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return false;
        throw error;
      }
    },
    async succeed(token, output) {
      try {
        await client.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) }));
        return 'told';
      } catch (error) {
        if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist) return 'nobody-waits';
        throw error;
      }
    },
  };
}
