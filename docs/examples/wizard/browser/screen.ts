import { pixelsOf } from './pixels.js';
import { type Answer, SCREEN_CHANNEL, type ScreenMessage } from './screen-channel.js';

/**
 * Shows the QR code of this tab to the virtual authenticator in another: its pixels, and nothing that a camera would not
 * see. Only pages of this origin hear it.
 */
export function answerTheVirtualPhone(): void {
  const image = document.querySelector<HTMLImageElement>('img[data-qr]');
  if (image === null) return;

  let seenAtMs = Date.now();
  addEventListener('visibilitychange', () => {
    seenAtMs = Date.now();
  });
  const channel = new BroadcastChannel(SCREEN_CHANNEL);
  channel.addEventListener('message', ({ data }: MessageEvent<ScreenMessage>) => {
    if (!('question' in data) || image.naturalWidth === 0) return;
    const picture = pixelsOf(image, image.naturalWidth, image.naturalHeight);
    const answer: Answer = { answers: data.question, picture, seenAtMs };
    channel.postMessage(answer);
  });
}
