// npm run start:terminal: enroll an authenticator app in this terminal, and sign in with it.
import { converse } from './conversation.js';
import { Demo } from './demo.js';
import { type Desk, Left } from './desk.js';
import { type Flags, HELP, parseFlags } from './flags.js';
import { Keyboard } from './keyboard.js';
import { Pipe } from './pipe.js';
import { GOODBYE } from './screens.js';

const flags = readFlags();
if (flags?.help) console.log(HELP);
else if (flags) await run(flags);

function readFlags(): Flags | undefined {
  try {
    return parseFlags(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nSee npm run start:terminal -- --help`);
    process.exitCode = 2;
    return undefined;
  }
}

async function run({ demo, enrollment }: Flags): Promise<void> {
  const desk = demo ? new Demo() : deskHere();
  process.on('SIGINT', () => {
    desk.close();
    desk.say(GOODBYE);
    process.exit(0);
  });
  // The reader of a pipe may leave first: npm run start:terminal -- --demo | head
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
  try {
    await converse(desk, enrollment);
  } catch (error) {
    if (!(error instanceof Left)) throw error;
  } finally {
    desk.close();
  }
  desk.say(GOODBYE);
}

function deskHere(): Desk {
  const { stdin, stdout } = process;
  const live = stdin.isTTY && stdout.isTTY && process.env['TERM'] !== 'dumb';
  return live ? new Keyboard(stdin, stdout) : new Pipe(stdin, stdout);
}
