import type { EventType, MfaEvent } from 'lockstep-mfa';
import { describe, expect, it } from 'vitest';
import { describeEvent } from '../../../docs/examples/wizard/activity.js';
import { letterAbout } from '../../../docs/examples/wizard/letters.js';

/** Browsers and resets, with each kind of detail that they can have. */
const DETAILS: { readonly [T in EventType & `${'browser' | 'reset' | 'trusted'}-${string}`]: readonly object[] } = {
  'browser-remembered': [{}],
  'browser-trusted': [{ untilMs: Date.UTC(2026, 1, 3) }],
  'trusted-browser-used': [{}],
  'browser-forgotten': [
    { cause: 'request' },
    { cause: 'request', administrator: 'Ada' },
    { cause: 'wrong-codes' },
    { cause: 'token-reused' },
  ],
  'reset-begun': [{ untilMs: 0 }, { untilMs: 0, administrator: 'Ada' }],
  'reset-code-used': [{}],
  'reset-code-failed': [{}],
  'reset-expired': [{}],
};
const EVENTS = Object.entries(DETAILS).flatMap(([type, details]) =>
  details.flatMap((detail) =>
    ['“Firefox”', undefined].map((label) => {
      const browser = type.includes('browser') ? { browserId: 'a', ...(label && { label: 'Firefox' }) } : {};
      return { type, userId: 'alice', atMs: 0, seq: 1, ...browser, ...detail } as MfaEvent;
    }),
  ),
);

describe('a line of the activity', () => {
  it.each(EVENTS)('on browsers and resets is a whole sentence: %o', (event) => {
    const line = describeEvent(event);
    expect(line).toMatch(/^([A-Z]|“).+\.$/);
    expect(line).not.toMatch(/undefined|null|\[object|. A browser/);
    if ('label' in event) expect(line).toContain('“Firefox”');
    if ('administrator' in event) expect(line).toContain('by the administrator Ada');
  });

  it('tells them apart', () => {
    const lines = EVENTS.filter((event) => !('label' in event)).map(describeEvent);
    expect(new Set(lines).size).toBe(Object.values(DETAILS).flat().length);
    expect(describeEvent(EVENTS.find(({ type }) => type === 'browser-trusted') as MfaEvent)).toContain('2026-02-03');
  });
});

describe('a letter', () => {
  it('goes out about what changes who gets in, and says what to do', () => {
    const about = EVENTS.filter((event) => letterAbout(event) !== undefined).map(({ type }) => type);
    expect([...new Set(about)]).toEqual(['browser-trusted', 'browser-forgotten', 'reset-begun', 'reset-code-used']);
    for (const event of EVENTS)
      expect(letterAbout(event)?.body ?? 'tell your administrator').toContain('tell your administrator');
  });

  it('on a reset asks nobody who did it whether it was them', () => {
    const letter = letterAbout({ type: 'reset-begun', untilMs: 0, userId: 'alice', atMs: 0, seq: 1 });
    expect(letter?.body).not.toContain('If this was not you');
    const other = letterAbout({ type: 'recovered', verified: [], userId: 'alice', atMs: 0, seq: 1 });
    expect(other?.body).toContain('If this was not you');
  });
});
