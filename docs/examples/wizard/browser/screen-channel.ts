/** Between the tabs of one browser: what a phone's camera sees of the other windows on the screen. */
export const SCREEN_CHANNEL = 'demonstration-screen';

/** As `ImageData`: four bytes a pixel. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** The phone asks, under a name for this one question. */
export interface Question {
  readonly question: string;
}

/** Each tab that shows a QR code answers. */
export interface Answer {
  readonly answers: string;
  readonly picture: Picture;
  /** When somebody last looked at it: of several the phone takes the newest. */
  readonly seenAtMs: number;
}

export type ScreenMessage = Question | Answer;
