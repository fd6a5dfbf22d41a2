/** What of an OpenAPI 3.1 document the page shows. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Media {
  readonly schema?: Schema;
  readonly example?: unknown;
}

export interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

interface Reply {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Readonly<Record<string, Media>>;
}

export interface Operation {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, Media>> };
  readonly responses?: Readonly<Record<string, Reply>>;
  readonly security?: readonly unknown[];
}

export interface Description {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly servers?: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: {
    readonly schemas?: Readonly<Record<string, Schema>>;
    readonly responses?: Readonly<Record<string, Reply>>;
  };
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Every operation, in the order of the document. */
export const callsOf = ({ paths }: Description): Call[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      return operation === undefined ? [] : [{ method, path, operation }];
    }),
  );

/** What a reference stands for; references of references, too. */
export function schemaOf(schema: Schema, document: Description): Schema {
  const name = schema.$ref?.split('/').at(-1);
  const found = name === undefined ? undefined : document.components?.schemas?.[name];
  return found === undefined ? schema : schemaOf(found, document);
}

export function replyOf(reply: Reply, document: Description): Reply {
  const name = reply.$ref?.split('/').at(-1);
  return (name === undefined ? undefined : document.components?.responses?.[name]) ?? reply;
}

/** A schema in a few words: `string (date-time)`, `"ja" | "en"`, `Server[]`. */
export function typeText(schema: Schema, document: Description): string {
  if (schema.$ref !== undefined) {
    const behind = schemaOf(schema, document);
    const name = schema.$ref.split('/').at(-1) ?? '';
    return behind.enum === undefined ? name : typeText(behind, document);
  }
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map((one) => typeText(one, document)).join(' | ');
  if (schema.allOf !== undefined) return schema.allOf.map((one) => typeText(one, document)).join(' & ');
  if (schema.items !== undefined) return `${typeText(schema.items, document)}[]`;
  const type = typeof schema.type === 'object' ? schema.type.join(' | ') : (schema.type ?? 'any');
  return schema.format === undefined ? type : `${type} (${schema.format})`;
}

/** The bounds of a schema: `1 … 200`, `up to 80 characters`. */
export function boundsText({ minimum, maximum, minLength, maxLength, minItems, maxItems }: Schema): string {
  const sides = (low: number | undefined, high: number | undefined, unit: string): string[] =>
    // The largest exact integer is no bound that anybody set.
    low === undefined && (high === undefined || high >= Number.MAX_SAFE_INTEGER)
      ? []
      : [
          `${low !== undefined && low > Number.MIN_SAFE_INTEGER ? low : ''}…${high !== undefined && high < Number.MAX_SAFE_INTEGER ? high : ''}${unit}`,
        ];
  return [
    ...sides(minimum, maximum, ''),
    ...sides(minLength, maxLength, ' characters'),
    ...sides(minItems, maxItems, ' items'),
  ]
    .filter((one) => one !== '…')
    .join(', ');
}

/** Fields of an object, or of the objects of a list. */
export function fieldsOf(
  schema: Schema,
  document: Description,
): { readonly name: string; readonly schema: Schema; readonly isRequired: boolean }[] {
  const whole = schemaOf(schema, document);
  if (whole.items !== undefined) return fieldsOf(whole.items, document);
  if (whole.allOf !== undefined) return whole.allOf.flatMap((one) => fieldsOf(one, document));
  return Object.entries(whole.properties ?? {}).map(([name, field]) => ({
    name,
    schema: field,
    isRequired: whole.required?.includes(name) ?? false,
  }));
}

/** What a shell does to call it. */
export function curlOf({ method, path, operation }: Call, base: string): string {
  const media = operation.requestBody?.content?.['application/json'];
  const needed = (operation.parameters ?? []).filter(
    ({ in: where, required }) => where === 'query' && required,
  );
  const query = needed.map(({ name }) => `${name}={${name}}`).join('&');
  const lines = [
    `curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}'${base}${path}${query === '' ? '' : `?${query}`}'`,
    ...(operation.security?.length === 0 ? [] : [`-H "Authorization: Bearer $TOKEN"`]),
    ...(media === undefined
      ? []
      : [
          `-H 'Content-Type: application/json'`,
          `-d '${JSON.stringify(media.example ?? {}).replaceAll("'", "'\\''")}'`,
        ]),
  ];
  return lines.join(' \\\n  ');
}
