import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import {
  boundsText,
  type Call,
  callsOf,
  curlOf,
  type Description,
  fieldsOf,
  type Parameter,
  replyOf,
  type Schema,
  schemaOf,
  typeText,
} from '../openapi.ts';
import { Chips } from '../parts/chips.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Failure } from '../parts/failure.tsx';
import { Empty, Loading } from '../parts/loaded.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { changeQuery, useQuery } from '../router.ts';
import { apiDocsWords } from '../words/api-docs-words.ts';
import { useWords } from '../words/words.ts';

const address = '/api/v1/openapi.json';
const limitMs = 20_000;

/** `/api-docs`: the API's own description, to be read. */
export function ApiDocsPage() {
  const words = useWords(apiDocsWords);
  const [document, setDocument] = useState<Description>();
  const [error, setError] = useState<Error>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    setError(undefined);
    load(AbortSignal.any([leaving.signal, AbortSignal.timeout(limitMs)])).then(setDocument, (cause) => {
      if (!leaving.signal.aborted) setError(cause);
    });
    return () => leaving.abort();
  }, [turn]);
  return (
    <>
      <PageHead title={words.title} lead={words.lead} />
      {document !== undefined ? (
        <Shown document={document} />
      ) : error === undefined ? (
        <Loading />
      ) : (
        <Failure error={error} retry={() => setTurn(turn + 1)} />
      )}
    </>
  );
}

/** It is public, so that it is asked for without a token. @throws {ApiError} */
async function load(signal: AbortSignal): Promise<Description> {
  const response = await fetch(address, { signal }).catch((cause: unknown) => {
    throw new ApiError(`${address} was not answered`, { status: 0, cause });
  });
  if (!response.ok) throw new ApiError(`${address} answered ${response.status}`, { status: response.status });
  return (await response.json()) as Description;
}

const accountPath = '/accounts/{account}/';

