// `npm run screenshots`: every page of the wizard, light and dark, wide and narrow, in .cache/screenshots.
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fixedClock } from 'lockstep-mfa/testing';
import { launchChromium } from './chromium.js';
import { tour } from './tour.js';
import { startWizard } from './wizard.js';

const FOLDER = fileURLToPath(new URL('../../../.cache/screenshots/', import.meta.url));
const WIDTHS = [320, 1280] as const;
const COLOURS = ['light', 'dark'] as const;

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });

const clock = fixedClock(Date.now());
const wizard = await startWizard(clock);
const browser = await launchChromium();
const context = await browser.newContext({ baseURL: wizard.origin, reducedMotion: 'reduce' });

let pages = 0;
await tour(context, clock, wizard.administratorPassword, async (name, page) => {
  pages += 1;
  for (const width of WIDTHS) {
    for (const colorScheme of COLOURS) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      const file = `${String(pages).padStart(2, '0')}-${name}-${colorScheme}-${width}.png`;
      await page.screenshot({ path: FOLDER + file, fullPage: true });
    }
  }
});
await browser.close();
await wizard.close();
console.log(`${pages} pages, ${pages * WIDTHS.length * COLOURS.length} screenshots in .cache/screenshots`);
