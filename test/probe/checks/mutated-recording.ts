import type { Server } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeCertificate } from '../certificate.ts';
import { type Exchange, readExchange, type Turn } from '../exchanges/exchange.ts';
import { type Mutation, mutate, mutations, type Told } from '../mutation.ts';
import { type Lie, type Played, type ReplayServer, startReplayServer } from '../replay-server.ts';
import { runMonitor } from '../run-monitor.ts';

/** Where the liar sits: before TLS, inside of it, or between its records. */
export type Layer = 'clear' | 'inside' | 'records';

/** Another one than the usual tries other mutations: `MUTATION_SEED=7 npx vitest run test/probe/checks/mutated`. */
const seed = Number(process.env.MUTATION_SEED ?? 3);
const runs = 210;
/** Checks at a time, each with a server of its own. */
const lanes = 8;
/** Far above what a check takes here; who needs it does not end by itself. */
const timeLimitMs = 5000;

const certificate = makeCertificate({
  names: ['mail.example'],
  notAfter: new Date(Date.parse('2027-11-21T00:00:00Z')),
});

/** One check against a server that lies, and what came of it. */
interface Trial {
  readonly lie: Lie;
  /** The turn of the server that is not as recorded. */
  readonly turn: number;
  readonly shown: string;
}
interface Fate extends Trial {
  readonly severity: string;
  readonly said: string;
  readonly played: Played;
}

/**
 * Plays a recorded exchange once as it was and then with each lie. Every check must come to a judgement about the
 * target, in time and in few words, and leave no connection open on either side.
 *
 * @param trialsOf may look at how far the honest talk came
 */
async function tryAll(exchange: Exchange, trialsOf: (honest: Played) => Trial[]): Promise<readonly Fate[]> {
  const { check, settings, turns } = exchange;
  const servers = await Promise.all(
    Array.from({ length: lanes }, () => startReplayServer(turns, certificate)),
  );
  const checkOn = async ({ port }: ReplayServer) =>
    (await runMonitor(check, { ...settings, port }, {}, { timeLimitMs })).outcome;
  const [first] = servers;
  if (first === undefined) throw new Error('no lane');

  const honest = first.next();
  const unchanged = await checkOn(first);
  expect(unchanged.severity, unchanged.summary.en).toBe('ok');
  expect(honest).toMatchObject({ isThrough: true, hasLied: false });
  await expect.poll(() => connectionsOf(first.server)).toBe(0);

  const waiting = trialsOf(honest);
  const fates: Fate[] = [];
  const takeTurns = async (server: ReplayServer) => {
    for (let trial = waiting.pop(); trial !== undefined; trial = waiting.pop()) {
      const played = server.next(trial.lie);
      const startedAt = performance.now();
      const { severity, summary } = await checkOn(server);
      const told = `${trial.shown}: ${summary.en}`;
      expect(['ok', 'critical'], told).toContain(severity);
      expect(performance.now() - startedAt, told).toBeLessThan(timeLimitMs);
      expect(summary.en.length, told).toBeLessThan(300);
      fates.push({ ...trial, severity, said: summary.en, played });
    }
  };
  await Promise.all(servers.map(takeTurns));
  for (const { server } of servers) await expect.poll(() => connectionsOf(server)).toBe(0);
  await expect.poll(openSockets).toBe(0);
  return fates;
}

/**
 * Tests a check with mutations of one layer of what a real server said, every turn in equal parts. That each mutation
 * was said shows how deep they reach: the talk had to come so far.
 */
export function itJudgesMutations(name: string, layer: Layer): void {
  const exchange = readExchange(name);
  const { server, turns } = exchange;
  const samples = fc.sample(mutations, { numRuns: runs, seed });

  if (layer === 'records') {
    it(`given ${name} of ${server}, when its TLS records are changed ${runs} times, then each check is judged and ends`, async () => {
      const fates = await tryAll(exchange, ({ recordBytes }) =>
        samples.map((mutation) => ({
          turn: 0,
          shown: JSON.stringify(mutation),
          lie: lieAboutRecords(mutation, recordBytes),
        })),
      );
      const lied = fates.filter(({ played }) => played.hasLied);
      expect(lied.length).toBeGreaterThan(0.9 * runs);
      expect(countOf(lied, 'critical')).toBeGreaterThan(runs / 3);
      expect(countOf(lied, 'ok')).toBeGreaterThan(0);
    });
    return;
  }

  const numbers = turnsIn(turns, layer);
  it(`given ${name} of ${server}, when its ${numbers.length} turns ${layer} are changed ${runs} times, then each check is judged and ends`, async () => {
    const fates = await tryAll(exchange, () =>
      samples.map((mutation, i) => {
        const turn = numbers[i % numbers.length] ?? 0;
        const shown = `turn ${turn} ${JSON.stringify(mutation)}`;
        const lie = lieInTurn(turn, (said) => mutate(said, mutation));
        return { turn, shown, lie: { ...lie, isHonest: mutation.kind === 'split' } };
      }),
    );
    expect(fates.every(({ played }) => played.hasLied)).toBe(true);
    for (const number of numbers) {
      const ofTurn = fates.filter(({ turn }) => turn === number);
      expect(ofTurn.length).toBeGreaterThanOrEqual(Math.floor(runs / numbers.length));
      expect(countOf(ofTurn, 'ok')).toBeGreaterThan(0.05 * ofTurn.length);
      if (isGoodbye(exchange, number)) expect(countOf(ofTurn, 'critical')).toBe(0);
      else expect(countOf(ofTurn, 'critical')).toBeGreaterThan(0.1 * ofTurn.length);
    }
  });
}

