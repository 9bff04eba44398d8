import { readFileSync } from 'node:fs';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { twoFactor } from 'better-auth/plugins';

const { version } = JSON.parse(
  readFileSync(new URL('../node_modules/better-auth/package.json', import.meta.url), 'utf8'),
);

const account = { email: 'alice@example.com', password: 'correct horse battery' };
const tables = { user: [], session: [], account: [], verification: [], twoFactor: [] };
const auth = betterAuth({
  baseURL: 'http://localhost',
  secret: 'PbsuWRCmyTHsEbbWlFNOVgiOtzbGGIeQ',
  database: memoryAdapter(tables),
  // Scrypt is not what is measured.
  emailAndPassword: {
    enabled: true,
    password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password },
  },
  plugins: [twoFactor({ issuer: 'Acme' })],
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
});

const withCookies = ({ headers }) =>
  new Headers({
    cookie: headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
  });

/** @returns the key URI, and what confirms it with a code and gives the session */
async function enroll() {
  const signedUp = await auth.api.signUpEmail({ body: { ...account, name: 'Alice' }, returnHeaders: true });
  const headers = withCookies(signedUp);
  const { totpURI } = await auth.api.enableTwoFactor({ body: { password: account.password }, headers });
  return {
    keyUri: totpURI,
    confirm: async (code) => withCookies(await auth.api.verifyTOTP({ body: { code }, headers, returnHeaders: true })),
  };
}

/** What the password's step leaves in the browser: one for each sign-in. */
async function halfSignedIn() {
  return withCookies(await auth.api.signInEmail({ body: account, returnHeaders: true }));
}

/** @param codeOf - gives the code of now for a key URI */
export async function make(codeOf) {
  const { keyUri, confirm } = await enroll();
  const session = await confirm(codeOf(keyUri));
  const [kept] = tables.session.slice(-1);
  let code;
  let browsers = [];
  return [
    {
      name: `better-auth ${version}, memory: verifyTOTP in a session`,
      prepare: () => {
        code = codeOf(keyUri);
      },
      once: () => auth.api.verifyTOTP({ body: { code }, headers: session }),
    },
    {
      name: `better-auth ${version}, memory: verifyTOTP after the password, makes the session`,
      // The memory adapter looks through its tables from end to end, so they are kept short.
      batch: 10,
      prepare: async (count) => {
        tables.session.splice(0, tables.session.length, kept);
        browsers = [];
        for (let i = 0; i < count; i++) browsers.push(await halfSignedIn());
        code = codeOf(keyUri);
      },
      once: (i) => auth.api.verifyTOTP({ body: { code }, headers: browsers[i] }),
    },
  ];
}
