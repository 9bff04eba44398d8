import { describe, expect, it } from 'vitest';
import { browserFiles } from '../../../docs/examples/wizard/browser/build.js';

const files = await browserFiles();
const bodyOf = (path: string): string => files.get(path)?.body ?? '';
const camera = [...files.keys()].filter((path) => path.startsWith('/assets/camera-'));

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

  it('are small, but for the reader of QR codes, which comes when there is something to read', () => {
    const bytes = ['/assets/wizard.css', '/assets/wizard.js'].map((path) => Buffer.byteLength(bodyOf(path)));
    expect(bytes.every((count) => count > 1000)).toBe(true);
    expect(bytes.reduce((sum, count) => sum + count)).toBeLessThan(40_000);
    expect(camera).toHaveLength(1);
    expect(bodyOf('/assets/authenticator.js')).toMatch(/import\("\.\/camera-\w+\.js"\)/);
    expect(bodyOf('/assets/authenticator.js').length).toBeLessThan(bodyOf(camera[0] as string).length);
  });

  it('ask no other host for anything, and evaluate no text', () => {
    // A name of XML, and no address that anybody asks.
    const svg = 'http://www.w3.org/2000/svg';
    for (const [path, { body }] of files) {
      expect(body.replaceAll(svg, ''), path).not.toMatch(/https?:\/\/|@import|[^\w.]eval\(|new Function/);
    }
  });
});
