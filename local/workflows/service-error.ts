/** Names of the errors that the workflow service answers with. */
export type ServiceErrorName =
  | 'ExecutionAlreadyExists'
  | 'ExecutionDoesNotExist'
  | 'ExecutionNotRedrivable'
  | 'InvalidArn'
  | 'InvalidDefinition'
  | 'InvalidExecutionInput'
  | 'InvalidName'
  | 'InvalidOutput'
  | 'InvalidToken'
  | 'ResourceNotFound'
  | 'ServiceUnavailable'
  | 'StateMachineDoesNotExist'
  | 'TaskDoesNotExist'
  | 'TaskTimedOut'
  | 'UnknownOperationException'
  | 'ValidationException';

/** A request that the service refuses; `name` is the service's own name for it. */
export class ServiceError extends Error {
  override readonly name: ServiceErrorName;

  constructor(name: ServiceErrorName, message: string) {
    super(message);
    this.name = name;
  }
}
