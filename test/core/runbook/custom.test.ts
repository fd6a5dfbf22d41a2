import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  approveVersion,
  type CustomRunbook,
  faultOfCustomText,
  faultOfName,
  faultOfNote,
  isWaiting,
  rejectVersion,
  retireRunbook,
  submitVersion,
  type Transition,
} from '../../../core/runbook/custom.ts';

const shop = { account: 'acme', id: 'free-shop' };
const [v1, v2] = ['111111111111', '222222222222'];
const at = '2026-11-21T03:04:05.000Z';
const alice = { by: 'Alice', at };
const bob = { by: 'Bob', at: '2026-11-21T04:00:00.000Z' };

const made = (transition: Transition): CustomRunbook => {
  if (transition.result !== 'changed') throw new Error(transition.reason);
  return transition.after;
};
const submit = (before: CustomRunbook | undefined, version: string) =>
  made(submitVersion(before, { ...shop, version }, alice));
const approve = (before: CustomRunbook, version: string) =>
  made(approveVersion(before, { version, text: `text of ${version}` }, bob));

const draft = submit(undefined, v1);
const approved = approve(draft, v1);
const next = submit(approved, v2);
const replaced = approve(next, v2);
const rejected = made(rejectVersion(draft, v1, bob, 'removes too much'));
const retired = made(retireRunbook(approved, alice, 'the shop has moved'));

const states = ({ versions }: CustomRunbook) =>
  versions.map(({ version, state }) => `${version[0]} ${state}`);

describe('versions of a runbook of an account', () => {
  const changes = [
    { when: 'a first version is submitted', after: draft, states: ['1 draft'], inUse: undefined },
    { when: 'it is approved', after: approved, states: ['1 approved'], inUse: v1 },
    { when: 'a second one is submitted', after: next, states: ['1 approved', '2 draft'], inUse: v1 },
    { when: 'that is approved', after: replaced, states: ['1 retired', '2 approved'], inUse: v2 },
    { when: 'a draft is rejected', after: rejected, states: ['1 rejected'], inUse: undefined },
    { when: 'it is taken out of use', after: retired, states: ['1 retired'], inUse: undefined },
    {
      when: 'the earlier version is approved again',
      after: approve(replaced, v1),
      states: ['1 approved', '2 retired'],
      inUse: v1,
    },
  ];
  for (const { when, after, states: wanted, inUse } of changes) {
    it(`when ${when}, then they are ${wanted.join(', ')}`, () => {
      expect(states(after)).toEqual(wanted);
      expect(after.inUse?.version).toBe(inUse);
      expect(after.inUse?.text).toBe(inUse && `text of ${inUse}`);
    });
  }

  it('given a version that was replaced and approved again, when its deeds are read, then none is lost', () =>
    expect(approve(replaced, v1).versions[0]?.deeds).toEqual([
      { deed: 'submitted', ...alice },
      { deed: 'approved', ...bob },
      { deed: 'retired', ...bob },
      { deed: 'approved', ...bob },
    ]));

  const text = 'text of it';
  const answers: { given: string; answer: Transition; result: string; reason: string }[] = [
    {
      given: 'a draft that is submitted again',
      answer: submitVersion(draft, { ...shop, version: v1 }, bob),
      result: 'unchanged',
      reason: `acme/free-shop version ${v1} waits for review since ${at}, submitted by Alice`,
    },
    {
      given: 'a version in use that is submitted again',
      answer: submitVersion(approved, { ...shop, version: v1 }, alice),
      result: 'unchanged',
      reason: `acme/free-shop version ${v1} is in use already`,
    },
    {
      given: 'a rejected version that is submitted again',
      answer: submitVersion(rejected, { ...shop, version: v1 }, alice),
      result: 'refused',
      reason: `acme/free-shop version ${v1} was rejected by Bob (removes too much); change the file and submit it again`,
    },
    {
      given: 'a retired version that is submitted again',
      answer: submitVersion(replaced, { ...shop, version: v1 }, alice),
      result: 'refused',
      reason: `acme/free-shop version ${v1} was in use until ${bob.at}; approve it again: mimamori runbook approve acme/free-shop --version ${v1}`,
    },
    {
      given: 'a version that its drafter approves',
      answer: approveVersion(draft, { version: v1, text }, { ...bob, by: ' ａlice ' }),
      result: 'refused',
      reason: `acme/free-shop version ${v1} was submitted by Alice; somebody else has to approve it`,
    },
    {
      given: 'a rejected version that is approved',
      answer: approveVersion(rejected, { version: v1, text }, bob),
      result: 'refused',
      reason: `acme/free-shop version ${v1} was rejected by Bob (removes too much); it is changed and submitted again first`,
    },
    {
      given: 'a version in use that is approved',
      answer: approveVersion(approved, { version: v1, text }, bob),
      result: 'unchanged',
      reason: `acme/free-shop version ${v1} is in use already`,
    },
    {
      given: 'an unknown version that is approved',
      answer: approveVersion(next, { version: '3', text }, bob),
      result: 'refused',
      reason: `acme/free-shop has no version 3; the latest are ${v1}, ${v2}`,
    },
    {
      given: 'an unknown version that is rejected',
      answer: rejectVersion(draft, 'x\u001b[2J', bob, 'no'),
      result: 'refused',
      reason: `acme/free-shop has no version x\\u{001b}[2J; the latest are ${v1}`,
    },
    {
      given: 'a version in use that is rejected',
      answer: rejectVersion(approved, v1, bob, 'no'),
      result: 'refused',
      reason: `acme/free-shop version ${v1} is in use; take it out of use: mimamori runbook retire acme/free-shop --by NAME --note WHY`,
    },
    {
      given: 'a retired version that is rejected',
      answer: rejectVersion(retired, v1, bob, 'no'),
      result: 'refused',
      reason: `acme/free-shop version ${v1} is not in use, nor does it wait`,
    },
    {
      given: 'a rejected version that is rejected',
      answer: rejectVersion(rejected, v1, bob, 'no'),
      result: 'unchanged',
      reason: `acme/free-shop version ${v1} is rejected already`,
    },
    {
      given: 'a runbook without a version in use that is retired',
      answer: retireRunbook(draft, bob, 'no'),
      result: 'unchanged',
      reason: 'acme/free-shop has no version in use',
    },
  ];
  for (const { given, answer, result, reason } of answers) {
    it(`given ${given}, then it is ${result}, and why`, () => expect(answer).toEqual({ result, reason }));
  }

  it('given a hundred changes, when a further one is submitted, then it is refused, and what is there can still be stopped', () => {
    let runbook = draft;
    for (let n = 0; n < 49; n += 1)
      runbook = submit(approve(runbook, runbook.versions.at(-1)?.version ?? ''), `v${n}`);
    runbook = approve(runbook, 'v48');
    expect(submitVersion(runbook, { ...shop, version: v2 }, alice)).toEqual({
      result: 'refused',
      reason: 'acme/free-shop was changed 100 times; give the runbook another id',
    });
    expect(approveVersion(runbook, { version: 'v3', text }, bob)).toMatchObject({ result: 'refused' });
    expect(retireRunbook(runbook, bob, 'moved').result).toBe('changed');
  });

  it('given whatever is done in whatever order, then one version at most is approved, it is the one in use, and who submitted it did not approve it', () => {
    const deed = fc.record({
      what: fc.constantFrom('submit', 'approve', 'reject', 'retire'),
      version: fc.constantFrom(v1, v2),
      by: fc.constantFrom('Alice', 'alice', 'Bob'),
    });
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 20 }), (deeds) => {
        let runbook: CustomRunbook | undefined;
        for (const { what, version, by } of deeds) {
          const who = { by, at };
          const done: Transition | undefined =
            what === 'submit'
              ? submitVersion(runbook, { ...shop, version }, who)
              : runbook === undefined
                ? undefined
                : what === 'approve'
                  ? approveVersion(runbook, { version, text: version }, who)
                  : what === 'reject'
                    ? rejectVersion(runbook, version, who, 'no')
                    : retireRunbook(runbook, who, 'no');
          if (done?.result === 'changed') runbook = done.after;
          if (runbook === undefined) continue;
          const approvedOnes = runbook.versions.filter(({ state }) => state === 'approved');
          expect(approvedOnes.map((one) => one.version)).toEqual(
            runbook.inUse ? [runbook.inUse.version] : [],
          );
          for (const { deeds: all } of runbook.versions) {
            const drafter = all[0]?.by.toLowerCase();
            const approvers = all.filter((one) => one.deed === 'approved').map((one) => one.by.toLowerCase());
            expect(approvers).not.toContain(drafter);
          }
          expect(isWaiting(runbook)).toBe(runbook.versions.some(({ state }) => state === 'draft'));
        }
      }),
    );
  });
});

