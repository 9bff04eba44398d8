// npm start: the MFA wizard as a web application on this machine.
import { randomBytes } from 'node:crypto';
import { aesGcmSealer } from 'lockstep-mfa';
import { ADMINISTRATOR, createAccounts } from './accounts.js';
import { createWizard } from './application.js';
import { browserFiles } from './browser/build.js';
import { openDatabase } from './database.js';
import { type Flags, HELP, parseFlags } from './flags.js';
import { keyOf } from './key-file.js';
import { listenFrom } from './node-server.js';
import { PASSWORD_COST } from './passwords.js';

const flags = readFlags();
if (flags?.help) console.log(HELP);
else if (flags) await run(flags);

function readFlags(): Flags | undefined {
  try {
    return parseFlags(process.argv.slice(2), process.env);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nSee npm start -- --help`);
    process.exitCode = 2;
    return undefined;
  }
}

async function run({ port, database: file }: Flags): Promise<void> {
  const database = openDatabase(file);
  const key = file === undefined ? randomBytes(32) : keyOf(`${file}.key`);
  const password = await createAccounts(database, PASSWORD_COST).seedAdministrator();
  const handler = createWizard({ database, sealer: aesGcmSealer({ keys: [key] }), assets: await browserFiles() });
  const server = await listenFrom(handler, port, (taken) => console.error(`Port ${taken} is taken: trying the next.`));

  let isEnding = false;
  const end = async (): Promise<void> => {
    // A terminal, npm and a loader may each pass on one Ctrl-C.
    if (isEnding) return;
    isEnding = true;
    await server.close();
    database.close();
    process.exit(0);
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);

  console.log(`Acme, a demonstration of lockstep-mfa:

  ${server.origin}/

Administrator:  ${ADMINISTRATOR}
Password:       ${password ?? 'the one of the first start'}

${file === undefined ? 'All of it is in memory, and forgotten at the end.' : `Kept in ${file}.`} Ctrl-C ends it.`);
}
