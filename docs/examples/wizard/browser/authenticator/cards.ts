import { confirmOn } from '../announce.js';
import { copy } from '../copy.js';
import { countdown } from '../countdown.js';
import { createDial } from '../dial.js';
import { the } from '../elements.js';
import { type Account, codeOf, nameOf } from './accounts.js';

/** One account on the display. */
export interface Card {
  readonly element: HTMLElement;
  show(nowMs: number): void;
}

/** @param remove - what the button of that name does */
export function createCard(account: Account, remove: () => void): Card {
  const { key } = account;
  const { periodSeconds } = key.parameters;
  const template = the<HTMLTemplateElement>('#account');
  const element = the('li', template.content.cloneNode(true) as DocumentFragment);
  const part = (name: string): HTMLElement => the(`.${name}`, element);
  const name = nameOf(account);

  part('issuer').textContent = key.issuer ?? key.account;
  part('person').textContent = key.issuer === undefined ? '' : key.account;
  const dial = createDial();
  part('rest').prepend(dial.element);
  const [code, seconds] = [part('now'), part('seconds')];

  const copyButton = part('copy');
  copyButton.setAttribute('aria-label', `Copy the code of ${name}`);
  copyButton.addEventListener('click', async () => {
    const isCopied = await copy((code.textContent ?? '').replace(/\s/g, ''), code);
    confirmOn(copyButton, isCopied ? 'Copied' : 'Selected: press Ctrl+C');
  });
  const removeButton = part('remove');
  removeButton.setAttribute('aria-label', `Remove ${name}`);
  removeButton.addEventListener('click', remove);

  const show = (nowMs: number): void => {
    const { seconds: left, share } = countdown(nowMs, periodSeconds);
    dial.show(share);
    setText(code, codeOf(account, nowMs));
    setText(seconds, `${left} s`);
    element.classList.toggle('ending', left <= 5);
  };
  return { element, show };
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
