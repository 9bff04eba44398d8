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
 * @param before - the fields as the page came: when those codes were typed is not known
 */
export function followPair(
  before: Pick<Typed, 'first' | 'second'>,
  { digits, periodSeconds }: { readonly digits: number; readonly periodSeconds: number },
): (typed: Typed) => Stage {
  const untouched = { first: digitsOf(before.first), second: digitsOf(before.second) };
  let known = untouched.first;
  let typedAt: number | undefined;

  return (typed) => {
    const [first, second] = [digitsOf(typed.first), digitsOf(typed.second)];
    const counter = counterAt({ nowMs: typed.nowMs, periodSeconds });
    if (first !== known) typedAt = first.length === digits ? counter : undefined;
    known = first;
    if (first === untouched.first && second === untouched.second) return 'countdown';
    if (first.length === digits && first === second) return 'same';
    if (typedAt === undefined || second.length >= digits) return 'countdown';
    return counter > typedAt ? 'turned' : 'wait';
  };
}

/** Apps show a code in groups, and it is pasted like that. */
function digitsOf(text: string): string {
  return text.replace(/[^\p{Nd}]/gu, '');
}
