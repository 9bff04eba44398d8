// Run it: npx tsx docs/examples/passkeys/main.ts, then sign in at http://localhost:8080 as alice with "correct horse".
import { aesGcmSealer, createMfaService } from 'lockstep-mfa';
import { memoryStore } from 'lockstep-mfa/stores/memory';
import { listen } from '../wizard/node-server.js';
import type { Account } from './access.js';
import { createApplication } from './application.js';
import { memoryPasskeys } from './passkeys.js';

const sealer = aesGcmSealer({ keys: [crypto.getRandomValues(new Uint8Array(32))] });
const mfa = createMfaService({ issuer: 'Acme', store: memoryStore(), sealer });
let alice: Account = { id: 'id-of-alice', name: 'alice', hasCodes: false };

const PORT = 8080;
// Not 127.0.0.1: a passkey is bound to a domain, and an address is none.
const origin = `http://localhost:${PORT}`;
const application = createApplication({
  mfa,
  site: { name: 'Acme', rpId: 'localhost', origin },
  passkeys: memoryPasskeys(),
  accounts: {
    find: async () => alice,
    checkPassword: async (name, password) => (name === 'alice' && password === 'correct horse' ? alice : undefined),
    async setHasCodes(_, hasCodes) {
      alice = { ...alice, hasCodes };
    },
  },
  isVerified: async () => false, // nothing is sent by mail here, so nobody recovers
});
await listen(application, PORT);
console.log(`Sign in at ${origin} as alice with "correct horse".`);
