import { CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
} from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import type { DeploymentSettings } from './deployment-settings.ts';
import type { OperatorAddress } from './operator-actions.ts';
import { hashedFolder, siteAsset } from './site-code.ts';

/** What the HTTP API answers; everything else is the site. */
export const apiPaths = ['/api/*', '/auth/*', '/heartbeat/*', '/operator/actions/*'] as const;

/** Scripts, styles, pictures and answers from the portal itself, and nothing from elsewhere; nobody may frame it. */
export const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const priceClasses: Readonly<Record<DeploymentSettings['portalPriceClass'], PriceClass>> = {
  '100': PriceClass.PRICE_CLASS_100,
  '200': PriceClass.PRICE_CLASS_200,
  all: PriceClass.PRICE_CLASS_ALL,
};

export interface PortalSiteProps {
  readonly settings: DeploymentSettings;
  readonly api: OperatorAddress;
}

/**
 * Where customers and operators look: the built pages in a bucket, and the HTTP API, under one name.
 *
 * It needs no function, so that every function can be told its address.
 */
export class PortalSite extends Construct {
  /** Without a slash at the end. */
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, api }: PortalSiteProps) {
    super(scope, id);
    const bucket = this.#bucket();
    const domain = settings.portalDomain;
    const distribution = this.#distribution(bucket, settings, api);
    this.#deploy(bucket);
    this.url = `https://${domain ?? distribution.distributionDomainName}`;

    const url = new CfnOutput(this, 'Url', { value: this.url });
    url.overrideLogicalId('PortalUrl');
    if (domain !== undefined) {
      const target = new CfnOutput(this, 'Target', {
        description: `What the DNS record of ${domain} names`,
        value: distribution.distributionDomainName,
      });
      target.overrideLogicalId('PortalDnsTarget');
    }
  }

  #bucket(): IBucket {
    const safe = {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      // A bucket that is not empty cannot be deleted; whoever deletes the stack decides on its files.
      removalPolicy: RemovalPolicy.RETAIN,
    };
    const log = new Bucket(this, 'Log', { ...safe, lifecycleRules: [{ expiration: Duration.days(90) }] });
    return new Bucket(this, 'Files', { ...safe, serverAccessLogsBucket: log as IBucket }) as IBucket;
  }

  #distribution(bucket: IBucket, settings: DeploymentSettings, { api }: OperatorAddress): Distribution {
    const { portalDomain, portalCertificateArn, portalPriceClass } = settings;
    const stack = Stack.of(this);
    const responseHeadersPolicy = this.#headers();
    const toApi: BehaviorOptions = {
      origin: new HttpOrigin(`${api.apiId}.execute-api.${stack.region}.${stack.urlSuffix}`, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
      }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // The API is reached by its own name: it knows no other.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      // A redirect would come after a token has crossed the network in the open.
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      responseHeadersPolicy,
    };
    const distribution = new Distribution(this, 'Distribution', {
      comment: 'Mimamori: the portal',
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        compress: true,
        responseHeadersPolicy,
        functionAssociations: [
          {
            eventType: FunctionEventType.VIEWER_REQUEST,
            function: new EdgeFunction(this, 'RewriteToIndex', {
              comment: 'Every page of the portal is index.html',
              code: FunctionCode.fromFile({
                filePath: new URL('./edge/rewrite-to-index.js', import.meta.url).pathname,
              }),
              runtime: FunctionRuntime.JS_2_0,
            }),
          },
        ],
      },
      additionalBehaviors: Object.fromEntries(apiPaths.map((path) => [path, toApi])),
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: priceClasses[portalPriceClass],
      ...(portalDomain !== undefined &&
        portalCertificateArn !== undefined && {
          domainNames: [portalDomain],
          minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
          certificate: Certificate.fromCertificateArn(this, 'Certificate', portalCertificateArn),
        }),
    });
    // Without it a file that is not there would be answered as one that is forbidden. No request asks for the list itself:
    // the function leaves no address that ends in a slash.
    bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringEquals: { 'AWS:SourceArn': distribution.distributionArn } },
      }),
    );
    acknowledge(distribution, {
      'AwsSolutions-CFR1': 'Customers and operators travel.',
      'AwsSolutions-CFR2':
        'The API bounds its own pace, and nothing is read before somebody is known. A firewall has a price by the month, and is put before the distribution by whoever wants it.',
      'AwsSolutions-CFR3':
        'A log of addresses would hold the operators’ links and the keys of heartbeats. The API logs its routes without them.',
      ...(portalDomain === undefined && {
        'AwsSolutions-CFR4':
          'The certificate of cloudfront.net allows no other setting; portalDomain brings one’s own.',
      }),
    });
    return distribution;
  }

  /** Defaults: what the API says of itself is stricter, and stands. */
  #headers(): ResponseHeadersPolicy {
    const overSites = (header: string, value: string) => ({ header, value, override: false });
    return new ResponseHeadersPolicy(this, 'Headers', {
      comment: 'Mimamori: the portal',
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentPolicy, override: false },
        contentTypeOptions: { override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.SAME_ORIGIN, override: false },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(730),
          includeSubdomains: true,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: [
          overSites('Cross-Origin-Opener-Policy', 'same-origin'),
          overSites('Cross-Origin-Resource-Policy', 'same-origin'),
          overSites('Permissions-Policy', 'camera=(), geolocation=(), microphone=()'),
        ],
      },
    });
  }

  /**
   * Uploads the site. Files whose names hold their hash come first and stay when newer ones come: a page that is open still
   * asks for the parts it was built with.
   */
  #deploy(bucket: IBucket): void {
    const logGroup = new LogGroup(this, 'DeployLog', {
      logGroupName: '/aws/lambda/mimamori-deploy-portal',
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Our own role, as the library's own may do nearly everything with a bucket.
    const role = new Role(this, 'DeployRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const site = siteAsset(this);
    logGroup.grantWrite(role);
    const allow = (actions: string[], resource: string) =>
      role.addToPolicy(new PolicyStatement({ actions, resources: [resource] }));
    allow(['s3:GetObject'], site.bucket.arnForObjects(site.s3ObjectKey));
    allow(['s3:ListBucket'], bucket.bucketArn);
    allow(['s3:DeleteObject', 's3:PutObject'], bucket.arnForObjects('*'));
    const shared = {
      sources: [{ bind: () => ({ bucket: site.bucket, zipObjectKey: site.s3ObjectKey }) }],
      destinationBucket: bucket,
      role: role.withoutPolicyUpdates(),
      logGroup,
    };
    const hashed = new BucketDeployment(this, 'DeployHashed', {
      ...shared,
      exclude: ['*'],
      include: [`${hashedFolder}/*`],
      cacheControl: [
        CacheControl.setPublic(),
        CacheControl.maxAge(Duration.days(365)),
        CacheControl.immutable(),
      ],
      prune: false,
    });
    const named = new BucketDeployment(this, 'DeployNamed', {
      ...shared,
      exclude: [`${hashedFolder}/*`],
      // Asked for anew each time, so that nothing needs to be called back from the caches.
      cacheControl: [CacheControl.noCache()],
      prune: true,
    });
    hashed.node.addDependency(role);
    named.node.addDependency(hashed);

    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(bucket.node.defaultChild as CfnBucket)}.Arn>/*]`]:
        'The files of the site have names that change with it; nothing else lies in the bucket.',
    });
    for (const one of Stack.of(this).node.children)
      if (one.node.id.startsWith('Custom::CDKBucketDeployment'))
        acknowledge(one, {
          'AwsSolutions-L1': 'The library chooses the runtime of the function that it brings.',
        });
  }
}

const acknowledge = (of: Construct, reasons: Readonly<Record<string, string>>): void => {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(of).acknowledge({ id, reason });
};
