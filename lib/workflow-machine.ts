import { fileURLToPath } from 'node:url';
import { ArnFormat, CfnOutput, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Machine } from '../core/machine.ts';
import type { ProductFunction } from './product-function.ts';

export type WorkflowName = Machine;

const machineName = (workflow: WorkflowName): string => `mimamori-${workflow}`;

/** The ARN of a workflow by its fixed name: functions that its machine calls may then know it without a cycle. */
export const workflowArn = (scope: Construct, workflow: WorkflowName): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: machineName(workflow),
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** The ARNs of all executions of a workflow. */
export const executionsArn = (scope: Construct, workflow: WorkflowName): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${machineName(workflow)}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

export interface WorkflowMachineProps {
  readonly workflow: WorkflowName;
  /** Functions that the file calls, by the name of their placeholder: `CheckAgainArn`. */
  readonly calls: Readonly<Record<string, ProductFunction>>;
  /** Workflows that the file starts, by the name of their placeholder: `IncidentMachineArn`. */
  readonly starts?: Readonly<Record<string, WorkflowName>>;
}

/** A state machine from its shipped file. A file tells the library nothing of the rights it needs: all are granted here. */
export class WorkflowMachine extends Construct {
  readonly #workflow: WorkflowName;

  constructor(scope: Construct, id: string, { workflow, calls, starts = {} }: WorkflowMachineProps) {
    super(scope, id);
    this.#workflow = workflow;
    const functionArns = Object.entries(calls).map(([name, { functionArn }]) => [name, functionArn] as const);
    const machineArns = Object.entries(starts).map(
      ([name, started]) => [name, workflowArn(this, started)] as const,
    );
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    const allow = (action: string, arns: readonly (readonly [string, string])[]) => {
      const resources = arns.map(([, arn]) => arn);
      if (resources.length > 0) role.addToPolicy(new PolicyStatement({ actions: [action], resources }));
    };
    allow('lambda:InvokeFunction', functionArns);
    allow('states:StartExecution', machineArns);

    const machine = new StateMachine(this, 'Machine', {
      stateMachineName: machineName(workflow),
      definitionBody: DefinitionBody.fromFile(
        fileURLToPath(new URL(`../statemachines/${workflow}.asl.json`, import.meta.url)),
      ),
      definitionSubstitutions: Object.fromEntries([...functionArns, ...machineArns]),
      role,
      tracingEnabled: true,
      logs: {
        level: LogLevel.ALL,
        includeExecutionData: true,
        destination: new LogGroup(this, 'Log', {
          // Under this prefix the log service needs no policy of its own for each group; it has room for ten.
          logGroupName: `/aws/vendedlogs/states/${machineName(workflow)}`,
          retention: RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      },
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Log delivery and X-Ray take no resource; the functions and workflows are named one by one.',
    });

    const { region } = Stack.of(this);
    const title = workflow
      .split('-')
      .map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
      .join('');
    const outputs = {
      [`${title}MachineArn`]: machine.stateMachineArn,
      [`${title}Console`]: `https://${region}.console.aws.amazon.com/states/home?region=${region}#/statemachines/view/${machine.stateMachineArn}`,
    };
    for (const [name, value] of Object.entries(outputs))
      new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }

  /** Lets a function start executions. */
  grantStart(starter: ProductFunction): void {
    this.#grant(starter, 'states:StartExecution');
  }

  #grant(grantee: ProductFunction, action: string): void {
    // By name, not by reference: the machine itself refers to functions that may be granted this.
    grantee.addToRolePolicy(
      new PolicyStatement({ actions: [action], resources: [workflowArn(this, this.#workflow)] }),
    );
  }
}
