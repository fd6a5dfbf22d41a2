import { createHash } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Adapter, AdapterPayload } from 'oidc-provider';

export interface OidcStoreOptions {
  /** Its owner's alone. */
  readonly file: string;
  /** Epoch milliseconds of real time, as the provider's. */
  readonly now: () => number;
}

/** What opens a door by itself is kept as its hash only. */
const bearers = new Set(['RefreshToken', 'AuthorizationCode']);

/**
 * How long a refresh token that was replaced is still taken: two tabs may ask at once, and an answer may be lost. The
 * same as the user pool's setting in lib/portal-client.ts.
 */
const graceSeconds = 60;
const forgetEverySeconds = 60 * 60;

/** Keeps what the provider has to remember, over restarts too. */
export class OidcStore {
  readonly #db: DatabaseSync;
  readonly #now: () => number;
  #forgetAt = 0;

  static open({ file, now }: OidcStoreOptions): OidcStore {
    const db = new DatabaseSync(file);
    chmodSync(file, 0o600);
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS kept (
        model TEXT NOT NULL, id TEXT NOT NULL, uid TEXT, grant_id TEXT, payload TEXT NOT NULL,
        consumed INTEGER, expires INTEGER NOT NULL, PRIMARY KEY (model, id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS by_uid ON kept (uid) WHERE uid IS NOT NULL;
      CREATE INDEX IF NOT EXISTS by_grant ON kept (grant_id) WHERE grant_id IS NOT NULL;
      CREATE INDEX IF NOT EXISTS by_end ON kept (expires);
    `);
    return new OidcStore(db, now);
  }

  private constructor(db: DatabaseSync, now: () => number) {
    this.#db = db;
    this.#now = now;
    this.#forgetOver();
  }

  /** What the provider asks for, for one kind of things. */
  adapter(model: string): Adapter {
    const db = this.#db;
    const key = (id: string): string =>
      bearers.has(model) ? createHash('sha256').update(id).digest('base64url') : id;
    const read = (where: string, value: string): AdapterPayload | undefined => {
      const row = db
        .prepare(`SELECT payload, consumed FROM kept WHERE model = ? AND ${where} = ? AND expires >= ?`)
        .get(model, value, this.#seconds());
      if (row === undefined) return undefined;
      const payload = JSON.parse(String(row.payload)) as AdapterPayload;
      const consumed = row.consumed === null ? undefined : Number(row.consumed);
      const isSpent = consumed !== undefined && !this.#isInGrace(model, consumed);
      return { ...payload, ...(isSpent && { consumed }) };
    };
    return {
      upsert: async (id, payload, expiresIn) => {
        if (this.#seconds() >= this.#forgetAt) this.#forgetOver();
        const { jti, consumed: _column, ...rest } = payload;
        const kept = bearers.has(model) ? rest : { ...rest, ...(jti !== undefined && { jti }) };
        db.prepare(
          `INSERT INTO kept (model, id, uid, grant_id, payload, expires) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (model, id) DO UPDATE SET uid = excluded.uid, grant_id = excluded.grant_id,
             payload = excluded.payload, expires = excluded.expires`,
        ).run(
          model,
          key(id),
          payload.uid ?? null,
          payload.grantId ?? null,
          JSON.stringify(kept),
          this.#seconds() + (expiresIn ?? 0),
        );
      },
      find: async (id) => {
        const found = read('id', key(id));
        return found !== undefined && bearers.has(model) ? { ...found, jti: id } : found;
      },
      findByUid: async (uid) => read('uid', uid),
      findByUserCode: async () => undefined,
      consume: async (id) => {
        db.prepare('UPDATE kept SET consumed = ? WHERE model = ? AND id = ? AND consumed IS NULL').run(
          this.#seconds(),
          model,
          key(id),
        );
      },
      destroy: async (id) => {
        db.prepare('DELETE FROM kept WHERE model = ? AND id = ?').run(model, key(id));
      },
      revokeByGrantId: async (grantId) => {
        db.prepare('DELETE FROM kept WHERE model = ? AND grant_id = ?').run(model, grantId);
      },
    };
  }

  close(): void {
    this.#db.close();
  }

  #forgetOver(): void {
    this.#db.prepare('DELETE FROM kept WHERE expires < ?').run(this.#seconds());
    this.#forgetAt = this.#seconds() + forgetEverySeconds;
  }

  #seconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  #isInGrace(model: string, consumed: number): boolean {
    return model === 'RefreshToken' && this.#seconds() - consumed <= graceSeconds;
  }
}
