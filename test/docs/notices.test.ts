import { readFileSync } from 'node:fs';
import { type Audience, audienceOf } from 'lockstep-mfa/messages';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '../messages/events.js';
import { ROOT } from '../support/tree.js';

const page = readFileSync(`${ROOT}docs/notices.md`, 'utf8');
const AUDIENCES: readonly Audience[] = ['mail', 'activity', 'security'];

/** The table of events: whom each goes to, by its type. */
function audiencesIn(text: string): [type: string, audience: string[]][] {
  return [...text.matchAll(/^\| `([a-z-]+)` \|(.*)\|(.*)\|(.*)\|$/gmu)].map(([, type, ...cells]) => [
    type!,
    AUDIENCES.filter((_, at) => cells[at]!.trim() === '✓'),
  ]);
}

describe('docs/notices.md', () => {
  it('names each event once, in the order of their types, and whom it goes to', () => {
    expect(audiencesIn(page)).toEqual(EVENT_TYPES.map((type) => [type, audienceOf(type)]));
  });

  it('would be caught without an event, or with another audience', () => {
    const without = page.replace(/^\| `locked`.*\n/mu, '');
    expect(audiencesIn(without).map(([type]) => type)).toEqual(EVENT_TYPES.filter((type) => type !== 'locked'));
    const other = page.replace('| `signed-in` |   | ✓ |', '| `signed-in` | ✓ | ✓ |');
    expect(audiencesIn(other)).toContainEqual(['signed-in', ['mail', 'activity']]);
  });
});
