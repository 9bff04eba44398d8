import { asyncSqliteStore, sqliteSchema } from 'lockstep-mfa/stores/sqlite';
import { storeContract } from 'lockstep-mfa/testing';

/** The part of D1 that is used here. */
interface D1Statement {
  bind(...values: string[]): D1Statement;
  all(): Promise<{ readonly results: readonly unknown[] }>;
}
interface Environment {
  readonly DB: { prepare(sql: string): D1Statement };
}

// The contract within a Worker: answers the name of a check with what is broken, or with nothing.

const worker = {
  async fetch(request: Request, { DB }: Environment): Promise<Response> {
    const checks = storeContract(async () => {
      await DB.prepare('DROP TABLE IF EXISTS lockstep_mfa').all();
      await DB.prepare(sqliteSchema()).all();
      return asyncSqliteStore(async (sql, values) => ({
        rows: (
          await DB.prepare(sql)
            .bind(...values)
            .all()
        ).results,
      }));
    });
    const name = await request.text();
    const check = checks.find((each) => each.name === name);
    const broken = check === undefined ? 'no such check' : await check.run().catch((error: unknown) => String(error));
    return new Response(broken ?? 'kept');
  },
};
export default worker;
