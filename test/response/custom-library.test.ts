import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../core/incident/incident.ts';
import { addSeconds } from '../../core/instant.ts';
import {
  approveVersion,
  type CustomRunbook,
  rejectVersion,
  retireRunbook,
  submitVersion,
  type Transition,
} from '../../core/runbook/custom.ts';
import type { OperatorNotice } from '../../lambdas/mail/tell-operators.ts';
import { createCustomLibrary } from '../../lambdas/response/custom-library.ts';
import { createPrepareRepair } from '../../lambdas/response/prepare-repair.ts';
import { readRunbook } from '../../lambdas/response/read-runbook.ts';
import {
  createShippedLibrary,
  findRunbook,
  libraryOf,
  type RunbookLibrary,
} from '../../lambdas/response/runbook-library.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';
import type { Stores } from '../../platform/store/stores.ts';

const text = /```yaml\n(id: free-shop\n.*?)```/s.exec(readFileSync('docs/runbooks.md', 'utf8'))?.[1] ?? '';
const parsed = readRunbook({ name: 'free-shop.yaml', text });
if (!parsed.ok) throw new Error('the example of docs/runbooks.md cannot be read');
const { version } = parsed.runbook;

const at = '2026-11-21T03:04:05.000Z';
const [alice, bob] = ['Alice', 'Bob'].map((by) => ({ by, at })) as [
  { by: string; at: string },
  { by: string; at: string },
];
const ref = { account: 'acme', id: 'free-shop' };
const made = (transition: Transition): CustomRunbook => {
  if (transition.result !== 'changed') throw new Error(transition.reason);
  return transition.after;
};
const draft = made(submitVersion(undefined, { ...ref, version }, alice));
const approved = made(approveVersion(draft, { version, text }, bob));
const next = made(submitVersion(approved, { ...ref, version: 'ba9876543210' }, alice));
const notApproved = { en: 'No version of it is approved.', ja: '承認済みの版がありません。' };
const unfit = {
  en: `The approved version ${version} does not keep our rules any more.`,
  ja: `承認済みの版 ${version} は現在の規則を満たしていません。`,
};

let stores: Stores;
let library: RunbookLibrary;
beforeEach(() => {
  stores = createMemoryStores();
  const shipped = createShippedLibrary(new URL('../../runbooks/', import.meta.url));
  library = libraryOf(createCustomLibrary(stores.runbooks), shipped);
});

/** Writes it as the last of as many revisions as it has. */
async function keep(runbook: CustomRunbook): Promise<void> {
  for (let revision = 1; revision <= runbook.revision; revision += 1) {
    await stores.runbooks.replace({ ...runbook, revision });
  }
}

describe('the runbooks that may run for an account', () => {
  const cases: { given: string; stored: CustomRunbook | undefined; lack: unknown }[] = [
    { given: 'an approved version', stored: approved, lack: undefined },
    { given: 'a newer version that waits', stored: next, lack: undefined },
    { given: 'a version that waits alone', stored: draft, lack: notApproved },
    {
      given: 'a rejected version',
      stored: made(rejectVersion(draft, version, bob, 'no')),
      lack: notApproved,
    },
    {
      given: 'a version taken out of use',
      stored: made(retireRunbook(approved, alice, 'no')),
      lack: notApproved,
    },
    {
      given: 'an approved text that was altered in the table',
      stored: { ...approved, inUse: { version, text: text.replace('+30', '+1').replace("'+30'", "'+1'") } },
      lack: unfit,
    },
    {
      given: 'an approved text that the rules refuse today',
      stored: { ...approved, inUse: { version, text: text.replaceAll('/usr/bin/find', '/bin/sh') } },
      lack: unfit,
    },
    {
      given: 'none',
      stored: undefined,
      lack: { en: 'There is no such runbook for this account.', ja: 'この手順書は登録されていません。' },
    },
  ];
  for (const { given, stored, lack } of cases) {
    it(`given ${given}, when it is looked for, then ${lack === undefined ? 'the approved one is found' : 'it is withheld, and why'}`, async () => {
      if (stored !== undefined) await keep(stored);
      const found = await findRunbook(library, 'acme', 'free-shop');
      expect(found).toEqual(lack === undefined ? { runbook: parsed.runbook } : { lack });
    });
  }

  it('given one account’s runbook, when another account looks for it, then there is none; shipped ones are for all', async () => {
    await keep(approved);
    expect(await library.find('bakery', 'free-shop')).toBeUndefined();
    expect(await library.find('acme', '../package')).toBeUndefined();
    expect(await library.find('bakery', 'restart-web')).toMatchObject({ id: 'restart-web' });
  });
});

it('given a runbook that is not approved, when a repair by it is prepared, then it ends, the timeline says so, and operators are told once', async () => {
  await keep(draft);
  const holder = 'acme.web-1-7-first-response-1';
  const incident: Incident = {
    id: 'acme.web-1-7',
    account: 'acme',
    server: 'web-1',
    number: 7,
    plan: 'managed',
    state: 'open',
    openedAt: at,
    leader: 'disk-1',
    alerts: {
      'disk-1': {
        monitor: 'disk',
        episode: 1,
        check: 'disk',
        severity: 'critical',
        priority: 2,
        failingSince: at,
        joinedAt: at,
        summary: { en: 'full', ja: '満杯' },
        dedupSeconds: 60,
        collectSeconds: 60,
        problemMail: 1,
      },
    },
    mails: 1,
    news: 0,
    version: 1,
  };
  await stores.incidents.replaceIncident(incident);
  await stores.responses.replaceRepair({
    incident: incident.id,
    number: 1,
    alert: 'disk-1',
    monitor: 'disk',
    runbook: 'free-shop',
    holder,
    at,
    runs: [],
    revision: 1,
  });
  const told: OperatorNotice[] = [];
  const unused = () => Promise.reject(new Error('nobody logs in for a runbook that may not run'));
  const prepare = createPrepareRepair({
    ...stores,
    library,
    tellOperators: async (notice) => void told.push(notice),
    workflows: { start: unused, isRunning: unused, succeed: unused },
    secrets: { read: unused },
    openSsh: unused,
    localTargetsAllowed: false,
    checkAgain: unused,
  });
  const event = { incident: incident.id, number: 1, holder, at: addSeconds(at, 2) };
  expect(await prepare(event)).toMatchObject({ step: 'choose' });
  expect(await prepare(event)).toMatchObject({ step: 'choose' });

  expect(told.map(({ key, subject }) => ({ key, en: subject.en }))).toEqual([
    {
      key: 'runbook-lack/acme/free-shop/acme.web-1-7',
      en: 'Runbook acme/free-shop was skipped in incident acme.web-1-7',
    },
  ]);
  const timeline = await stores.incidents.timeline(incident.id);
  expect(timeline.map(({ summary }) => summary.en)).toEqual([
    'First response 1 (free-shop): It cannot run on this server. No version of it is approved.',
  ]);
  const after = await stores.incidents.incident(incident.id);
  expect(after?.alerts['disk-1']?.attempts).toMatchObject([{ runbook: 'free-shop', outcome: 'not-fit' }]);
});
