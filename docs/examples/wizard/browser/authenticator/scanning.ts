import { the } from '../elements.js';
import type { Picture } from '../screen-channel.js';
import { type Reading, readAccount, readSetupKey } from './accounts.js';
import type { Phone } from './display.js';
import { lookAtFile, lookAtScreen } from './look.js';

/** The ways in which a key gets into the phone: from the screen, from a picture, by hand. */
export function offerScanning(phone: Phone): void {
  const take = (reading: Reading): void => {
    if (reading.ok) phone.add(reading.account);
    else phone.say(reading.text, 'warning');
  };
  const read = async (pictures: AsyncIterable<Picture> | Iterable<Picture>): Promise<void> => {
    try {
      const text = await findQrCode(pictures);
      if (text === undefined) phone.say('There is no QR code in this picture.', 'warning');
      else take(readAccount(text));
    } catch {
      phone.say('This is not a picture that can be opened.', 'warning');
    }
  };

  const scan = the<HTMLButtonElement>('#scan');
  scan.addEventListener('click', async () => {
    if (scan.ariaBusy === 'true') return;
    const label = scan.textContent;
    scan.ariaBusy = 'true';
    scan.textContent = 'Scanning…';
    const picture = await lookAtScreen();
    scan.ariaBusy = 'false';
    scan.textContent = label;
    if (picture === undefined) phone.say('No other tab shows a QR code. Open step 2 of the set-up there.', 'warning');
    else await read([picture]);
  });

  const file = the<HTMLInputElement>('#picture');
  the('#choose').addEventListener('click', () => file.click());
  file.addEventListener('change', async () => {
    const [chosen] = file.files ?? [];
    if (chosen !== undefined) await read(lookAtFile(chosen));
    file.value = '';
  });
  addEventListener('paste', ({ clipboardData }) => {
    const [pasted] = clipboardData?.files ?? [];
    if (pasted !== undefined) void read(lookAtFile(pasted));
  });
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    const [dropped] = event.dataTransfer?.files ?? [];
    if (dropped !== undefined) void read(lookAtFile(dropped));
  });

  const form = the<HTMLFormElement>('#typing');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = new FormData(form);
    const reading = readSetupKey(String(typed.get('key')), String(typed.get('account')));
    take(reading);
    if (reading.ok) form.reset();
  });
}

/** The reader comes only when there is something to read: it weighs more than all the rest. */
async function findQrCode(pictures: AsyncIterable<Picture> | Iterable<Picture>): Promise<string | undefined> {
  const { readQrCode } = await import('./camera.js');
  for await (const picture of pictures) {
    const text = readQrCode(picture);
    if (text !== undefined) return text;
  }
  return undefined;
}
