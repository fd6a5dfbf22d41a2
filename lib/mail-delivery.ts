import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ConfigurationSet, EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { DeploymentSettings } from './deployment-settings.ts';
import { EveryMinute } from './every-minute.ts';
import type { MetricTable } from './metric-table.ts';
import type { MonitorTable } from './monitor-table.ts';
import { type FunctionHome, ProductFunction } from './product-function.ts';
import type { SecretAccess } from './secret-access.ts';
import { linkKeysSecret } from './signing-keys.ts';

/** What SES counts our mails under: deliveries, bounces, complaints. */
export const configurationSetName = 'mimamori';

export interface MailDeliveryProps {
  readonly home: FunctionHome;
  readonly settings: DeploymentSettings;
  readonly table: MonitorTable;
  readonly metrics: MetricTable | undefined;
  readonly secrets: SecretAccess;
}

/** Mail by way of the outbox: workflows send at once, and every minute what is left over is sent. */
export class MailDelivery extends Construct {
  readonly sendIncidentMail: ProductFunction;
  readonly tellOperators: ProductFunction;
  readonly #grantSend: (sender: ProductFunction) => void;

  constructor(scope: Construct, id: string, { home, settings, table, metrics, secrets }: MailDeliveryProps) {
    super(scope, id);
    this.sendIncidentMail = new ProductFunction(this, 'SendIncidentMail', {
      home,
      entry: 'mail/send-incident-mail',
      // Drawing a graph is a second of the smallest share of a processor, and three are all it may take.
      memoryMb: 1024,
      timeLimit: Duration.seconds(115),
    });
    this.tellOperators = new ProductFunction(this, 'TellOperators', {
      home,
      entry: 'mail/tell-operators',
      timeLimit: Duration.seconds(55),
    });
    const sendPending = new ProductFunction(this, 'SendPending', {
      home,
      entry: 'mail/send-pending',
      timeLimit: Duration.seconds(60),
    });
    table.grantItems(this.sendIncidentMail);
    secrets.grantRead(this.sendIncidentMail, `${linkKeysSecret}/current`);
    metrics?.grantRead(this.sendIncidentMail);
    table.grantItems(this.tellOperators);
    table.grantItems(sendPending, { indexes: ['list'] });
    new EveryMinute(this, 'Pending', { run: sendPending, schedules: [{ name: 'send-pending' }] });

    const { smtpSecret } = settings;
    this.#grantSend =
      settings.mailTransport === 'ses'
        ? this.#sendBySes(settings.mailFromDomain)
        : (sender) => smtpSecret !== undefined && secrets.grantRead(sender, smtpSecret);
    for (const sender of [this.sendIncidentMail, this.tellOperators, sendPending]) this.grantSend(sender);
  }

  /** Lets a function send mail of the outbox itself, where a minute is too long to wait. */
  grantSend(sender: ProductFunction): void {
    this.#grantSend(sender);
  }

  #sendBySes(domain: string | undefined): (sender: ProductFunction) => void {
    const configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName,
      reputationMetrics: true,
    });
    const identity =
      domain === undefined
        ? undefined
        : new EmailIdentity(this, 'Identity', { identity: Identity.domain(domain), configurationSet });
    for (const [index, { name, value }] of (identity?.dkimRecords ?? []).entries()) {
      const output = new CfnOutput(this, `DkimRecord${index + 1}`, {
        description: 'A CNAME record of the sending domain',
        value: `${name} CNAME ${value}`,
      });
      output.overrideLogicalId(`DkimRecord${index + 1}`);
    }

    const arnOf = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
    const resources = [
      identity?.emailIdentityArn ?? arnOf('identity', '*'),
      arnOf('configuration-set', configurationSetName),
    ];
    return (sender) => {
      sender.addToRolePolicy(new PolicyStatement({ actions: ['ses:SendRawEmail'], resources }));
      if (identity === undefined)
        Validations.of(sender.executionRole).acknowledge({
          id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*]',
          reason:
            'Without mailFromDomain the sender is chosen in the inventory, and SES sends only for identities that the account has verified.',
        });
    };
  }
}
