/** Draws the shipped state machines for the operator's handbook: `npm run draw-workflows` writes docs/workflows/*.svg. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type View, wordsOf } from '../local/pages/view.ts';
import { layOut } from '../local/pages/workflows/graph-layout.ts';
import { edgeLabel, graphFigure } from '../local/pages/workflows/graph-svg.ts';
import { machineGraph } from '../local/pages/workflows/machine-graph.ts';
import type { MachineDefinition } from '../local/workflows/definition.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the drawing is made of on the pages; nothing in it depends on the reader but the language. */
const view: View = {
  language: 'en',
  words: wordsOf('en'),
  now: '2026-01-01T00:00:00.000Z',
  timeZone: 'UTC',
  speed: 1,
  version: '',
  hasFleet: false,
  url: new URL('http://localhost/'),
};

export const workflowNames = (): string[] =>
  globSync('statemachines/*.asl.json', { cwd: root })
    .map((file) => basename(file, '.asl.json'))
    .sort();

/**
 * One workflow as a picture that stands by itself, in the colours of the reader's light or dark scheme.
 * @throws when the machine is too large to be drawn
 */
export async function drawWorkflow(name: string): Promise<string> {
  const file = join(root, 'statemachines', `${name}.asl.json`);
  const definition = JSON.parse(readFileSync(file, 'utf8')) as MachineDefinition;
  const graph = machineGraph(definition);
  const drawing = graph && layOut(graph, (edge) => edgeLabel(edge, view));
  if (drawing === undefined)
    throw new Error(`${file} has too many states or ways for a picture; take it apart`);
  const figure = String(await graphFigure(drawing, { hrefOf: () => '' }, view));
  const svg = figure.slice(figure.indexOf('<svg class="graph-drawing"'), figure.lastIndexOf('</figure>'));
  const drawn = svg.slice(0, svg.indexOf('</div>')).trim();
  return drawn
    .replace(
      /^<svg class="graph-drawing"/,
      `<svg xmlns="http://www.w3.org/2000/svg" class="graph-drawing" font-family="system-ui, sans-serif"`,
    )
    .replace('>', `>\n<title>${name}</title>\n<style>${style()}</style>`)
    .replaceAll(/<a class="([^"]*)"[^>]*>/g, '<g class="$1">')
    .replaceAll('</a>', '</g>')
    .concat('\n');
}

/** The pages' own colours and shapes, as far as a drawing without a course needs them. */
function style(): string {
  const read = (name: string) => readFileSync(join(root, 'local/pages/assets', name), 'utf8');
  const colours = read('style.css');
  const light = /:root \{[^}]*\}/.exec(colours)?.[0] ?? '';
  const dark = /@media \(prefers-color-scheme: dark\) \{\s*:root \{[^}]*\}\s*\}/.exec(colours)?.[0] ?? '';
  const shapes = [...read('workflows.css').matchAll(/^\.(?:node|way|edge|dot)[^{]*\{[^}]*\}/gm)]
    .map(([rule]) => rule)
    .filter((rule) => !/is-|:hover|:focus|-running|-failed|-caught|-aborted|-reached|-status/.test(rule));
  const ways =
    'svg{--way:color-mix(in srgb,var(--ink-soft) 62%,var(--card));background:var(--paper);border-radius:10px}';
  return [light, dark, ways, ...shapes]
    .join('\n')
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ');
}

if (import.meta.main) {
  const directory = join(root, 'docs/workflows');
  mkdirSync(directory, { recursive: true });
  for (const name of workflowNames()) {
    writeFileSync(join(directory, `${name}.svg`), await drawWorkflow(name));
    console.log(`docs/workflows/${name}.svg`);
  }
}
