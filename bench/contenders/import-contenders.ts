import type { Contender } from './contender.js';
import { lockstep } from './lockstep.js';
import { nodeCrypto, nodeCryptoBytes } from './node-crypto.js';
import { prove } from './prove.js';

/** Where the peers are, as a URL, and their files in it. */
export interface Peers {
  readonly folder: string;
  readonly files: readonly string[];
}

/** All who run here and answer right; `left` tells why the others do not. */
export async function importContenders({ folder, files }: Peers): Promise<{ contenders: Contender[]; left: string[] }> {
  const contenders: Contender[] = [];
  const left: string[] = [];
  const loads = [
    async (): Promise<Contender[]> => [lockstep, nodeCrypto, nodeCryptoBytes],
    ...files.map((file) => async (): Promise<Contender[]> => (await import(new URL(file, folder).href)).contenders),
  ];
  for (const load of loads) {
    try {
      for (const contender of await load()) {
        await prove(contender);
        contenders.push(contender);
      }
    } catch (error) {
      left.push(String(error));
    }
  }
  return { contenders, left };
}
