import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPages } from '../../../../local/pages/pages.ts';
import type { Workbench } from '../../workflows/workbench.ts';
import { type Sample, sampleSources } from '../sample-sources.ts';
import { detectionInput, servers, start, workflowSample } from '../workflow-sample.ts';

let sample: Sample;
let bench: Workbench;
let app: ReturnType<typeof createPages>;

const scripted = '</pre><script>alert("x")</script>';
const detection = '/workflows/mimamori-detection%3Aweb-3';
const incident = '/workflows/mimamori-incident%3Ademo.web-1-1';
const survey = '/workflows/survey%3Aall';

beforeAll(async () => {
  sample = await sampleSources({ isQuiet: true });
  bench = workflowSample();
  bench.engine.registerMachine({
    arn: bench.engine.stateMachineArn('hostile'),
    name: 'hostile',
    definition: {
      Comment: scripted,
      QueryLanguage: 'JSONata',
      StartAt: scripted,
      States: {
        [scripted]: {
          Type: 'Choice',
          Choices: [{ Condition: `{% '${scripted}' = 'x' %}`, Next: '" onload="x' }],
          Default: '" onload="x',
        },
        '" onload="x': { Type: 'Fail', Error: scripted.slice(0, 30), Cause: scripted },
      },
    },
  });
  bench.engine.registerMachine({
    arn: bench.engine.stateMachineArn('sleeper'),
    name: 'sleeper',
    definition: {
      QueryLanguage: 'JSONata',
      StartAt: 'Sleep',
      States: { Sleep: { Type: 'Wait', Seconds: 9_999, End: true } },
    },
  });
  await start(bench, 'mimamori-detection', 'web-3', detectionInput('web'));
  await bench.pass(300_000);
  await start(bench, 'survey', 'all', { servers });
  await bench.pass(10_000);
  await start(bench, 'survey', 'too-few', { servers: ['dns-1', 'dns-1', 'dns-1'] });
  await start(bench, 'hostile', 'odd', { note: scripted });
  for (let number = 0; number < 130; number++) await start(bench, 'sleeper', `sleeper-${number}`, {});
  app = createPages({ ...sample.sources, workflows: bench.engine, clock: bench.clock });
});
afterAll(() => Promise.all([bench.close(), sample.close()]));

const browser = { accept: 'text/html', host: 'localhost:8080' };
async function get(path: string, headers: Record<string, string> = {}) {
  const response = await app.request(`http://localhost:8080${path}`, { headers: { ...browser, ...headers } });
  return { response, body: await response.text() };
}
async function post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const response = await app.request(`http://localhost:8080${path}`, {
    method: 'POST',
    headers: { ...browser, origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin', ...headers },
    body,
  });
  return { response, body: await response.text() };
}
const textOf = (body: string): string => body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
const statusOf = (machine: string, name: string): string =>
  bench.engine.describeExecution({
    executionArn: `${bench.engine.stateMachineArn(machine).replace(':stateMachine:', ':execution:')}:${name}`,
  }).status;

describe('the list', () => {
  it('given machines, when the page is opened, then it counts their executions by status', async () => {
    const { body } = await get('/workflows');
    expect(textOf(body)).toMatch(
      /survey Running 0 Succeeded 1 Failed 1 Timed out 0 Aborted 0 Start an execution/,
    );
    expect(body).toContain('/workflows?machine=sleeper&amp;status=RUNNING');
  });

  const filters = [
    { query: '?status=FAILED', names: ['odd', 'too-few'] },
    { query: '?machine=survey', names: ['too-few', 'all'] },
    { query: '?machine=survey&status=SUCCEEDED', names: ['all'] },
    { query: '?q=ALL', names: ['all'] },
    { query: '?q=sleeper-12&machine=sleeper', names: ['sleeper-129', 'sleeper-120', 'sleeper-12'] },
    { query: '?q=%25', names: [] },
  ];
  for (const { query, names } of filters) {
    it(`given ${query}, when the list is opened, then it holds what fits`, async () => {
      const { body } = await get(`/workflows${query}&fragment=executions`);
      const found = [...body.matchAll(/<th scope="row"><a href="[^"]*">([^<]*)</g)].map(
        ([, name]) => name ?? '',
      );
      expect(found.toSorted()).toEqual(
        query.includes('sleeper-12')
          ? found.filter((name) => name.startsWith('sleeper-12')).toSorted()
          : names.toSorted(),
      );
      expect(found.length).toBe(query.includes('sleeper-12') ? 11 : names.length);
    });
  }

  it('given more than a page, when the pages are followed, then each execution is shown once', async () => {
    const seen: string[] = [];
    let next: string | undefined = '/workflows?machine=sleeper';
    for (let page = 0; next !== undefined && page < 9; page++) {
      const { body }: { body: string } = await get(next);
      seen.push(...[...body.matchAll(/>(sleeper-\d+)<\/a>/g)].map(([, name]) => name ?? ''));
      next = body.match(/rel="next" href="([^"]*)"/)?.[1]?.replaceAll('&amp;', '&');
    }
    expect([seen.length, new Set(seen).size]).toEqual([130, 130]);
  });
});

