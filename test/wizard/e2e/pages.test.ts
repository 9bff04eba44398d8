import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInChromium } from './stage.js';
import { tour } from './tour.js';

const WIDE = { width: 1280, height: 900 };
/** A desktop browser at four times the size, or the smallest phone (WCAG 2.2, 1.4.10). */
const NARROW = { width: 320, height: 640 };

const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations: readonly Violation[] = await page.evaluate('axe.run().then(({ violations }) => violations)');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

describeInChromium('every page', ({ visit, clock, wizard }) => {
  it('is accessible in light and dark, and needs no sideways scrolling at 320 pixels', async () => {
    const { context } = await visit({ reducedMotion: 'reduce' });
    const faults: string[] = [];
    await tour(context, clock, wizard().administratorPassword, async (name, page) => {
      for (const [colorScheme, size] of [
        ['light', WIDE],
        ['dark', NARROW],
      ] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(size);
        faults.push(...(await violationsOn(page)).map((violation) => `${name}, ${colorScheme}: ${violation}`));
      }
      const sideways = Number(await page.evaluate(SIDEWAYS));
      if (sideways > 0) faults.push(`${name}: ${sideways} pixels too wide`);
    });
    expect(faults).toEqual([]);
  });

  it('is caught with a field without a label, with pale text, and too wide', async () => {
    const { page } = await visit({ viewport: NARROW });
    await page.goto('/sign-in');
    await page.evaluate(`{
      const text = document.querySelector('main p');
      text.style.color = '#888';
      text.style.background = '#999';
      text.style.width = '400px';
      document.querySelector('main').append(document.createElement('input'));
    }`);
    const violations = (await violationsOn(page)).map((violation) => violation.split(':')[0]);
    expect(violations).toEqual(expect.arrayContaining(['color-contrast', 'label']));
    expect(await page.evaluate(SIDEWAYS)).toBeGreaterThan(0);
  });

  it('weighs less than 100 kB when it is the first, with all that it loads', async () => {
    const { context, page } = await visit();
    const network = await context.newCDPSession(page);
    await network.send('Network.enable');
    let bytes = 0;
    network.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.goto('/', { waitUntil: 'networkidle' });
    expect(bytes).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(100_000);
  });
});
