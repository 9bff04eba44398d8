import { sqliteSchema, sqliteStore } from 'lockstep-mfa/stores/sqlite';
import { storeContract } from 'lockstep-mfa/testing';
import { type Driver, openHandle } from './handle.js';

// The contract over a driver of another Node: one line for each rule that is broken, by its name and what it said.

const [driver] = process.argv.slice(2) as [Driver];
const checks = storeContract(async () => {
  const handle = await openHandle(driver, ':memory:');
  handle.exec(sqliteSchema());
  return sqliteStore(handle);
});
for (const { name, run } of checks) {
  await run().then(
    () => console.log(JSON.stringify({ name })),
    (error: unknown) => console.log(JSON.stringify({ name, broken: String(error) })),
  );
}
