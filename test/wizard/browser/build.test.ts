import { describe, expect, it } from 'vitest';
import { browserFiles } from '../../../docs/examples/wizard/browser/build.js';

const files = await browserFiles();

describe('the files for browsers', () => {
  it('have the paths under which pages ask for them', () => {
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        '/assets/wizard.css',
        '/assets/wizard.js',
        '/assets/authenticator.css',
        '/assets/authenticator.js',
      ]),
    );
    for (const [path, { type }] of files) {
      expect(type).toBe(path.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8');
    }
  });
});
