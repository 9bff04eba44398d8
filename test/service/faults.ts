import type { MfaStore, StoredRow } from 'lockstep-mfa';

/** What a store does instead of answering. */
export type Fault =
  | 'get throws'
  | 'get answers garbage'
  | 'throws before the write'
  | 'throws after the write'
  | 'answers garbage before the write'
  | 'answers garbage after the write'
  | 'writes after it threw';

export const FAULTS: readonly Fault[] = [
  'get throws',
  'get answers garbage',
  'throws before the write',
  'throws after the write',
  'answers garbage before the write',
  'answers garbage after the write',
  'writes after it threw',
];

/** What the store threw: it has to be the cause of what the service throws. */
export class ConnectionLost extends Error {}

/** A store over a bad line. */
export class FaultyStore implements MfaStore {
  readonly inner: MfaStore;
  /** Of the next call that it fits; undefined: all is well. */
  fault: Fault | undefined;
  thrown: ConnectionLost | undefined;
  #late: (() => Promise<unknown>) | undefined;

  constructor(inner: MfaStore) {
    this.inner = inner;
  }

  async get(userId: string): Promise<StoredRow | undefined> {
    if (this.fault === 'get throws') this.#lose();
    if (this.fault === 'get answers garbage') return { record: {} } as never;
    const row = await this.inner.get(userId);
    // A write that was given up for lost arrives between a question and its answer.
    await this.#late?.();
    this.#late = undefined;
    return row;
  }

  async compareAndSet(
    userId: string,
    expectedRevision: string | undefined,
    next: StoredRow | undefined,
  ): Promise<'stored' | 'conflict'> {
    const write = () => this.inner.compareAndSet(userId, expectedRevision, next);
    switch (this.fault) {
      case 'throws before the write':
        return this.#lose();
      case 'throws after the write':
        await write();
        return this.#lose();
      case 'answers garbage before the write':
        return 'OK' as never;
      case 'answers garbage after the write':
        await write();
        return undefined as never;
      case 'writes after it threw':
        this.#late = write;
        return this.#lose();
      default:
        return write();
    }
  }

  #lose(): never {
    this.thrown = new ConnectionLost('timeout');
    throw this.thrown;
  }
}
