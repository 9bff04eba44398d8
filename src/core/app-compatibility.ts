import { APP_REPORTS, type AppReports, type KeyUriSpelling, type Support, type Unusual } from './app-reports.js';
import { checkNames, checkObject, invalid } from './check.js';
import { completeParameters, DEFAULT_PARAMETERS, type OtpParameters } from './parameters.js';

/** What an app is asked to compute and to read. */
export interface AppCompatibilityOptions extends Partial<OtpParameters> {
  /** Codes of a time or of a counter. Default `totp`. */
  readonly type?: 'totp' | 'hotp';
  /** How the key URI is spelt, where it is not as `formatKeyUri` writes it. Default: as that writes it. */
  readonly spelling?: readonly KeyUriSpelling[];
}

/**
 * - `fine`: it makes these codes, by every report
 * - `wrong-codes`: it takes the key URI, ignores a parameter, and shows codes that never match
 * - `refused`: it does not take the key URI
 * - `unsupported`: it does not make these codes; nobody says whether it refuses, or shows others
 * - `conflicting`: reports contradict each other
 * - `unknown`: nobody reported
 */
export type AppVerdict = 'fine' | 'wrong-codes' | 'refused' | 'unsupported' | 'conflicting' | 'unknown';

/** What public reports say of one authenticator app. */
export interface AppCompatibility {
  readonly app: string;
  readonly platform: string;
  readonly verdict: AppVerdict;
  /** The parameters and spellings that the verdict is about; empty where it is `fine`. */
  readonly because: readonly (keyof OtpParameters | 'type' | 'spelling')[];
  /** Year of the newest report that has a date. */
  readonly asOf?: number;
  /** Addresses of the reports. */
  readonly sources: readonly string[];
}

type Cause = AppCompatibility['because'][number];

const NAMES = [...Object.keys(DEFAULT_PARAMETERS), 'type', 'spelling'];

/** The worst first. */
const VERDICTS: readonly AppVerdict[] = ['wrong-codes', 'refused', 'unsupported', 'conflicting', 'unknown', 'fine'];

const VERDICT_OF: Readonly<Record<Support, AppVerdict>> = {
  yes: 'fine',
  ignores: 'wrong-codes',
  no: 'unsupported',
  conflict: 'conflicting',
};

/**
 * Lists what each known authenticator app makes of these parameters: who shows wrong codes, who refuses, who is fine, and
 * where reports are in conflict. SHA1, 6 digits and 30 seconds are fine with all. Each row has its sources and its year: it
 * is data about others, gathered in 2026 from public reports, no app was run for it, and it goes stale. So show it to
 * whoever chooses parameters, and block nobody with it.
 *
 * @param options - a device's `parameters` fit
 * @returns a row for each app and platform, in a fixed order
 * @throws MfaError `invalid-argument`
 * @example
 * import { appCompatibility } from 'lockstep-mfa/core';
 *
 * const wrong = appCompatibility({ algorithm: 'SHA256' }).filter(({ verdict }) => verdict === 'wrong-codes');
 * console.log(wrong.some(({ app }) => app === 'Microsoft Authenticator')); // true
 */
export function appCompatibility(options: AppCompatibilityOptions = {}): readonly AppCompatibility[] {
  checkObject(options, 'options');
  checkNames(options, NAMES);
  const { type = 'totp', spelling = [], ...overrides } = options;
  if (type !== 'totp' && type !== 'hotp') throw invalid("type must be 'totp' or 'hotp'");
  if (!Array.isArray(spelling)) throw invalid('spelling must be a list');
  const parameters = completeParameters(overrides);
  const unusual = unusualIn(parameters, type);
  return APP_REPORTS.map((row) => judge(row, unusual, spelling));
}

/**
 * Lists the apps that are known, or said, not to show the codes of these parameters: all verdicts but `fine` and
 * `unknown`. Empty for the defaults.
 */
export function appsToAvoid(parameters: OtpParameters): readonly AppCompatibility[] {
  return appCompatibility(parameters).filter(({ verdict }) => verdict !== 'fine' && verdict !== 'unknown');
}

function unusualIn({ algorithm, digits, periodSeconds }: OtpParameters, type: 'totp' | 'hotp'): [Unusual, Cause][] {
  const unusual: [Unusual, Cause][] = [];
  if (algorithm !== 'SHA1') unusual.push([algorithm, 'algorithm']);
  if (digits !== 6) unusual.push([`digits${digits}`, 'digits']);
  if (type === 'hotp') unusual.push(['hotp', 'type']);
  else if (periodSeconds !== DEFAULT_PARAMETERS.periodSeconds) unusual.push(['period', 'periodSeconds']);
  return unusual;
}

function judge(
  { app, platform, asOf, support, refuses = [], sources }: AppReports,
  unusual: readonly (readonly [Unusual, Cause])[],
  spelling: readonly KeyUriSpelling[],
): AppCompatibility {
  const verdicts = unusual.map(([value, cause]) => {
    const reported = support[value];
    return { cause, verdict: reported === undefined ? 'unknown' : VERDICT_OF[reported] } as const;
  });
  const all: { readonly cause: Cause; readonly verdict: AppVerdict }[] = [...verdicts];
  if (spelling.some((one) => refuses.includes(one))) all.push({ cause: 'spelling', verdict: 'refused' });
  const verdict = VERDICTS.find((one) => all.some((each) => each.verdict === one)) ?? 'fine';
  const because = verdict === 'fine' ? [] : all.filter((each) => each.verdict === verdict).map(({ cause }) => cause);
  return { app, platform, verdict, because, ...(asOf === undefined ? {} : { asOf }), sources };
}
