import { expect, it } from 'vitest';
import { describeInChromium } from './stage.js';
import { makeRecoveryCodes, register, setUp, submit, twoCodes } from './steps.js';

describeInChromium('the scripts', ({ visit, clock }) => {
  it('lets recovery codes be copied, downloaded and printed', async () => {
    const { context, page } = await visit();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await register(page);
    const app = await setUp(page, 'Phone');
    await submit(page, twoCodes(clock, app));
    const codes = await makeRecoveryCodes(page);
    expect(codes).toHaveLength(10);

    await page.locator('[data-copy=recovery-codes]').click();
    const copied = (): Promise<unknown> => page.evaluate('navigator.clipboard.readText()');
    await expect.poll(copied).toContain(codes.at(-1));
    for (const code of codes) expect(await copied()).toContain(code);

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('[data-download=recovery-codes]').click(),
    ]);
    expect(download.suggestedFilename()).toBe('acme-recovery-codes.txt');
    const file = await textOf(await download.createReadStream());
    for (const code of codes) expect(file).toContain(code);

    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#recovery-codes').isVisible()).toBe(true);
    for (const hidden of ['header.bar', 'aside.demonstration', 'main button']) {
      expect(await page.locator(hidden).first().isVisible()).toBe(false);
    }
  });

  it('copies the typed key', async () => {
    const { context, page } = await visit();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await register(page);
    await page.goto('/devices/new');
    await submit(page, { name: 'Phone' });
    await page.locator('[data-copy=typed-key]').click();
    const copied = async (): Promise<string> => String(await page.evaluate('navigator.clipboard.readText()'));
    const key = (await page.locator('#typed-key').textContent())!.replaceAll(/\s/g, '');
    await expect.poll(async () => (await copied()).replaceAll(/\s/g, '')).toBe(key);
  });
});

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of stream) text += part;
  return text;
}
