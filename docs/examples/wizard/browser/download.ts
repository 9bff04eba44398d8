import { confirmOn } from './announce.js';
import { textOf } from './copy.js';
import { marked, the } from './elements.js';

export function offerDownloads(): void {
  for (const [button, id] of marked('download')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      save(`${textOf(the(`#${id}`))}\n`, button.dataset['filename'] ?? 'download.txt');
      confirmOn(button, 'Downloaded');
    });
  }
}

function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
