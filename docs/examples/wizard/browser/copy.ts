import { confirmOn } from './announce.js';
import { marked, the } from './elements.js';

export function offerCopies(): void {
  for (const [button, id] of marked('copy')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const source = the(`#${id}`);
      const isCopied = await copy(textOf(source), source);
      confirmOn(button, isCopied ? 'Copied' : 'Selected: copy it with Ctrl+C');
    });
  }
}

/** The lines of a list; of anything else the text without the spaces that make it legible. */
export function textOf(source: HTMLElement): string {
  const lines = [...source.querySelectorAll('li')].map((line) => line.textContent?.trim());
  return lines.length > 0 ? lines.join('\n') : (source.textContent ?? '').replace(/\s/g, '');
}

/** Where the clipboard is closed to pages, the old way; where that is closed too, the person only has to press the keys. */
export async function copy(text: string, source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(source);
    return document.execCommand('copy');
  }
}
