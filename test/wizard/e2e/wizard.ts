import { aesGcmSealer, type Clock } from 'lockstep-mfa';
import { createAccounts } from '../../../docs/examples/wizard/accounts.js';
import { createWizard, type WebHandler } from '../../../docs/examples/wizard/application.js';
import { browserFiles } from '../../../docs/examples/wizard/browser/build.js';
import { openDatabase } from '../../../docs/examples/wizard/database.js';
import { listen, type RunningServer } from '../../../docs/examples/wizard/node-server.js';
import type { PasswordCost } from '../../../docs/examples/wizard/passwords.js';

export interface Wizard extends RunningServer {
  readonly administratorPassword: string;
  /** From now on forms are worked on, but their answers are on their way for as long as nobody calls what comes back. */
  readonly delayAnswers: () => () => void;
}

/** Little, since the tests type some hundred passwords. */
const passwordCost: PasswordCost = { N: 2 ** 10, r: 8, p: 1 };

/** As `npm start` starts it, on a free port and with a clock of its own. */
export async function startWizard(clock: Clock): Promise<Wizard> {
  const database = openDatabase();
  const administratorPassword = await createAccounts(database, passwordCost).seedAdministrator();
  const sealer = aesGcmSealer({ keys: [crypto.getRandomValues(new Uint8Array(32))] });
  const handler = createWizard({ database, sealer, clock, passwordCost, assets: await browserFiles() });
  let arrival = Promise.resolve();
  const overSlowNetwork: WebHandler = async (request) => {
    const response = await handler(request);
    if (request.method === 'POST') await arrival;
    return response;
  };
  const delayAnswers = (): (() => void) => {
    let arrive = (): void => {};
    arrival = new Promise((resolve) => {
      arrive = resolve;
    });
    return arrive;
  };
  const server = await listen(overSlowNetwork, 0);
  return { ...server, administratorPassword: administratorPassword ?? '', delayAnswers };
}
