import { sha256 } from './random.js';

const REMEMBERED_MS = 60_000;
const MOST = 500;

/** Answers a form that was sent twice with the response to the first. */
export type Once = (key: readonly string[], answer: () => Promise<Response>) => Promise<Response>;

/**
 * A double click, or a form that a browser sends again after a lost connection, is worked on once, and shows what the first
 * showed. Every form holds a random id, so two that are equal are one. In this process alone: what must be true on several
 * machines, the MFA service and the database see to.
 */
export function once(): Once {
  const answers = new Map<string, Promise<Response>>();

  return async (key, answer) => {
    const name = sha256(JSON.stringify(key));
    const known = answers.get(name);
    if (known !== undefined) return (await known).clone();

    const forget = (): void => void answers.delete(name);
    const response = answer();
    answers.set(name, response);
    setTimeout(forget, REMEMBERED_MS).unref();
    for (const oldest of answers.keys()) {
      if (answers.size > MOST) answers.delete(oldest);
    }
    response.then(({ status }) => status >= 500 && forget(), forget);
    return (await response).clone();
  };
}