/** Tests a check with a real server's words that come in two pieces, and with one that goes at each step. */
export function itFollowsEachStep(name: string): void {
  const exchange = readExchange(name);
  const { server, turns } = exchange;
  const spoken = turns.filter(({ from }) => from === 'server');
  const longest = Math.max(...spoken.map(({ said }) => said.length));

  it(`given ${name} of ${server}, when all it says comes in two pieces, parted at each byte, then it is ok`, async () => {
    const fates = await tryAll(exchange, () =>
      Array.from({ length: longest }, (_, at) => ({
        turn: 0,
        shown: `parted at ${at}`,
        lie: { isHonest: true, turn: (_number, said) => mutate(said, { kind: 'split', at }) },
      })),
    );
    for (const { shown, said, severity } of fates) expect(severity, `${shown}: ${said}`).toBe('ok');
  });

  const steps = spoken.flatMap((_, turn) =>
    (['close', 'reset'] as const).flatMap((end) => [0, 3].map((at) => ({ turn, end, at }))),
  );
  it(`given ${name} of ${server}, when it closes or resets at each step, then it is critical up to its goodbye`, async () => {
    const fates = await tryAll(exchange, () =>
      steps.map(({ turn, end, at }) => ({
        turn,
        shown: `${end} in turn ${turn} after ${at}`,
        lie: lieInTurn(turn, (said) => mutate(said, { kind: 'cut', at, end })),
      })),
    );
    expect(fates).toHaveLength(steps.length);
    for (const { turn, shown, said, severity } of fates) {
      expect(severity, `${shown}: ${said}`).toBe(isGoodbye(exchange, turn) ? 'ok' : 'critical');
    }
  });
}

/** Checks that take leave in words, and are well however the server takes it. */
const polite = new Set(['smtp', 'imap', 'pop3', 'ftp', 'mysql', 'tls']);

const isGoodbye = ({ check, turns }: Exchange, number: number): boolean =>
  polite.has(check) && number === turns.filter(({ from }) => from === 'server').length - 1;

/** Numbers of the server's turns in one layer. */
const turnsIn = (turns: readonly Turn[], layer: Layer): number[] =>
  turns
    .filter(({ from }) => from === 'server')
    .flatMap(({ isInside }, number) => (isInside === (layer === 'inside') ? [number] : []));

const lieInTurn = (turn: number, change: (said: Buffer) => Told): Lie => ({
  turn: (number, said) => (number === turn ? change(said) : undefined),
});

/** TLS ends with an alert of so many bytes, which nobody waits for. */
const goodbyeBytes = 24;

/** Spreads the places of a mutation over all records. */
function lieAboutRecords(mutation: Mutation, recordBytes: number): Lie {
  const first = mutation.kind === 'set' ? (mutation.places[0]?.[0] ?? 0) : mutation.at;
  const place = first % (recordBytes - goodbyeBytes);
  return {
    isHonest: mutation.kind === 'split',
    records: (offset, sent) => {
      const at = place - offset;
      return at >= 0 && at < sent.length ? mutate(sent, movedTo(mutation, at)) : undefined;
    },
  };
}

const movedTo = (mutation: Mutation, at: number): Mutation =>
  mutation.kind === 'set'
    ? { ...mutation, places: mutation.places.map(([, byte], i) => [at + i, byte] as const) }
    : { ...mutation, at };

const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

const connectionsOf = (server: Server) =>
  new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );

const countOf = (fates: readonly Fate[], severity: string): number =>
  fates.filter((fate) => fate.severity === severity).length;
