import { type Html, html, nothing } from '../html.ts';
import { crumbs, type Page } from '../layout.ts';
import type { View } from '../view.ts';
import { withQuery } from '../view.ts';
import { isWide } from './execution-page.ts';
import type { MachineView } from './execution-view.ts';
import type { Drawing } from './graph-layout.ts';
import { graphFigure } from './graph-svg.ts';
import { jsonBlock } from './json-block.ts';
import { machinePath } from './machine-path.ts';

/** `/workflows/machine/<name>`: what a machine does, and the way to start it. */
export function machinePage(
  { name, definition, states }: MachineView,
  drawing: Drawing | undefined,
  selected: string | undefined,
  view: View,
): Page {
  const words = view.words.workflows;
  const state = selected === undefined ? undefined : states.get(selected);
  const hrefOf = (one: string): string => `${withQuery(view, { state: one })}#state`;
  return {
    title: name,
    section: 'workflows',
    main: html`${crumbs([{ label: words.title, href: '/workflows' }], view)}
<div class="title-line"><h1 class="name">${name}</h1><div class="actions"><a class="button" href="${machinePath(name)}/start">${words.start.action}</a><a class="button button-plain" href="/workflows?machine=${encodeURIComponent(name)}">${words.executions}</a></div></div>
${commentOf(definition) === '' ? nothing : html`<p class="lead">${commentOf(definition)}</p>`}
<div class="run${isWide(drawing) ? ' run-wide' : ''}">
${drawing === undefined ? html`<p class="note">${words.tooLarge}</p>` : graphFigure(drawing, { hrefOf, ...(state !== undefined && selected !== undefined && { selected }) }, view)}
<section class="panel panel-one" id="state"><header class="panel-head"><h2>${state === undefined ? words.definition : selected}</h2>${state === undefined ? html`<p class="quiet">${words.statesInAll}: ${states.size}</p>` : html`<p class="quiet">${commentOf(state)}</p><a href="${withQuery(view, { state: undefined })}">${words.close}</a>`}</header>
${jsonBlock(state ?? definition, view, 'definition-text')}
${drawing === undefined ? stateLinks([...states.keys()].slice(0, 1_000), hrefOf) : nothing}</section>
</div>`,
  };
}

const stateLinks = (names: readonly string[], hrefOf: (name: string) => string): Html =>
  html`<ul class="untouched">${names.map((name) => html`<li><a href="${hrefOf(name)}">${name}</a></li>`)}</ul>`;

function commentOf(holder: object): string {
  const { Comment } = holder as { Comment?: unknown };
  return typeof Comment === 'string' ? Comment : '';
}
