import { beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../core/identity/principal.ts';
import {
  addPerson,
  disablePerson,
  enablePerson,
  type NewPerson,
  type PeoplePorts,
  removePerson,
} from '../../lambdas/people/change-people.ts';
import type { KnownPerson, UserDirectory } from '../../platform/directory/user-directory.ts';
import { createMemoryStores } from '../../platform/store/memory.ts';

const at = '2026-11-21T09:00:00.000Z';
const later = '2026-11-22T09:00:00.000Z';

/** A user pool in memory: what it says is tested with its protocol. */
class Pool implements UserDirectory {
  readonly people = new Map<string, KnownPerson>();
  #count = 0;

  async create({ mail }: NewPerson) {
    if ((await this.find(mail)) !== undefined) return undefined;
    this.#count += 1;
    const subject = `subject-${this.#count}`;
    this.people.set(subject, { subject, mail, isEnabled: true });
    return subject;
  }
  async find(mail: string) {
    return [...this.people.values()].find((one) => one.mail === mail);
  }
  disable = async (subject: string) => this.#enabled(subject, false);
  enable = async (subject: string) => this.#enabled(subject, true);
  remove = async (subject: string) => this.people.delete(subject);
  setPassword = async (subject: string) => this.people.has(subject);

  #enabled(subject: string, isEnabled: boolean): boolean {
    const one = this.people.get(subject);
    if (one !== undefined) this.people.set(subject, { ...one, isEnabled });
    return one !== undefined;
  }
}

let pool: Pool;
let ports: PeoplePorts;
beforeEach(() => {
  pool = new Pool();
  const { identity } = createMemoryStores();
  const acme = { id: 'acme', name: 'Acme', timeZone: 'Asia/Tokyo' };
  ports = {
    people: pool,
    identity,
    monitors: {
      account: async (id) => (id === 'acme' ? { ...acme, contacts: [], language: 'ja' } : undefined),
    } as PeoplePorts['monitors'],
  };
});

const person = (more: Partial<NewPerson> = {}): NewPerson => ({
  mail: 'taro@acme.example',
  name: 'Taro',
  role: 'operator',
  language: 'ja',
  password: 'Kumo-no-Ito-1918',
  mustChangePassword: false,
  ...more,
});
const mustAdd = async (more: Partial<NewPerson> = {}): Promise<User> => {
  const added = await addPerson(ports, person(more), at);
  if (added.end !== 'done' || added.after === undefined) throw new Error('was not added');
  return added.after;
};

describe('somebody new', () => {
  it('given a customer of an account, when they are added, then pool and record agree', async () => {
    const after = await mustAdd({ role: 'customer', account: 'acme' });
    expect(after).toEqual({
      subject: 'subject-1',
      mail: 'taro@acme.example',
      name: 'Taro',
      role: 'customer',
      account: 'acme',
      language: 'ja',
      createdAt: at,
    });
    expect(await ports.identity.user('subject-1')).toEqual(after);
  });

  const refusals = [
    { given: 'a customer of no account', more: { role: 'customer' }, reason: 'account-missing' },
    {
      given: 'a customer of an account that is not there',
      more: { role: 'customer', account: 'none' },
      reason: 'account-unknown',
    },
    {
      given: 'an operator of an account',
      more: { role: 'operator', account: 'acme' },
      reason: 'account-unwanted',
    },
  ] as const;
  for (const { given, more, reason } of refusals) {
    it(`given ${given}, when they are added, then nothing is written`, async () => {
      expect(await addPerson(ports, person(more), at)).toEqual({ end: 'refused', reason });
      expect(pool.people.size).toBe(0);
    });
  }

  it('given a mail address that is taken, when it is added again, then the one who has it stays as they were', async () => {
    const before = await mustAdd();
    expect(await addPerson(ports, person({ name: 'Jiro' }), later)).toEqual({
      end: 'refused',
      reason: 'mail-taken',
    });
    expect(await ports.identity.user(before.subject)).toEqual(before);
  });

  it('given a table that does not answer, when somebody is added, then they are not left in the pool', async () => {
    const down = {
      ...ports,
      identity: { ...ports.identity, saveUser: () => Promise.reject(new Error('down')) },
    };
    await expect(addPerson(down, person(), at)).rejects.toThrow('down');
    expect(pool.people.size).toBe(0);
  });
});

describe('somebody who is there', () => {
  it('given them, when they are kept out and let in again, then pool and record agree', async () => {
    const { subject } = await mustAdd();
    expect(await disablePerson(ports, subject, later)).toMatchObject({
      end: 'done',
      after: { disabledAt: later },
    });
    expect(pool.people.get(subject)?.isEnabled).toBe(false);
    // Asked for once more, it began when it began.
    await disablePerson(ports, subject, '2026-12-01T00:00:00.000Z');
    expect((await ports.identity.user(subject))?.disabledAt).toBe(later);
    await enablePerson(ports, subject);
    expect(await ports.identity.user(subject)).not.toHaveProperty('disabledAt');
    expect(pool.people.get(subject)?.isEnabled).toBe(true);
  });

  it('given them, when they are removed, then nothing is left; a removal that stopped halfway is finished by the next', async () => {
    const { subject } = await mustAdd();
    pool.people.delete(subject);
    expect(await removePerson(ports, subject)).toMatchObject({ end: 'done', before: { subject } });
    expect(await ports.identity.user(subject)).toBeUndefined();
    expect(await removePerson(ports, subject)).toEqual({ end: 'refused', reason: 'unknown' });
  });

  it('given the only administrator who may sign in, when they would go, then they stay; with another they may', async () => {
    const first = await mustAdd({ role: 'administrator' });
    const second = await mustAdd({ role: 'administrator', mail: 'second@msp.example' });
    await disablePerson(ports, second.subject, later);
    const last = { end: 'refused', reason: 'last-administrator' };
    expect(await disablePerson(ports, first.subject, later)).toEqual(last);
    expect(await removePerson(ports, first.subject)).toEqual(last);
    await enablePerson(ports, second.subject);
    expect(await removePerson(ports, first.subject)).toMatchObject({ end: 'done' });
  });

  it('given nobody, when anything is done to them, then it says so', async () => {
    const unknown = { end: 'refused', reason: 'unknown' };
    expect(await disablePerson(ports, 'nobody', at)).toEqual(unknown);
    expect(await enablePerson(ports, 'nobody')).toEqual(unknown);
    expect(await removePerson(ports, 'nobody')).toEqual(unknown);
  });
});
