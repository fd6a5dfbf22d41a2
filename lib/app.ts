import { App, Tags } from 'aws-cdk-lib';
import cdkJson from '../cdk.json' with { type: 'json' };
import { type DeploymentSettings, readDeploymentSettings } from './deployment-settings.ts';
import { FoundationStack } from './foundation-stack.ts';
import { ServiceStack } from './service-stack.ts';

/** Settings stand over what cdk.json and the command line say. */
export interface AppOptions extends Partial<DeploymentSettings> {
  /** Keys of the library's own. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Whether `synth` holds the templates to CloudFormation's rules: a second that a start on one machine can save. @default false */
  readonly validate?: boolean;
  /** Where `synth` writes the cloud assembly. @default what the CDK command line asks for, or a directory in /tmp */
  readonly outdir?: string;
}

/**
 * The whole product as a CDK app, for `cdk` and for one machine alike.
 * @throws WrongSettings for context that is not as it should be, all faults at once
 */
export function buildApp({ context, validate = false, outdir, ...given }: AppOptions = {}): App {
  const app = new App({
    // The command line has read cdk.json itself; whoever builds the app in process has not.
    context: cdkJson.context,
    postCliContext: { ...context, ...given },
    builtinCloudFormationValidation: validate,
    analyticsReporting: false,
    treeMetadata: false,
    ...(outdir !== undefined && { outdir }),
  });
  const settings = readDeploymentSettings(app.node);
  const foundation = new FoundationStack(app, 'MimamoriFoundation', { settings });
  new ServiceStack(app, 'MimamoriService', { settings, foundation });
  Tags.of(app).add('Product', 'Mimamori');
  return app;
}
