import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'aws-cdk-lib';
import type { AppOptions } from '../../lib/app.ts';

interface Report {
  readonly pluginReports: {
    readonly pluginName: string;
    readonly violations: {
      readonly ruleName: string;
      readonly violatingConstructs: { readonly constructPath: string }[];
    }[];
  }[];
}

/** Synthesizes and reads what every rule found: `AwsSolutions-SQS3 at MimamoriService/…`. */
export function findings(app: App): string[] {
  try {
    app.synth();
  } catch (error) {
    // An error-level finding ends synth; the report is written all the same.
    if (!(error instanceof Error && error.name === 'ValidationFailed')) throw error;
  }
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')) as Report;
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    ),
  );
}

/** Deployments that differ in what they have. */
export const deployments: readonly (AppOptions & { readonly given: string })[] = [
  { given: 'the default settings' },
  { given: 'SMTP and four shards', mailTransport: 'smtp', smtpSecret: 'msp/smtp-url', shards: 4 },
  {
    given: 'an address and a sender domain of one’s own',
    allocationId: 'eipalloc-0123456789abcdef0',
    monitoringAddress: '192.0.2.10',
    mailFromDomain: 'msp.example',
  },
  {
    given: 'a portal with its own domain',
    portalDomain: 'portal.msp.example',
    portalCertificateArn:
      'arn:aws:acm:us-east-1:111111111111:certificate/0a1b2c3d-0000-4000-8000-0123456789ab',
    portalPriceClass: 'all',
  },
  {
    given: 'calls by Amazon Connect',
    calls: 'connect',
    connectInstanceArn: 'arn:aws:connect:ap-northeast-1:111111111111:instance/0a1b2c3d',
    connectSourcePhone: '+81312345678',
  },
];
