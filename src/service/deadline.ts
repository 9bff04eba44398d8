import { MfaError, type MfaErrorCode } from '../errors.js';

interface Waiting {
  readonly dueMs: number;
  readonly expire: () => void;
}

/**
 * The deadline of one service: a store, a sealer or a handler that never answers must not hold a request for ever.
 *
 * One timer for all that is waited for, because a timer for each call would cost a sign-in as much as its HMACs. All wait
 * equally long, so the oldest is always the next to expire.
 */
export class Deadline {
  readonly #timeoutMs: number;
  readonly #waiting = new Set<Waiting>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** @throws what the call throws; MfaError `code`, when it takes too long */
  within<T>(call: () => Promise<T>, code: MfaErrorCode, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const expire = (): void => {
        reject(new MfaError(code, `${what} did not answer within ${this.#timeoutMs} ms`));
      };
      const waiting = { dueMs: performance.now() + this.#timeoutMs, expire };
      this.#waiting.add(waiting);
      this.#timer ??= this.#arm(this.#timeoutMs);
      const done = (): void => {
        this.#waiting.delete(waiting);
      };
      const failed = (cause: unknown): void => {
        done();
        reject(cause);
      };
      try {
        Promise.resolve(call()).then((value) => {
          done();
          resolve(value);
        }, failed);
      } catch (cause) {
        failed(cause);
      }
    });
  }

  #arm(ms: number): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => this.#expire(), ms);
    // On Node: it must not keep a program running that has nothing else to do.
    (timer as { unref?: () => void } | undefined)?.unref?.();
    return timer;
  }

  #expire(): void {
    const nowMs = performance.now();
    this.#timer = undefined;
    for (const waiting of this.#waiting) {
      if (waiting.dueMs > nowMs) {
        this.#timer = this.#arm(Math.ceil(waiting.dueMs - nowMs));
        return;
      }
      this.#waiting.delete(waiting);
      waiting.expire();
    }
  }
}