describe('one execution', () => {
  it('given an execution, when it is opened, then each state is a link that says how it stands', async () => {
    const { body } = await get(incident);
    const nodes = [
      ...body.matchAll(/<a class="node[^"]*node-([\w-]+)[^"]*" href="([^"]*)" aria-label="([^"]*)"/g),
    ];
    const file = new URL('../../../../statemachines/incident.asl.json', import.meta.url);
    const { States } = JSON.parse(readFileSync(file, 'utf8'));
    expect(nodes).toHaveLength(Object.keys(States).length);
    const labels = nodes.map(([, , , label]) => label);
    expect(labels).toContain('Log in and collect information, Task: Caught error');
    expect(labels).toContain('Wait for news of the incident, Task: Running');
    expect(labels).toContain('Look at the incident, Task: Succeeded, 4 times');
    expect(labels).toContain('Close the incident, Task: Not reached');
    for (const [, , href = ''] of nodes) {
      const { response, body: page } = await get(href.replaceAll('&amp;', '&'));
      expect(response.status).toBe(200);
      expect(page).toContain('aria-current="true"');
    }
  });

  it('given a caught state, when it is chosen, then its input, arguments, error, output and variables are told', async () => {
    const { body } = await get(`${incident}?state=Log%20in%20and%20collect%20information`);
    const panel = textOf(body.slice(body.indexOf('id="state"'), body.indexOf('Time in each state')));
    for (const said of [
      'Caught error',
      'Bounded: the mail never waits',
      'Error: LoginError',
      'the server closed the connection &lt;script&gt;',
      'Arguments',
      'CollectInformationArn',
      '&quot;$collected&quot;: true',
      'Entered',
      'Left',
    ]) {
      expect(panel).toContain(said);
    }
  });

  it('given a state with several visits, when one is chosen, then those before and after are a link away', async () => {
    const first = await get(`${detection}?state=Check%20again&visit=8`);
    expect(textOf(first.body)).toContain('Visit 1 of 2 Next');
    const second = await get(`${detection}?state=Check%20again`);
    expect(textOf(second.body)).toContain('Previous Visit 2 of 2');
  });

  it('given a Map, when the page is read, then it says how many iterations have ended and which failed', async () => {
    const { body } = await get(`${survey}?state=Ask%20the%20server`);
    expect(textOf(body)).toContain('5 of 5 done · 1 failed');
    expect(textOf(body)).toContain('Failed Show the whole execution Ask the server Iteration 4');
  });

  it('given an execution and the one it started, when either is opened, then it leads to the other', async () => {
    expect((await get(detection)).body).toContain(`href="${incident}"`);
    expect((await get(incident)).body).toContain(`href="${detection}"`);
  });

  it('given a chosen state, when the part refreshes itself, then it is still chosen', async () => {
    const { body } = await get(`${detection}?state=Check%20again&from=5`);
    const live = body.match(/data-live="([^"]*)"/)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const { body: part } = await get(live);
    expect(body).toContain(part);
    expect(part).toContain('aria-label="Check again, Task: Succeeded, 2 times" aria-current="true"');
  });

  it('given a state or a page of events that is not there, when it is asked for, then the rest is shown', async () => {
    for (const query of ['?state=None', '?state=constructor', '?visit=x', '?from=999999', '?from=-1']) {
      expect((await get(`${detection}${query}`)).response.status).toBe(200);
    }
  });

  it('given an event, when it is asked for, then all of it is there as JSON', async () => {
    const response = await app.request(`http://localhost:8080${detection}/event/1`);
    expect(await response.json()).toMatchObject({ id: 1, type: 'ExecutionStarted' });
    expect((await get(`${detection}/event/9999`)).response.status).toBe(404);
  });

  it('given a task that waits for its token, when its pages are read, then the token is told nowhere', async () => {
    const executionArn = `${bench.engine.stateMachineArn('mimamori-incident').replace(':stateMachine:', ':execution:')}:demo.web-1-1`;
    const { events } = bench.engine.getExecutionHistory({ executionArn, maxResults: 1_000 });
    const waiting = events.findLast(({ details }) => String(details.parameters).includes('"token"'));
    const token = /"token":"([^"]{64})"/.exec(String(waiting?.details.parameters))?.[1] ?? 'none';
    expect(token).toHaveLength(64);
    for (const path of [
      `${incident}?state=Wait%20for%20news%20of%20the%20incident`,
      `${incident}/event/${waiting?.id}`,
    ]) {
      const { body } = await get(path);
      expect(body).toContain(`${token.slice(0, 6)}…`);
      expect(body).not.toContain(token);
    }
  });

  it('given scripts wherever a stranger may write, when the pages are read, then they are text', async () => {
    const paths = [
      '/workflows/hostile%3Aodd',
      `/workflows/hostile%3Aodd?state=${encodeURIComponent(scripted)}`,
      '/workflows/hostile%3Aodd?state=%22%20onload%3D%22x',
      '/workflows/machine/hostile',
      `/workflows?q=${encodeURIComponent(scripted)}`,
      '/workflows/machine/hostile/start?from=odd',
    ];
    for (const path of paths) {
      const { body, response } = await get(path);
      expect(response.status).toBe(200);
      expect(body).not.toMatch(/<script>|<\/script>alert|" onload=|<style|\sstyle=/);
      expect(body).toContain('&lt;script&gt;');
      const ids = [...body.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(ids.filter((id, place) => ids.indexOf(id) !== place)).toEqual([]);
    }
  });
});

