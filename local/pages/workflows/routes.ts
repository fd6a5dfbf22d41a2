import type { Context, Env, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ExecutionStatus } from '../../workflows/engine.ts';
import { ServiceError } from '../../workflows/service-error.ts';
import { fitsDataLimit, limits } from '../../workflows/state-data.ts';
import { executionPath, partsOfArn } from '../execution-path.ts';
import type { Html } from '../html.ts';
import type { Page } from '../layout.ts';
import type { WorkflowSource } from '../page-sources.ts';
import { isOwnRequest } from '../same-origin.ts';
import type { View } from '../view.ts';
import { reasonChars, redrivePage, refusal, stopPage } from './confirm-pages.ts';
import { readable } from './event-table.ts';
import { executionPage, executionPart } from './execution-page.ts';
import { type ExecutionFilter, findExecutions } from './find-executions.ts';
import { readableJson } from './json-block.ts';
import { findJsonFault } from './json-fault.ts';
import {
  executionStatuses,
  executionsPart,
  type MachineCounts,
  machinesPart,
  type WorkflowsView,
  workflowsPage,
} from './list-page.ts';
import { machinePage } from './machine-page.ts';
import { Machines } from './machines.ts';
import { ExecutionReader, type ExecutionWish } from './read-execution.ts';
import { confirmStartPage, type StartForm, startPage } from './start-page.ts';

/** What the pages have in common, as the routes use it. */
export interface Shell<E extends Env> {
  viewOf(context: Context<E>): View;
  show(context: Context<E>, page: Page, status?: ContentfulStatusCode): Promise<Response> | Response;
  showPart(context: Context<E>, part: Html): Promise<Response> | Response;
  /** Answers a request that another site's page has sent. */
  refuse(context: Context<E>): Promise<Response> | Response;
}

const mostMachines = 1_000;

/** The pages under `/workflows`. What changes something is a POST from a page that has asked before. */
export function serveWorkflows<E extends Env>(app: Hono<E>, source: WorkflowSource, shell: Shell<E>): void {
  const machines = new Machines(source);
  const reader = new ExecutionReader(source, machines);
  const { viewOf, show, showPart, refuse } = shell;
  const arnOf = (context: Context<E>): string =>
    `arn:aws:states:${source.region}:${source.accountId}:execution:${context.req.param('execution')}`;

  app.get('/workflows', async (context) => {
    const view = viewOf(context);
    const { status, machine, q, next } = context.req.query();
    const filter: ExecutionFilter = {
      ...optional(
        'status',
        executionStatuses.find((one) => one === status),
      ),
      ...optional('machine', machine === '' ? undefined : machine?.slice(0, limits.nameCharacters)),
      ...optional('text', q?.trim() === '' ? undefined : q?.trim().slice(0, limits.nameCharacters)),
    };
    const seen: WorkflowsView = {
      machines: countsOf(source),
      list: await findExecutions(source, filter, next),
      filter,
      isFirstPage: next === undefined,
    };
    const part = context.req.query('fragment');
    if (part === 'machines') return showPart(context, machinesPart(seen, view));
    if (part !== undefined) return showPart(context, executionsPart(seen, view));
    return show(context, workflowsPage(seen, view));
  });

  app.get('/workflows/machine/:machine', (context) => {
    const view = viewOf(context);
    const machine = machines.byName(context.req.param('machine'));
    const drawing = machines.drawing(machine, view);
    return show(context, machinePage(machine, drawing, context.req.query('state'), view));
  });

  app.get('/workflows/machine/:machine/start', (context) => {
    const machine = context.req.param('machine');
    machines.byName(machine);
    const from = context.req.query('from');
    const input = from === undefined ? '{}' : inputOf(source, machine, from);
    return show(context, startPage({ machine, name: '', input }, viewOf(context)));
  });

  app.post('/workflows/machine/:machine/start', async (context) => {
    if (!isOwnRequest(context.req.raw.headers)) return refuse(context);
    const view = viewOf(context);
    const machine = context.req.param('machine');
    const stateMachineArn = source.stateMachineArn(machine);
    source.describeStateMachine({ stateMachineArn });
    const fields = await context.req.parseBody();
    // Browsers send line ends as CR and LF.
    const form: StartForm = {
      machine,
      name: textIn(fields.name).trim(),
      input: textIn(fields.input).replaceAll('\r\n', '\n'),
    };
    if (fields.step === 'edit') return show(context, startPage(form, view));
    const fault = inputFault(form.input, view);
    if (fault !== undefined) return show(context, startPage({ ...form, fault }, view), 422);
    if (fields.step !== 'start') return show(context, confirmStartPage(form, view));
    try {
      const { executionArn } = await source.startExecution({
        stateMachineArn,
        input: form.input,
        ...(form.name !== '' && { name: form.name }),
      });
      return context.redirect(pathOf(executionArn), 303);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return show(context, startPage({ ...form, fault: error.message }, view), 422);
    }
  });

  app.get('/workflows/:execution', async (context) => {
    const view = viewOf(context);
    const seen = await reader.read(arnOf(context), wishOf(context));
    const drawing = machines.drawing(seen.machine, view);
    if (isFragment(context)) return showPart(context, executionPart(seen, drawing, view));
    return show(context, executionPage(seen, drawing, view));
  });

  app.get('/workflows/:execution/event/:id', (context) => {
    const event = reader.event(arnOf(context), wholeNumber(context.req.param('id')));
    if (event === undefined) return context.notFound();
    const details = readable(event.details);
    return context.body(readableJson({ ...event, details }), 200, { 'Content-Type': 'application/json' });
  });

  app.get('/workflows/:execution/stop', (context) =>
    show(context, stopPage(source.describeExecution({ executionArn: arnOf(context) }), viewOf(context))),
  );

  app.post('/workflows/:execution/stop', async (context) => {
    if (!isOwnRequest(context.req.raw.headers)) return refuse(context);
    const executionArn = arnOf(context);
    const execution = source.describeExecution({ executionArn });
    if (execution.status !== 'RUNNING') return show(context, stopPage(execution, viewOf(context)), 409);
    const cause = textIn((await context.req.parseBody()).reason)
      .trim()
      .slice(0, reasonChars);
    await source.stopExecution({ executionArn, ...(cause !== '' && { cause }) });
    return context.redirect(pathOf(executionArn), 303);
  });

  app.get('/workflows/:execution/redrive', (context) =>
    show(context, redrivePage(source.describeExecution({ executionArn: arnOf(context) }), viewOf(context))),
  );

  app.post('/workflows/:execution/redrive', async (context) => {
    if (!isOwnRequest(context.req.raw.headers)) return refuse(context);
    const executionArn = arnOf(context);
    const execution = source.describeExecution({ executionArn });
    try {
      await source.redriveExecution({ executionArn });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const view = viewOf(context);
      const { cannot } = view.words.workflows.redrive;
      return show(context, refusal(execution, cannot, error.message, view), 409);
    }
    return context.redirect(pathOf(executionArn), 303);
  });
}

