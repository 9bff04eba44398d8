import { memoryStore } from 'lockstep-mfa/stores/memory';
import { storeContract } from 'lockstep-mfa/testing';
import { beforeAll, expect, it } from 'vitest';
import { bundle, Program } from '../examples/program.js';
import { describeDrivers } from './processes/drivers.js';

describeDrivers((driver, node) => {
  const said = new Map<string, string>();
  beforeAll(async () => {
    const program = new Program(node(), [await bundle('test/stores/processes/contract.ts'), driver]);
    program.end();
    await program.exit;
    for (const line of program.output.split('\n').filter(Boolean)) {
      const { name, broken = 'kept' } = JSON.parse(line) as { readonly name: string; readonly broken?: string };
      said.set(name, broken);
    }
  });

  it.each(storeContract(memoryStore).map(({ name }) => name))('%s', (name) => {
    expect(said.get(name)).toBe('kept');
  });
});
