import { type Html, html, nothing } from '../html.ts';
import { crumbs, facts, type Page } from '../layout.ts';
import type { View } from '../view.ts';
import { jsonBlock, parsed } from './json-block.ts';
import { machinePath } from './machine-path.ts';

export interface StartForm {
  readonly machine: string;
  readonly name: string;
  /** As it was written. */
  readonly input: string;
  /** Why it cannot be started like that. */
  readonly fault?: string;
}

/** The form for a name and an input. */
export function startPage({ machine, name, input, fault }: StartForm, view: View): Page {
  const words = view.words.workflows.start;
  return shell(
    machine,
    words.title,
    html`<p class="lead">${words.body}</p>
${fault === undefined ? nothing : html`<div class="note note-critical" role="alert" id="fault"><strong>${words.couldNot}</strong><p>${fault}</p></div>`}
<form method="post" action="${machinePath(machine)}/start" enctype="multipart/form-data" class="form">
<input type="hidden" name="step" value="check">
<label for="name">${words.name} <span class="quiet" id="name-hint">${words.nameHint}</span></label>
<input id="name" name="name" value="${name}" maxlength="80" autocomplete="off" spellcheck="false" aria-describedby="name-hint">
<label for="input">${words.input} <span class="quiet" id="input-hint">${words.inputHint}</span></label>
<textarea id="input" name="input" rows="14" spellcheck="false" autocomplete="off" required aria-describedby="input-hint${fault === undefined ? '' : ' fault'}"${fault === undefined ? nothing : html` aria-invalid="true"`}>
${input}</textarea>
<div class="actions"><button class="button">${words.check}</button></div>
</form>`,
    view,
  );
}

/** Shows what would be started, and asks. */
export function confirmStartPage({ machine, name, input }: StartForm, view: View): Page {
  const words = view.words.workflows.start;
  const hidden = (field: string, value: string): Html =>
    html`<input type="hidden" name="${field}" value="${value}">`;
  const form = (step: string, kind: string, said: string): Html =>
    html`<form method="post" action="${machinePath(machine)}/start" enctype="multipart/form-data">${hidden('step', step)}${hidden('name', name)}${hidden('input', input)}<button class="button ${kind}">${said}</button></form>`;
  return shell(
    machine,
    words.checkTitle,
    html`<p class="lead">${words.checkBody}</p>
${facts([
  [view.words.workflows.machine, machine],
  [words.name, name === '' ? html`<span class="quiet">${words.givenName}</span>` : name],
])}
<section class="panel-part"><h2>${words.input}</h2>${jsonBlock(parsed(input), view, 'input-text')}</section>
<div class="actions">${form('start', '', words.confirm)}${form('edit', 'button-plain', words.change)}</div>`,
    view,
  );
}

const shell = (machine: string, title: string, main: Html, view: View): Page => ({
  title,
  section: 'workflows',
  main: html`${crumbs(
    [
      { label: view.words.workflows.title, href: '/workflows' },
      { label: machine, href: machinePath(machine) },
    ],
    view,
  )}
<div class="question question-wide"><h1>${title} <span class="h1-sub">${machine}</span></h1>
${main}</div>`,
});