describe('what is given for review', () => {
  const texts = [
    { given: 'a plain text', id: 'free-shop', text: 'id: free-shop\n# 画像\n', fault: undefined },
    {
      given: 'the id of a standard one',
      id: 'restart-web',
      text: 'id: restart-web\n',
      fault: 'restart-web is the id of a runbook that comes with Mimamori; give yours another',
    },
    {
      given: 'a text too long',
      id: 'a',
      text: 'x'.repeat(30_001),
      fault: 'the file has 30001 characters and a reviewer reads 30000 at most; make two runbooks of it',
    },
    {
      given: 'too many lines',
      id: 'a',
      text: '\n'.repeat(1_500),
      fault: 'the file has 1501 lines and a reviewer reads 1500 at most; make two runbooks of it',
    },
    {
      given: 'an escape sequence',
      id: 'a',
      text: 'id: a\n# \u001b[8m',
      fault: 'line 2 has a character that a reviewer does not see (\\u{001b}); take it out',
    },
    {
      given: 'text that is turned round',
      id: 'a',
      text: '\u202e',
      fault: 'line 1 has a character that a reviewer does not see (\\u{202e}); take it out',
    },
    {
      given: 'line ends of Windows',
      id: 'a',
      text: 'id: a\r\n',
      fault:
        'line 1 has a character that a reviewer does not see (\\u{000d}); save the file with the line ends of Unix',
    },
  ];
  for (const { given, id, text, fault } of texts) {
    it(`given ${given}, then ${fault === undefined ? 'it is taken' : 'it is refused'}`, () =>
      expect(faultOfCustomText(id, text)).toBe(fault));
  }

  it('given names and notes, then empty, hidden and endless ones are refused', () => {
    expect(['Alice', '山田 太郎'].map(faultOfName)).toEqual([undefined, undefined]);
    for (const name of ['', '  ', 'a\nb', 'x'.repeat(101)]) {
      expect(faultOfName(name)).toBe('give a name of at most 100 characters');
    }
    expect(faultOfNote('removes too much')).toBeUndefined();
    for (const note of ['', 'a\u001bb', 'x'.repeat(301)]) {
      expect(faultOfNote(note)).toBe('write why in one line of at most 300 characters');
    }
  });
});
