import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AccessVerification } from './access-verification.ts';
import { CheckSchedule } from './check-schedule.ts';
import type { DeploymentSettings } from './deployment-settings.ts';
import { DetectionWorkflow } from './detection-workflow.ts';
import { EscalationWorkflow } from './escalation-workflow.ts';
import { FirstResponseWorkflow } from './first-response-workflow.ts';
import type { FoundationStack } from './foundation-stack.ts';
import { functionCode } from './function-code.ts';
import { functionEnvironment } from './function-environment.ts';
import { Heartbeats } from './heartbeats.ts';
import { IncidentWorkflow } from './incident-workflow.ts';
import { MailDelivery } from './mail-delivery.ts';
import { MonitoringNetwork } from './monitoring-network.ts';
import { OperatorActions, OperatorAddress } from './operator-actions.ts';
import { PortalApi } from './portal-api.ts';
import { PortalClient } from './portal-client.ts';
import { PortalSite } from './portal-site.ts';
import type { FunctionHome } from './product-function.ts';
import { SecondResponseWorkflow } from './second-response-workflow.ts';
import { SecretAccess } from './secret-access.ts';
import { SignIn } from './sign-in.ts';
import { StoppedExecutions } from './stopped-executions.ts';
import { Telephone } from './telephone.ts';

export interface ServiceStackProps {
  readonly settings: DeploymentSettings;
  readonly foundation: FoundationStack;
}

/** Everything that can be made again: what checks, decides and tells. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, { settings, foundation }: ServiceStackProps) {
    super(scope, id, { description: 'Mimamori: checks, workflows and mail' });
    const { table, metrics, address, users } = foundation;
    const secrets = new SecretAccess(this);
    const operators = new OperatorAddress(this, 'Operators');
    const portal = new PortalSite(this, 'Portal', { settings, api: operators });
    const client = new PortalClient(this, 'PortalClient', { users, portalUrl: portal.url });
    const home: FunctionHome = {
      code: functionCode(this),
      environment: functionEnvironment(this, {
        settings,
        table,
        metrics,
        secrets,
        operators,
        address,
        portal,
        users,
        client,
      }),
      network: new MonitoringNetwork(this, 'Network', { address }),
    };

    const mail = new MailDelivery(this, 'Mail', { home, settings, table, metrics, secrets });
    const incident = new IncidentWorkflow(this, 'Incident', { home, table, secrets, mail });
    new FirstResponseWorkflow(this, 'FirstResponse', { home, table, metrics, secrets, mail, incident });
    const telephone = new Telephone(this, 'Telephone', { home, settings, table, incident });
    const escalation = new EscalationWorkflow(this, 'Escalation', { home, table, mail, incident, telephone });
    new SecondResponseWorkflow(this, 'SecondResponse', { home, table, secrets, mail, incident, escalation });
    new OperatorActions(this, 'OperatorActions', { home, table, secrets, incident, address: operators });
    new PortalApi(this, 'PortalApi', { home, table, metrics, secrets, incident, address: operators, users });
    new Heartbeats(this, 'Heartbeats', { home, table, secrets, address: operators });
    new SignIn(this, 'SignIn', { home, address: operators });
    new StoppedExecutions(this, 'StoppedExecutions', { home, table, incident, telephone });
    const detection = new DetectionWorkflow(this, 'Detection', {
      home,
      table,
      metrics,
      secrets,
      mail,
      incident,
    });
    new AccessVerification(this, 'Access', { home, table, secrets });
    new CheckSchedule(this, 'Checks', {
      home,
      shards: settings.shards,
      table,
      metrics,
      secrets,
      detection,
      incident,
    });
  }
}
