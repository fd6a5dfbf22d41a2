import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawWorkflow, workflowNames } from '../../bin/draw-workflows.ts';

const handbook = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

describe('the pictures of the handbook', () => {
  for (const name of workflowNames()) {
    it(`given statemachines/${name}.asl.json, then its picture is as npm run draw-workflows makes it, and shown`, async () => {
      const drawn = await drawWorkflow(name);
      const kept = readFileSync(new URL(`../../docs/workflows/${name}.svg`, import.meta.url), 'utf8');
      expect(kept === drawn, `docs/workflows/${name}.svg is out of date; run: npm run draw-workflows`).toBe(
        true,
      );
      expect(handbook).toContain(`(workflows/${name}.svg)`);
    });

    it(`given the picture of ${name}, then each state is in it and it is a document by itself`, async () => {
      const drawn = await drawWorkflow(name);
      const file = new URL(`../../statemachines/${name}.asl.json`, import.meta.url);
      const { States } = JSON.parse(readFileSync(file, 'utf8')) as { States: object };
      expect(drawn.match(/<g class="node /g)?.length).toBeGreaterThanOrEqual(Object.keys(States).length);
      expect(drawn).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^<]*>\n<title>/);
      expect(drawn).not.toMatch(/<a |<div|<script|href=/);
    });
  }
});
