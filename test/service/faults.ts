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

/** What becomes of one write, and of its answer. */
export type Loss =
  | 'lands, then conflict'
  | 'lands, then throws'
  | 'lands, never answers'
  | 'lands, others write, then conflict'
  | 'lands, others write, then throws'
  | 'lands, then conflict, then a stale read'
  | 'lands, then throws, and so does the next read'
  | 'lands, then throws, then a stale read'
  | 'lands after the next read, then conflict'
  | 'lands after the next read, then throws'
  | 'lands after the next read, never answers'
  | 'conflict with nothing written'
  | 'conflict with nothing written, always'
  | 'others write, then conflict with nothing written'
  | 'throws with nothing written'
  | 'never answers, with nothing written';

/** A store whose next write is lost in one of many ways: its caller cannot know what became of it. */
export class LossyStore implements MfaStore {
  readonly inner: MfaStore;
  /** Of the next write; undefined: all is well. */
  loss: Loss | undefined;
  readonly #others: () => Promise<unknown>;
  #stale: { readonly row: StoredRow | undefined } | undefined;
  #late: (() => Promise<unknown>) | undefined;
  #readThrows = false;

  /** @param others - what other requests write meanwhile */
  constructor(inner: MfaStore, others: () => Promise<unknown> = async () => {}) {
    this.inner = inner;
    this.#others = others;
  }

  async get(userId: string): Promise<StoredRow | undefined> {
    if (this.#readThrows) {
      this.#readThrows = false;
      throw new ConnectionLost('reset');
    }
    const row = this.#stale === undefined ? await this.inner.get(userId) : this.#stale.row;
    this.#stale = undefined;
    const late = this.#late;
    this.#late = undefined;
    await late?.();
    return row;
  }

  async compareAndSet(
    userId: string,
    expectedRevision: string | undefined,
    next: StoredRow | undefined,
  ): Promise<'stored' | 'conflict'> {
    const { loss } = this;
    const write = () => this.inner.compareAndSet(userId, expectedRevision, next);
    if (loss === undefined) return write();
    if (loss !== 'conflict with nothing written, always') this.loss = undefined;
    if (loss.includes('stale read')) this.#stale = { row: await this.inner.get(userId) };
    if (loss.startsWith('lands after')) this.#late = write;
    else if (loss.startsWith('lands')) await write();
    if (loss.includes('others write')) await this.#others();
    if (loss.endsWith('so does the next read')) this.#readThrows = true;
    if (loss.includes('never answers')) return new Promise(() => {});
    if (loss.includes('throws')) throw new ConnectionLost('reset');
    return 'conflict';
  }
}
