/**
 * A hash function, as far as HMAC needs it: its compression, over big-endian 32-bit words as signed integers.
 *
 * Plain arrays of small integers, not typed arrays: see `Midstates`.
 */
export interface Kernel {
  /** Words of a block. */
  readonly blockWords: 16 | 32;
  /** The initial hash value; as long as the digest. */
  readonly initial: readonly number[];
  /**
   * Compresses the block into the first of the states, and while another state follows, the padded digest into that one.
   * So one state makes one step of the hash, and the two midstates of a key make an HMAC. The last digest is written to
   * `digest`, which may be `states`; nothing is allocated.
   */
  compress(block: readonly number[], states: readonly number[], digest: number[]): void;
}
