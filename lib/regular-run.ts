import { type Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { ProductFunction } from './product-function.ts';

export interface RegularRunProps {
  readonly run: ProductFunction;
  readonly every: Duration;
  /** What is older is left: the next run is near. */
  readonly maxAge: Duration;
  /** One schedule for each: its name, and what the function gets beside `time`, the scheduled time. */
  readonly schedules: readonly { readonly name: string; readonly input?: Readonly<Record<string, number>> }[];
}

/** Runs a function again and again. What could not be delivered or run lies in a dead-letter queue. */
export class RegularRun extends Construct {
  constructor(scope: Construct, id: string, { run, every, maxAge, schedules }: RegularRunProps) {
    super(scope, id);
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [run.functionArn] }),
    );
    role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
    );

    for (const { name, input } of schedules)
      new Schedule(this, name, {
        scheduleName: `mimamori-${name}`,
        schedule: ScheduleExpression.rate(every),
        target: new LambdaInvoke(run, {
          // The target would allow all versions of the function too.
          role: role.withoutPolicyUpdates(),
          input: ScheduleTargetInput.fromObject({ time: ContextAttribute.scheduledTime, ...input }),
          // By itself the scheduler would repeat a delivery 185 times in a day.
          retryAttempts: 2,
          maxEventAge: maxAge,
          deadLetterQueue: deadLetters,
        }),
      });

    // The scheduler's call ends when the function's queue has the event; from there on these hold.
    run.configureAsyncInvoke({
      retryAttempts: 1,
      maxEventAge: maxAge,
      onFailure: new SqsDestination(deadLetters),
    });
  }
}
