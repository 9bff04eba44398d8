const region = document.createElement('div');
region.className = 'unseen';
region.setAttribute('role', 'status');
document.body.append(region);

/** For those who hear the page; what others see stands elsewhere. */
export function announce(text: string): void {
  // The same text a second time is read out again only after it was gone.
  region.textContent = '';
  setTimeout(() => {
    region.textContent = text;
  }, 50);
}

const SHOWN_MS = 2500;

/** Says on the button itself what became of pressing it. */
export function confirmOn(button: HTMLElement, text: string): void {
  announce(text);
  button.dataset['label'] ??= button.textContent ?? '';
  button.textContent = text;
  setTimeout(() => {
    button.textContent = button.dataset['label'] ?? '';
  }, SHOWN_MS);
}
