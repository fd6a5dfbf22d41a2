import { Validations } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  type IVpc,
  NatProvider,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { MonitoringAddress } from './monitoring-address.ts';

export interface MonitoringNetworkProps {
  readonly address: MonitoringAddress;
}

/** Where functions that reach customers' servers run: whatever leaves it comes from the one address. */
export class MonitoringNetwork extends Construct {
  readonly vpc: IVpc;
  /** Everything may go out, nothing comes in. */
  readonly outbound: SecurityGroup;

  constructor(scope: Construct, id: string, { address }: MonitoringNetworkProps) {
    super(scope, id);
    // The default security group stays open among its members (restrictDefaultSecurityGroup is off in cdk.json): nothing
    // is ever in it, and to empty it the library would deploy a function of its own.
    const vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      // One way out, as there is one address. Should its zone fail, sweeps see that their way out is broken, hold
      // alerts back and tell the operators.
      natGateways: 1,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: [address.allocationId] }),
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'Probes', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
      ],
      // The table is read and written without the NAT gateway: free of charge, and also when the way out is broken.
      gatewayEndpoints: { Table: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
    });
    // The library's class does not fit its own interface under exactOptionalPropertyTypes.
    this.vpc = vpc as IVpc;
    this.outbound = new SecurityGroup(this, 'Outbound', {
      vpc: this.vpc,
      description: 'Probes go out to customers; nothing comes in',
      allowAllOutbound: true,
    });
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'Only our probes are in it, and each check is recorded by itself. A flow record of every check costs more than the check.',
    });
  }
}
