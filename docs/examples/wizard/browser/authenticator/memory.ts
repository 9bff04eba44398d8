import { type Account, readAccounts, writeAccounts } from './accounts.js';
import { parseSeconds } from './phone-clock.js';

const ACCOUNTS = 'authenticator.accounts';
const CLOCK = 'authenticator.clock';

/** What the phone remembers: in this browser, for all of its tabs. */
export interface Memory {
  accounts(): readonly Account[];
  keepAccounts(accounts: readonly Account[]): void;
  secondsAhead(): number;
  keepSecondsAhead(seconds: number): void;
}

const storage = openStorage();

export const memory: Memory = {
  accounts: () => readAccounts(storage.getItem(ACCOUNTS)),
  keepAccounts: (accounts) => storage.setItem(ACCOUNTS, writeAccounts(accounts)),
  secondsAhead: () => parseSeconds(storage.getItem(CLOCK) ?? '') ?? 0,
  keepSecondsAhead: (seconds) => storage.setItem(CLOCK, String(seconds)),
};

/** Where the browser lets pages keep nothing, it lasts as long as this one is open. */
function openStorage(): Pick<Storage, 'getItem' | 'setItem'> {
  try {
    return localStorage;
  } catch {
    const kept = new Map<string, string>();
    return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
  }
}
