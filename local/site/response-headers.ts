import { isObject } from '../assembly/json.ts';
import type { Resource } from '../assembly/read-assembly.ts';
import { TemplateError } from '../assembly/template-error.ts';

/** A header that the distribution adds. */
export interface AddedHeader {
  readonly name: string;
  readonly value: string;
  /** Whether it stands in place of the origin's own. */
  readonly overrides: boolean;
}

/**
 * What a headers policy of the template adds.
 * @throws TemplateError for parts that are not simulated
 */
export function readHeadersPolicy({ properties, stack, logicalId }: Resource): AddedHeader[] {
  const config = isObject(properties.ResponseHeadersPolicyConfig)
    ? properties.ResponseHeadersPolicyConfig
    : {};
  const { CustomHeadersConfig, SecurityHeadersConfig, Name: _name, Comment: _comment, ...others } = config;
  const security = isObject(SecurityHeadersConfig) ? SecurityHeadersConfig : {};
  const unknown = [...Object.keys(others), ...Object.keys(security).filter((key) => !(key in written))];
  if (unknown.length > 0) {
    throw new TemplateError(
      `${stack}.${logicalId} has ${unknown.join(', ')}, which is not simulated on one machine`,
    );
  }
  const items =
    isObject(CustomHeadersConfig) && Array.isArray(CustomHeadersConfig.Items)
      ? CustomHeadersConfig.Items
      : [];
  return [
    ...Object.entries(security).flatMap(([key, given]) => {
      const header = written[key]?.(isObject(given) ? given : {});
      return header === undefined
        ? []
        : [{ ...header, overrides: isObject(given) && given.Override === true }];
    }),
    ...items.flatMap((item) =>
      isObject(item)
        ? [{ name: String(item.Header), value: String(item.Value), overrides: item.Override === true }]
        : [],
    ),
  ];
}

/** Puts them into an answer. */
export function addHeaders(headers: Headers, added: readonly AddedHeader[]): void {
  for (const { name, value, overrides } of added)
    if (overrides || !headers.has(name)) headers.set(name, value);
}

type Given = Readonly<Record<string, unknown>>;

/** How each security header is written. */
const written: Readonly<Record<string, (given: Given) => { name: string; value: string }>> = {
  ContentSecurityPolicy: (given) => ({
    name: 'Content-Security-Policy',
    value: String(given.ContentSecurityPolicy),
  }),
  ContentTypeOptions: () => ({ name: 'X-Content-Type-Options', value: 'nosniff' }),
  FrameOptions: (given) => ({ name: 'X-Frame-Options', value: String(given.FrameOption) }),
  ReferrerPolicy: (given) => ({ name: 'Referrer-Policy', value: String(given.ReferrerPolicy) }),
  StrictTransportSecurity: (given) => ({
    name: 'Strict-Transport-Security',
    value: `max-age=${given.AccessControlMaxAgeSec}${given.IncludeSubdomains === true ? '; includeSubDomains' : ''}${given.Preload === true ? '; preload' : ''}`,
  }),
};