const isFragment = <E extends Env>(context: Context<E>): boolean =>
  context.req.query('fragment') !== undefined;

const textIn = (field: unknown): string => (typeof field === 'string' ? field : '');

const optional = <Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } => (value === undefined ? {} : ({ [name]: value } as { [Key in Name]: Value }));

function wishOf<E extends Env>(context: Context<E>): ExecutionWish {
  const { state, visit, from } = context.req.query();
  return {
    from: Math.max(1, wholeNumber(from)),
    ...(state !== undefined && { state }),
    ...(visit !== undefined && { visit: wholeNumber(visit) }),
  };
}

/** 0 for what is no whole number. */
const wholeNumber = (text: string | undefined): number =>
  text !== undefined && /^[0-9]{1,9}$/.test(text) ? Number(text) : 0;

const pathOf = (executionArn: string): string => {
  const { machine, name } = partsOfArn(executionArn);
  return executionPath(machine, name);
};

function countsOf(source: WorkflowSource): MachineCounts[] {
  const none: Record<ExecutionStatus, number> = {
    RUNNING: 0,
    SUCCEEDED: 0,
    FAILED: 0,
    TIMED_OUT: 0,
    ABORTED: 0,
  };
  const counts = new Map<string, Record<ExecutionStatus, number>>();
  for (const { stateMachineArn, status, count } of source.countExecutions()) {
    counts.set(stateMachineArn, { ...(counts.get(stateMachineArn) ?? none), [status]: count });
  }
  return source
    .listStateMachines({ maxResults: mostMachines })
    .stateMachines.map(({ stateMachineArn, name }) => ({
      name,
      counts: counts.get(stateMachineArn) ?? none,
    }));
}

/** The input of an earlier execution, indented; `{}` when that one is gone. */
function inputOf(source: WorkflowSource, machine: string, name: string): string {
  const { region, accountId } = source;
  const executionArn = `arn:aws:states:${region}:${accountId}:execution:${machine}:${name}`;
  try {
    const { input } = source.describeExecution({ executionArn });
    const indented = JSON.stringify(JSON.parse(input), null, 2);
    return fitsDataLimit(indented) ? indented : input;
  } catch (error) {
    if (error instanceof ServiceError) return '{}';
    throw error;
  }
}

function inputFault(input: string, view: View): string | undefined {
  const words = view.words.workflows;
  if (!fitsDataLimit(input)) return words.start.tooLong(Buffer.byteLength(input), limits.dataBytes);
  const fault = findJsonFault(input);
  return fault === undefined ? undefined : words.jsonFault(fault);
}
