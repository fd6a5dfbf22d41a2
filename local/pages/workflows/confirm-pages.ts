import type { ExecutionDescription } from '../../workflows/engine.ts';
import { executionPath, partsOfArn } from '../execution-path.ts';
import { type Html, html, nothing } from '../html.ts';
import { crumbs, facts, type Page } from '../layout.ts';
import { statusTag } from '../state-mark.ts';
import type { View } from '../view.ts';

export const reasonChars = 1_000;

/** Asks before an execution is stopped. */
export function stopPage(execution: ExecutionDescription, view: View): Page {
  const words = view.words.workflows.stop;
  if (execution.status !== 'RUNNING') return refusal(execution, words.ended, '', view);
  const { path } = placeOf(execution);
  return question(
    execution,
    words.title,
    words.body,
    html`<form method="post" action="${path}/stop" class="form">
<label for="reason">${words.reason} <span class="quiet">${words.reasonHint}</span></label>
<input id="reason" name="reason" maxlength="${reasonChars}" autocomplete="off">
<div class="actions"><button class="button button-danger">${words.confirm}</button><a class="button button-plain" href="${path}">${words.keep}</a></div>
</form>`,
    view,
  );
}

/** Asks before an execution goes on from where it failed. */
export function redrivePage(execution: ExecutionDescription, view: View): Page {
  const words = view.words.workflows.redrive;
  if (execution.redriveStatus !== 'REDRIVABLE') {
    return refusal(execution, words.cannot, execution.redriveStatusReason ?? '', view);
  }
  const { path } = placeOf(execution);
  return question(
    execution,
    words.title,
    words.body,
    html`<form method="post" action="${path}/redrive" class="form">
<div class="actions"><button class="button">${words.confirm}</button><a class="button button-plain" href="${path}">${words.keep}</a></div>
</form>`,
    view,
  );
}

/** Says that an execution cannot be stopped or redriven now. */
export function refusal(execution: ExecutionDescription, title: string, reason: string, view: View): Page {
  const { path } = placeOf(execution);
  return question(
    execution,
    title,
    reason,
    html`<p><a class="button" href="${path}">${view.words.back}</a></p>`,
    view,
  );
}

function question(
  execution: ExecutionDescription,
  title: string,
  body: string,
  form: Html,
  view: View,
): Page {
  const words = view.words.workflows;
  const { machine, name, path } = placeOf(execution);
  return {
    title,
    section: 'workflows',
    main: html`${crumbs(
      [
        { label: words.title, href: '/workflows' },
        { label: name, href: path },
      ],
      view,
    )}
<div class="question"><h1>${title}</h1>
${facts([
  [words.name, html`<span class="name-inline">${name}</span>`],
  [words.machine, machine],
  [view.words.stateColumn, statusTag(execution.status, view)],
])}
${body === '' ? nothing : html`<p>${body}</p>`}
${form}</div>`,
  };
}

function placeOf({ executionArn }: ExecutionDescription): { machine: string; name: string; path: string } {
  const { machine, name } = partsOfArn(executionArn);
  return { machine, name, path: executionPath(machine, name) };
}
