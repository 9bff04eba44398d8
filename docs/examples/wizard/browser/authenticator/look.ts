import { pixelsOf } from '../pixels.js';
import { type Answer, type Picture, type Question, SCREEN_CHANNEL, type ScreenMessage } from '../screen-channel.js';

/** Tabs in the background may be slow to answer, */
const PATIENCE_MS = 1500;
/** and others may answer a moment after the first. */
const MORE_MS = 200;

/** Looks at the other tabs: the picture of the one that somebody looked at last. */
export function lookAtScreen(): Promise<Picture | undefined> {
  const channel = new BroadcastChannel(SCREEN_CHANNEL);
  const question: Question = { question: crypto.randomUUID() };
  const answers: Answer[] = [];
  return new Promise((resolve) => {
    const decide = (): void => {
      channel.close();
      answers.sort((one, other) => other.seenAtMs - one.seenAtMs);
      resolve(answers[0]?.picture);
    };
    channel.addEventListener('message', ({ data }: MessageEvent<ScreenMessage>) => {
      if (!('answers' in data) || data.answers !== question.question) return;
      if (answers.push(data) === 1) setTimeout(decide, MORE_MS);
    });
    setTimeout(decide, PATIENCE_MS);
    channel.postMessage(question);
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
