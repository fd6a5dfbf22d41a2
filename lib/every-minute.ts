import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { RegularRun, type RegularRunProps } from './regular-run.ts';

/** A probe of the past tells nothing, and the next minute's run is near. */
const maxAge = Duration.minutes(2);

/** Runs a function every minute. */
export class EveryMinute extends RegularRun {
  constructor(scope: Construct, id: string, props: Omit<RegularRunProps, 'every' | 'maxAge'>) {
    super(scope, id, { ...props, every: Duration.minutes(1), maxAge });
  }
}
