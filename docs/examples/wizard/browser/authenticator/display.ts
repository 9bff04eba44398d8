import { the } from '../elements.js';
import { serverClock } from '../server-clock.js';
import { type Account, isSameSecret, nameOf, withAccount, withoutAccount } from './accounts.js';
import { type Card, createCard } from './cards.js';
import { memory } from './memory.js';
import { describeError, displayOf } from './phone-clock.js';

const TICK_MS = 250;

/** What the other parts of the app do with the display. */
export interface Phone {
  add(account: Account): void;
  /** Shows the time and the codes anew, after the clock was set. */
  tick(): void;
  /** Tells the person what happened, or what to do. */
  say(text: string, kind: 'info' | 'warning', undo?: () => void): void;
}

export function showAccounts(): Phone {
  const clock = serverClock();
  const list = the('#accounts');
  const empty = the('#empty');
  let cards: readonly Card[] = [];

  const tick = (): void => {
    const nowMs = clock() + memory.secondsAhead() * 1000;
    for (const card of cards) card.show(nowMs);
    showTime(nowMs);
  };
  const draw = (): void => {
    const accounts = memory.accounts();
    cards = accounts.map((account) => createCard(account, () => remove(account)));
    list.replaceChildren(...cards.map(({ element }) => element));
    empty.hidden = cards.length > 0;
    tick();
  };
  const keep = (accounts: readonly Account[]): void => {
    memory.keepAccounts(accounts);
    draw();
  };
  const remove = (account: Account): void => {
    const before = memory.accounts();
    keep(withoutAccount(before, account));
    say(`${nameOf(account)} is removed.`, 'info', () => {
      keep(before);
      say(`${nameOf(account)} is back.`, 'info');
      the('#message').focus();
    });
  };
  const add = (account: Account): void => {
    const before = memory.accounts();
    const isKnown = before.some((other) => isSameSecret(other, account));
    keep(withAccount(before, account));
    say(isKnown ? `${nameOf(account)} was there already.` : `${nameOf(account)} is added.`, 'info');
  };

  draw();
  setInterval(tick, TICK_MS);
  // Another tab of the same phone.
  addEventListener('storage', draw);
  return { add, tick, say };
}

function showTime(nowMs: number): void {
  const { time, date } = displayOf(nowMs);
  the('#time').textContent = time;
  the('#date').textContent = date;
  const secondsAhead = memory.secondsAhead();
  const error = the('#clock-error');
  error.textContent = secondsAhead === 0 ? 'Clock is right' : `Clock is ${describeError(secondsAhead)}`;
  error.classList.toggle('wrong', secondsAhead !== 0);
}

function say(text: string, kind: 'info' | 'warning', undo?: () => void): void {
  const message = the('#message');
  message.className = `notice ${kind}`;
  the('#message-text').textContent = text;
  const button = the<HTMLButtonElement>('#undo');
  button.onclick = undo ?? null;
  button.hidden = undo === undefined;
  // The button that was pressed is gone: the focus must not go with it.
  if (undo !== undefined) button.focus();
  message.scrollIntoView({ block: 'nearest' });
}