describe('stop and redrive', () => {
  it('given a running execution, when a stop is asked for, then a page asks first, and a POST does it', async () => {
    const path = '/workflows/sleeper%3Asleeper-1';
    const asked = await get(`${path}/stop`);
    expect(asked.body).toContain('Stop this execution?');
    expect(statusOf('sleeper', 'sleeper-1')).toBe('RUNNING');
    const { response } = await post(`${path}/stop`, { reason: 'by hand <b>' });
    expect([response.status, response.headers.get('location')]).toEqual([303, path]);
    expect(statusOf('sleeper', 'sleeper-1')).toBe('ABORTED');
    const shown = await get(path);
    expect(shown.body).toContain('by hand &lt;b&gt;');
    expect(shown.body).toContain('aria-label="Sleep, Wait: Aborted"');
    const again = await post(`${path}/stop`);
    expect([again.response.status, textOf(again.body)]).toEqual([
      409,
      expect.stringContaining('has ended already'),
    ]);
  });

  it('given a stopped execution, when it is redriven, then it runs again', async () => {
    const path = '/workflows/sleeper%3Asleeper-2';
    await post(`${path}/stop`);
    expect((await get(`${path}/redrive`)).body).toContain('Redrive this execution?');
    const { response } = await post(`${path}/redrive`);
    expect([response.status, statusOf('sleeper', 'sleeper-2')]).toEqual([303, 'RUNNING']);
    expect(textOf((await get(path)).body)).toContain('Redriven once');
  });

  it('given an execution that succeeded, when it is redriven, then the page says why not', async () => {
    const { response, body } = await post(`${survey}/redrive`);
    expect([response.status, textOf(body)]).toEqual([
      409,
      expect.stringContaining('Execution is SUCCEEDED and cannot be redriven'),
    ]);
  });
});

