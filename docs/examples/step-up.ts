// Ask again before a payment: a recent proof by a code, whatever kind of session the application has.
import type { MfaProof, MfaService, ProofMethod } from 'lockstep-mfa';

/** What the application does next. */
export type StepUp = 'go on' | 'set up MFA first' | 'ask for a code';

/** The proof may be five minutes old, and of a code or a recovery code: not of a browser that was trusted weeks ago. */
export async function beforePayment(mfa: MfaService, userId: string, proof: MfaProof | undefined): Promise<StepUp> {
  const checked = await mfa.checkProof(userId, {
    proof,
    maxAgeMs: 5 * 60_000,
    methods: ['code', 'recovery-code'],
    expectMfa: true,
  });
  if (checked.ok) return 'go on';
  return checked.reason === 'not-assigned' ? 'set up MFA first' : 'ask for a code';
}

/** The values of RFC 8176 for each method, beside `pwd` for the password that came before. */
const AMR: Readonly<Record<ProofMethod, readonly string[]>> = {
  code: ['pwd', 'otp', 'mfa'],
  enrollment: ['pwd', 'otp', 'mfa'],
  'recovery-code': ['pwd', 'otp', 'mfa'],
  'trusted-browser': ['pwd'],
  recovery: ['pwd'],
  reset: ['pwd'],
};

/** Claims for a token of this session; `acr` is a name that the two services have agreed on. */
export interface SessionClaims {
  readonly sub: string;
  /** When the person last proved who they are, in seconds (OpenID Connect Core §2). */
  readonly auth_time: number;
  readonly amr: readonly string[];
  readonly acr: 'mfa' | 'password';
}

/** Makes the claims of a proof that stands. Keep the token's life short: a token is not asked whether its proof is void. */
export async function claimsOf(mfa: MfaService, userId: string, proof: MfaProof): Promise<SessionClaims | undefined> {
  const checked = await mfa.checkProof(userId, {
    proof,
    maxAgeMs: 12 * 60 * 60_000,
    methods: ['code', 'recovery-code', 'enrollment', 'trusted-browser'],
  });
  if (!checked.ok) return undefined;
  const amr = AMR[checked.method];
  const acr = amr.includes('mfa') ? 'mfa' : 'password';
  return { sub: userId, auth_time: Math.floor(checked.atMs / 1000), amr, acr };
}
