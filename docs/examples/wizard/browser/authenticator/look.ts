import { pixelsOf } from '../pixels.js';
import { type Answer, type Picture, type Question, SCREEN_CHANNEL, type ScreenMessage } from '../screen-channel.js';

const PATIENCE_MS = 700;

/** Looks at the other tabs: the picture of the one that somebody looked at last. */
export function lookAtScreen(): Promise<Picture | undefined> {
  const channel = new BroadcastChannel(SCREEN_CHANNEL);
  const question: Question = { question: crypto.randomUUID() };
  const answers: Answer[] = [];
  channel.addEventListener('message', ({ data }: MessageEvent<ScreenMessage>) => {
    if ('answers' in data && data.answers === question.question) answers.push(data);
  });
  channel.postMessage(question);
  return new Promise((resolve) => {
    setTimeout(() => {
      channel.close();
      answers.sort((one, other) => other.seenAtMs - one.seenAtMs);
      resolve(answers[0]?.picture);
    }, PATIENCE_MS);
  });
}

/** From coarse to fine: in a small picture a code is found sooner, in a large one a small code is found at all. */
const SIZES = [800, 1600, 3200];

/** A picture that somebody chose, dropped or pasted, in the sizes in which to look for a code. */
export async function* lookAtFile(file: Blob): AsyncGenerator<Picture> {
  const bitmap = await createImageBitmap(file);
  const largest = Math.max(bitmap.width, bitmap.height);
  for (const [index, most] of SIZES.entries()) {
    if (index === 0 || largest > (SIZES[index - 1] ?? 0)) yield pixelsOf(bitmap, bitmap.width, bitmap.height, most);
  }
  bitmap.close();
}
