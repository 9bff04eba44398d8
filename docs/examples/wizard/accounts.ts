import { randomBytes, randomInt } from 'node:crypto';
import type { Handle } from './database.js';
import { passwordThrottle } from './password-throttle.js';
import { hashPassword, isPassword, type PasswordCost } from './passwords.js';
import { randomText } from './random.js';

export interface Account {
  /** Random, never given to somebody else: the user id of the MFA service. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly isAdministrator: boolean;
  /** Our own flag, so that a lost row never reads as a user without MFA. */
  readonly hasMfa: boolean;
}

export type PasswordAnswer =
  | { readonly ok: true; readonly account: Account }
  | { readonly ok: false; readonly lockedUntilMs?: number };

export interface Accounts {
  /** undefined: the name is taken. */
  register(name: string, password: string): Promise<Account | undefined>;
  /** The same answer and the same work whether there is such a name or not. */
  checkPassword(name: string, password: string, nowMs: number): Promise<PasswordAnswer>;
  find(id: string): Account | undefined;
  list(): readonly Account[];
  setHasMfa(id: string, hasMfa: boolean): void;
  /** The administrator's password when the account is made, undefined when it is there already. */
  seedAdministrator(): Promise<string | undefined>;
}

export const ADMINISTRATOR = 'admin';
/** Before the case is folded: the Kelvin sign would become a k. */
const NAME = /^[A-Za-z0-9._-]{1,32}$/;

/** In lower case; undefined for what cannot be a name. */
export function parseAccountName(typed: string): string | undefined {
  const name = typed.trim();
  return NAME.test(name) ? name.toLowerCase() : undefined;
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly password: string;
  readonly email: string;
  readonly phone: string;
  readonly is_administrator: number;
  readonly has_mfa: number;
}

function accountOf({ id, name, email, phone, is_administrator, has_mfa }: Row): Account {
  return { id, name, email, phone, isAdministrator: is_administrator === 1, hasMfa: has_mfa === 1 };
}

export function createAccounts(database: Handle, cost: PasswordCost): Accounts {
  const byName = database.prepare('SELECT * FROM accounts WHERE name = ?');
  const byId = database.prepare('SELECT * FROM accounts WHERE id = ?');
  const all = database.prepare('SELECT * FROM accounts ORDER BY name LIMIT 200');
  const flag = database.prepare('UPDATE accounts SET has_mfa = ? WHERE id = ?');
  const insert = database.prepare(`INSERT INTO accounts (id, name, password, email, phone, is_administrator)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING`);
  const throttle = passwordThrottle(database);
  /** What an unknown name is compared with: nobody's password. */
  const nobodys = hashPassword(randomText(), cost);

  async function add(name: string, password: string, isAdministrator: boolean): Promise<Account | undefined> {
    const hash = await hashPassword(password, cost);
    const id = randomText(16);
    const phone = `+1 555 01${String(randomInt(100)).padStart(2, '0')}`;
    const { changes } = insert.run(id, name, hash, `${name}@example.com`, phone, isAdministrator ? 1 : 0);
    return changes === 1 ? accountOf(byId.get(id) as Row) : undefined;
  }

  return {
    register: (name, password) => add(name, password, false),

    async checkPassword(typedName, password, nowMs) {
      const name = parseAccountName(typedName) ?? '';
      const admitted = throttle.admit(name, nowMs);
      if (admitted.lockedUntilMs !== undefined) return { ok: false, ...admitted };
      const row = byName.get(name) as Row | undefined;
      const isRight = await isPassword(password, row?.password ?? (await nobodys));
      if (row === undefined || !isRight) return { ok: false };
      throttle.clear(name);
      return { ok: true, account: accountOf(row) };
    },

    find(id) {
      const row = byId.get(id) as Row | undefined;
      return row && accountOf(row);
    },
    list: () => (all.all() as Row[]).map(accountOf),
    setHasMfa: (id, hasMfa) => void flag.run(hasMfa ? 1 : 0, id),

    async seedAdministrator() {
      if (byName.get(ADMINISTRATOR) !== undefined) return undefined;
      const password = randomBytes(10).toString('hex');
      return (await add(ADMINISTRATOR, password, true)) && password;
    },
  };
}
