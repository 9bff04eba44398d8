import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kernelSources } from './kernel-source.js';

test.each(Object.entries(kernelSources()))('%s stands as the generator writes it', (file, source) => {
  expect(readFileSync(new URL(`../../../src/core/hmac/${file}`, import.meta.url), 'utf8')).toBe(source);
});