function Shown({ document }: { document: Description }) {
  const words = useWords(apiDocsWords);
  const query = useQuery();
  const q = (query.get('q') ?? '').toLowerCase();
  const whose = query.get('of') ?? '';
  const calls = callsOf(document).filter(({ method, path, operation }) => {
    const isOfAccounts = path.startsWith(accountPath);
    if (isOfAccounts !== (whose === 'accounts') && q === '') return false;
    const { operationId = '', summary = '' } = operation;
    return `${method} ${path} ${operationId} ${summary}`.toLowerCase().includes(q);
  });
  const groups = Map.groupBy(calls, ({ operation }) => operation.tags?.[0] ?? '');
  return (
    <>
      <div class="prose" lang="en">
        <Prose text={document.info.description ?? ''} />
      </div>
      <p>
        <a href={address}>{words.description}</a>
      </p>
      <div class="filters">
        <SearchField label={words.filter} value={q} onSearch={(value) => changeQuery({ q: value })} />
        <Chips
          label={words.whose}
          choices={[
            { id: '', name: words.own },
            { id: 'accounts', name: words.ofAccounts },
          ]}
          chosen={whose}
          choose={(id) => changeQuery({ of: id })}
        />
      </div>
      {calls.length === 0 && <Empty title={words.none} />}
      {[...groups].map(([tag, ofTag]) => (
        <section key={tag} lang="en" aria-labelledby={`tag-${tag}`}>
          <h2 id={`tag-${tag}`}>{tag}</h2>
          <ul class="rows">
            {ofTag.map((call) => (
              <li key={`${call.method} ${call.path}`}>
                <Operation call={call} document={document} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Operation({ call, document }: { call: Call; document: Description }) {
  const { method, path, operation } = call;
  // Thousands of fields are drawn only when they are looked for.
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      class="operation"
      onToggle={({ currentTarget }) => setOpen((currentTarget as HTMLDetailsElement).open)}
    >
      <summary>
        <code class={`method method-${method}`}>{method.toUpperCase()}</code>
        <code class="path">{path}</code>
        <span class="quiet">{operation.summary}</span>
      </summary>
      {isOpen && <OperationBody call={call} document={document} />}
    </details>
  );
}

function OperationBody({ call, document }: { call: Call; document: Description }) {
  const words = useWords(apiDocsWords);
  const { operation } = call;
  const base = location.origin + (document.servers?.[0]?.url ?? '');
  const curl = curlOf(call, base);
  const sent = operation.requestBody?.content?.['application/json'];
  return (
    <div class="operation-body">
      <div class="prose">
        <Prose text={operation.description ?? ''} />
      </div>
      {(operation.parameters ?? []).length > 0 && (
        <>
          <h3>{words.parameters}</h3>
          <Fields
            document={document}
            fields={(operation.parameters ?? []).map((parameter) => ({
              name: parameter.name,
              schema: described(parameter),
              isRequired: parameter.required ?? false,
              note: words.in[parameter.in] ?? parameter.in,
            }))}
          />
        </>
      )}
      {sent !== undefined && (
        <>
          <h3>{words.body}</h3>
          {sent.schema !== undefined && <SchemaFields schema={sent.schema} document={document} />}
          {sent.example !== undefined && <Code text={JSON.stringify(sent.example, null, 2)} />}
        </>
      )}
      <h3>{words.answers}</h3>
      <ul class="answers">
        {Object.entries(operation.responses ?? {}).map(([status, reply]) => {
          const { description, content = {} } = replyOf(reply, document);
          const [type, media] = Object.entries(content)[0] ?? [];
          const isGood = Number(status) < 300;
          return (
            <li key={status}>
              <p>
                <code class={isGood ? 'status status-good' : 'status'}>{status}</code>{' '}
                <Inline text={description ?? ''} />{' '}
                {isGood && type !== undefined && <span class="quiet">{type}</span>}
              </p>
              {isGood && media?.schema !== undefined && type === 'application/json' && (
                <SchemaFields schema={media.schema} document={document} />
              )}
              {isGood && media?.example !== undefined && (
                <Code text={JSON.stringify(media.example, null, 2)} />
              )}
            </li>
          );
        })}
      </ul>
      <h3>{words.call}</h3>
      <Code text={curl} />
      <p>
        <CopyButton text={curl} />
      </p>
    </div>
  );
}

const described = ({ schema = {}, description }: Parameter): Schema =>
  description === undefined ? schema : { ...schema, description };

const Code = ({ text }: { text: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
  <pre tabIndex={0}>{text}</pre>
);

function SchemaFields({ schema, document }: { schema: Schema; document: Description }) {
  const fields = fieldsOf(schema, document);
  return fields.length === 0 ? (
    <p class="quiet">
      <code>{typeText(schema, document)}</code>
    </p>
  ) : (
    <Fields fields={fields} document={document} />
  );
}

interface FieldsProps {
  readonly fields: readonly {
    readonly name: string;
    readonly schema: Schema;
    readonly isRequired: boolean;
    readonly note?: string;
  }[];
  readonly document: Description;
}

function Fields({ fields, document }: FieldsProps) {
  const words = useWords(apiDocsWords);
  return (
    <dl class="schema">
      {fields.map(({ name, schema, isRequired, note }) => {
        const whole = schemaOf(schema, document);
        const bounds = boundsText(whole);
        return (
          <div key={name + (note ?? '')}>
            <dt>
              <code>{name}</code>
              {isRequired && <span class="required">{words.required}</span>}
            </dt>
            <dd>
              <code class="quiet">{typeText(schema, document)}</code>
              {bounds !== '' && <span class="quiet"> {bounds}</span>}
              {note !== undefined && <span class="quiet"> {note}</span>}
              {whole.default !== undefined && (
                <span class="quiet"> {words.default(JSON.stringify(whole.default))}</span>
              )}
              {(schema.description ?? whole.description) !== undefined && (
                <p>
                  <Inline text={schema.description ?? whole.description ?? ''} />
                </p>
              )}
              <Inner schema={schema} document={document} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** The fields of an object within an object, one level at a time. */
function Inner({ schema, document }: { schema: Schema; document: Description }) {
  const words = useWords(apiDocsWords);
  const [isOpen, setOpen] = useState(false);
  const fields = fieldsOf(schema, document);
  if (fields.length === 0) return null;
  return (
    <details
      class="change"
      onToggle={({ currentTarget }) => setOpen((currentTarget as HTMLDetailsElement).open)}
    >
      <summary>{words.fields}</summary>
      {isOpen && <Fields fields={fields} document={document} />}
    </details>
  );
}

/** Paragraphs with `code` and **strong**: all that the description uses. */
const Prose = ({ text }: { text: string }) => (
  <>
    {text
      .split(/\n{2,}/)
      .filter((paragraph) => paragraph.trim() !== '')
      .map((paragraph) => (
        <p key={paragraph}>
          <Inline text={paragraph} />
        </p>
      ))}
  </>
);

function Inline({ text }: { text: string }) {
  const parts: ComponentChildren[] = text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith('`')) return <code key={part}>{part.slice(1, -1)}</code>;
    if (part.startsWith('**')) return <strong key={part}>{part.slice(2, -2)}</strong>;
    return part;
  });
  return <>{parts}</>;
}
