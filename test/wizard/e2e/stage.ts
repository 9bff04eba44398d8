import { type FixedClock, fixedClock } from 'lockstep-mfa/testing';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { describeWith } from '../../support/programs.js';
import { APPS } from './apps.js';
import { CHROMIUM, launchChromium } from './chromium.js';
import { type Visitor, visit } from './visitor.js';
import { startWizard, type Wizard } from './wizard.js';

/** A running wizard and a browser, for the tests of one file. */
export interface Stage {
  /** The wizard's. It stands until a test moves it, so that nobody has to wait for a code. */
  readonly clock: FixedClock;
  readonly wizard: () => Wizard;
  readonly visit: (options?: BrowserContextOptions) => Promise<Visitor>;
}

/** A suite in Chromium; it is skipped, and says so, where a program is missing. */
export function describeInChromium(title: string, suite: (stage: Stage) => void): void {
  describeWith([CHROMIUM, 'zbarimg', ...APPS], title, () => {
    const clock = fixedClock(startOfCode(Date.now()));
    let wizard: Wizard;
    let browser: Browser;
    beforeAll(async () => {
      [wizard, browser] = await Promise.all([startWizard(clock), launchChromium()]);
    });
    afterAll(async () => {
      await browser?.close();
      await wizard?.close();
    });
    suite({ clock, wizard: () => wizard, visit: (options) => visit(browser, wizard.origin, options) });
  });
}

/** Near the real time, which the browser takes for the age of cookies. */
function startOfCode(nowMs: number): number {
  return nowMs - (nowMs % 30_000);
}
