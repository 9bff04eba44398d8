import { qrTerminal } from 'lockstep-mfa/qr';
import { describe, expect, it } from 'vitest';
import {
  clockSentence,
  failure,
  liveQuestion,
  liveWait,
  plainQuestion,
  plainWait,
  qrScreen,
  setupKeyScreen,
} from '../../../docs/examples/terminal/screens.js';

const interval = { startMs: 30_000, endMs: 60_000 };

describe('the progress bar', () => {
  it('fills until the next code', () => {
    expect([30_000, 45_000, 52_600, 59_999].map((nowMs) => liveQuestion('Code', interval, nowMs))).toEqual([
      'Code  ░░░░░░░░░░░░░░░░░░░░ next code in 30 s › ',
      'Code  ██████████░░░░░░░░░░ next code in 15 s › ',
      'Code  ███████████████░░░░░ next code in 8 s › ',
      'Code  ███████████████████░ next code in 1 s › ',
    ]);
  });

  it('stays full, and stays empty when the clock is set back', () => {
    expect(liveQuestion('Code', interval, 60_000)).toBe('Code  ████████████████████ next code › ');
    expect(liveQuestion('Code', interval, 1e9)).toBe('Code  ████████████████████ next code › ');
    expect(liveQuestion('Code', interval, 0)).toBe('Code  ░░░░░░░░░░░░░░░░░░░░ next code in 60 s › ');
  });

  it('is left out where there is nothing to wait for', () => {
    expect(liveQuestion('Code', undefined, 0)).toBe('Code › ');
  });

  it('says how to go on', () => {
    expect(liveWait(interval, 45_000)).toBe('Waiting  ██████████░░░░░░░░░░ next code in 15 s  (Enter: go on) ');
  });

  it('is a word in plain lines', () => {
    expect(plainQuestion('Code', interval, 45_000)).toBe('Code (the next code comes in 15 s):');
    expect(plainQuestion('Code', interval, 60_000)).toBe('Code:');
    expect(plainQuestion('Code', undefined, 45_000)).toBe('Code:');
    expect(plainWait(interval, 45_000)).toBe('Waiting 15 s for the next code.');
  });
});

describe('a failure', () => {
  it('says first what happened, and below what to do', () => {
    expect(failure('That code was used already. Wait for the next one.', 'code-reused')).toBe(
      '✗ That code was used already. (code-reused)\n  Wait for the next one.',
    );
    expect(failure('No. Check this. Then that.', 'conflict')).toBe('✗ No. (conflict)\n  Check this. Then that.');
  });
});

describe('the QR code', () => {
  const picture = qrTerminal('otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme');
  const lines = picture.split('\n').length;
  // Two rows of modules a line, and a quiet zone on all sides.
  const width = lines * 2 - 1;

  it('is drawn where it fits, as it is', () => {
    expect(qrScreen(picture, 80, 60)).toBe(picture);
    expect(qrScreen(picture, width, lines + 8)).toBe(picture);
  });

  it('is not drawn where lines would be cut off or broken', () => {
    const screen = qrScreen(picture, width - 1, 60);
    expect(screen).toMatch(new RegExp(`too narrow .* ${width - 1} columns, and ${width} are needed`));
    expect(screen.split('\n')).toHaveLength(1);
  });

  it('comes with a word where its top will scroll away', () => {
    const screen = qrScreen(picture, 80, 24);
    expect(screen.startsWith(picture)).toBe(true);
    expect(screen.slice(picture.length)).toContain('Enlarge the window');
  });
});

describe('the other screens', () => {
  it('name all that an app asks for where nothing is scanned', () => {
    const screen = setupKeyScreen('ABCD EFGH', 'Acme', { algorithm: 'SHA512', digits: 8, periodSeconds: 60 });
    for (const part of ['ABCD EFGH', 'Acme', 'time-based', 'SHA512', '8 digits', '60 seconds']) {
      expect(screen).toContain(part);
    }
  });

  it('make nothing of a step, which clocks that are right can be apart', () => {
    expect([-1, 0, 1].map((steps) => clockSentence(steps, 30_000))).toEqual(Array(3).fill('The phone is in step.'));
    expect(clockSentence(2, 30_000)).toContain('60 s ahead');
    expect(clockSentence(50, 30_000)).toContain('25 min ahead');
    expect(clockSentence(-20, 60_000)).toContain('20 min behind, or the code was typed late');
  });
});