describe('start', () => {
  const path = '/workflows/machine/survey/start';

  it('given input that is no JSON, when it is sent, then the place is told and nothing is lost or started', async () => {
    const { response, body } = await post(path, {
      step: 'start',
      name: 'mine',
      input: '{\r\n  "servers": [1,]\r\n}',
    });
    expect(response.status).toBe(422);
    expect(textOf(body)).toContain('Line 2, column 17, at ]: write a value');
    expect(body).toContain('value="mine"');
    expect(body).toContain('{\n  &quot;servers&quot;: [1,]\n}</textarea>');
    expect(() => statusOf('survey', 'mine')).toThrow('Does Not Exist');
  });

  it('given good input, when it is checked, then it is shown and starts only when that is confirmed', async () => {
    const fields = { name: 'by-hand', input: '{"servers": ["web-1", "web-2", "db-1"]}' };
    const checked = await post(path, { step: 'check', ...fields });
    expect([checked.response.status, textOf(checked.body)]).toEqual([
      200,
      expect.stringContaining('Start with this?'),
    ]);
    expect(() => statusOf('survey', 'by-hand')).toThrow('Does Not Exist');
    const edited = await post(path, { step: 'edit', ...fields });
    expect(edited.body).toContain('web-2&quot;');
    const { response } = await post(path, { step: 'start', ...fields });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/workflows/survey%3Aby-hand']);
    await bench.idle();
    expect(statusOf('survey', 'by-hand')).toBe('SUCCEEDED');
    const taken = await post(path, { step: 'start', ...fields });
    expect([taken.response.status, textOf(taken.body)]).toEqual([
      422,
      expect.stringContaining('Execution Already Exists'),
    ]);
  });

  it('given a name that cannot be, or too much input, when it is sent, then the page says so', async () => {
    const named = await post(path, { step: 'start', name: 'a b', input: '{}' });
    expect([named.response.status, textOf(named.body)]).toEqual([
      422,
      expect.stringContaining('Invalid Name: &#39;a b&#39;'),
    ]);
    const long = await post(path, { step: 'check', input: JSON.stringify('x'.repeat(262_145)) });
    expect(textOf(long.body)).toContain('The input has 262147 bytes; shorten it to at most 262144.');
  });

  it('given an earlier execution, when one like it is to start, then its input is filled in', async () => {
    expect((await get(`${path}?from=all`)).body).toContain('&quot;mail-1&quot;');
    expect((await get(`${path}?from=gone`)).body).toContain('\n{}</textarea>');
    expect((await get('/workflows/machine/none/start')).response.status).toBe(404);
    expect(
      (await post('/workflows/machine/none/start', { step: 'start', input: '{}' })).response.status,
    ).toBe(404);
  });

  const strangers: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3000' },
    { 'sec-fetch-site': 'same-site', origin: 'null' },
  ];
  for (const headers of strangers) {
    it(`given a form from ${headers.origin}, when it is sent, then nothing happens`, async () => {
      for (const target of [
        path,
        '/workflows/sleeper%3Asleeper-9/stop',
        '/workflows/survey%3Atoo-few/redrive',
      ]) {
        expect(
          (await post(target, { step: 'start', input: '{}', name: 'evil' }, headers)).response.status,
        ).toBe(403);
      }
      expect([statusOf('sleeper', 'sleeper-9'), statusOf('survey', 'too-few')]).toEqual([
        'RUNNING',
        'FAILED',
      ]);
      expect(() => statusOf('survey', 'evil')).toThrow('Does Not Exist');
    });
  }

  it('given GET on what changes something, when it is followed, then it only asks', async () => {
    await get('/workflows/sleeper%3Asleeper-9/stop');
    await get('/workflows/survey%3Atoo-few/redrive');
    expect([statusOf('sleeper', 'sleeper-9'), statusOf('survey', 'too-few')]).toEqual(['RUNNING', 'FAILED']);
  });
});

describe('large executions', () => {
  it('given an input of 250 KB and a machine of 400 states, when the page is opened, then it is bounded', async () => {
    const states = Array.from({ length: 400 }, (_, place) => [
      `State ${place}`,
      { Type: 'Pass', ...(place === 399 ? { End: true } : { Next: `State ${place + 1}` }) },
    ]);
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'State 0',
      States: Object.fromEntries(states) as unknown,
    };
    bench.engine.registerMachine({ arn: bench.engine.stateMachineArn('long'), name: 'long', definition });
    await start(bench, 'long', 'wide', { text: 'あ'.repeat(80_000) });
    const { body, response } = await get('/workflows/long%3Awide?state=State%207');
    expect(response.status).toBe(200);
    expect(textOf(body)).toContain('too many states to be drawn');
    expect(body.length).toBeLessThan(1_000_000);
    expect(textOf(body)).toContain('1 to 100 of 802 events');
    const last = await get('/workflows/long%3Awide?from=703');
    expect(textOf(last.body)).toContain('703 to 802 of 802 events');
  });
});
