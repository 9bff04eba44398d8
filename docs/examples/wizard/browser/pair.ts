import { counterAt } from 'lockstep-mfa/core';

/** Where somebody is who types two codes that follow each other. */
export type Stage =
  /** Nothing to say yet, or no more. */
  | 'countdown'
  /** The first code stands there, and its period is not over. */
  | 'wait'
  /** The period is over: there is a new code. */
  | 'turned'
  /** The second field holds the first code again. */
  | 'same';

export interface Typed {
  readonly first: string;
  readonly second: string;
  readonly nowMs: number;
}

/**
 * Follows the typing. It only advises: the phone's clock is not known here, and now and then two codes that follow each
 * other are the same.
 *
 * @param before - the first field as the page came: when that was typed is not known
 */
export function followPair(
  before: string,
  { digits, periodSeconds }: { readonly digits: number; readonly periodSeconds: number },
): (typed: Typed) => Stage {
  let known = digitsOf(before);
  let typedAt: number | undefined;

  return ({ first, second, nowMs }) => {
    const [one, two] = [digitsOf(first), digitsOf(second)];
    const counter = counterAt({ nowMs, periodSeconds });
    if (one !== known) typedAt = one.length === digits ? counter : undefined;
    known = one;
    if (one.length === digits && one === two) return 'same';
    if (typedAt === undefined || two.length >= digits) return 'countdown';
    return counter > typedAt ? 'turned' : 'wait';
  };
}

/** Apps show a code in groups, and it is pasted like that. */
function digitsOf(text: string): string {
  return text.replace(/[^\p{Nd}]/gu, '');
}
