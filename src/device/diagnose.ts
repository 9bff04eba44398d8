import { codeSource, parseTypedPair } from '../core/match.js';
import { DEFAULT_PARAMETERS, type OtpParameters } from '../core/parameters.js';
import type { Refusal } from '../core/refusal.js';
import { type CodeSource, type Match, NO_MATCH, positionOf, scanCode, scanPair } from '../core/scan.js';
import type { Secret } from '../core/secret.js';
import { counterOf } from './clocks.js';

// Why two codes did not assign a device. Runs only after the scan has failed, decides nothing, and speaks to the person
// who enrolls and holds the secret anyway; at sign-in it would be an oracle.

export type PairDiagnosis = Refusal<
  'code-mismatch' | 'codes-identical' | 'codes-reversed' | 'codes-not-consecutive' | 'clock-off' | 'parameters-ignored'
>;

/** One attempt to assign a device. */
export interface Scene {
  readonly secret: Secret;
  readonly codes: readonly [unknown, unknown];
  readonly parameters: OtpParameters;
  readonly nowMs: number;
  readonly rangeSeconds: number;
}

/** A clock set to another time zone's hour is the most that is looked for. */
const CLOCK_SEARCH_SECONDS = 86_400;

/** The pair of this scene, as an app with these parameters would make it, or {@link NO_MATCH}. */
export function scanParameters(
  scene: Scene,
  parameters: OtpParameters,
  rangeSeconds: number = scene.rangeSeconds,
): Match {
  const { source, counter, first, second } = reading(scene, parameters);
  const range = Math.floor(rangeSeconds / parameters.periodSeconds);
  return first < 0 || second < 0 ? NO_MATCH : scanPair(source, first, second, counter, -range, range);
}

/** Of two well-formed codes that do not match. The first that fits, from the everyday to the odd. */
export function diagnose(scene: Scene): PairDiagnosis {
  const { parameters, rangeSeconds } = scene;
  const { source, counter, first, second } = reading(scene, parameters);
  // Neighbouring counters can truly show the same digits, and then the scan has found them.
  if (first === second) return { ok: false, reason: 'codes-identical' };

  const range = Math.floor(rangeSeconds / parameters.periodSeconds);
  if (scanPair(source, second, first, counter, -range, range) !== NO_MATCH) {
    return { ok: false, reason: 'codes-reversed' };
  }
  const both = [first, second].every((code) => scanCode(source, code, counter, -range, range) !== NO_MATCH);
  if (both) return { ok: false, reason: 'codes-not-consecutive' };

  const far = scanParameters(scene, parameters, CLOCK_SEARCH_SECONDS);
  if (far !== NO_MATCH) {
    return { ok: false, reason: 'clock-off', offsetMs: positionOf(far) * parameters.periodSeconds * 1000 };
  }
  return ignoredParameter(scene) ?? { ok: false, reason: 'code-mismatch' };
}

/** Of two codes that are malformed here: an app that shows six digits where eight are asked for. */
export function diagnoseDigits(scene: Scene): PairDiagnosis | undefined {
  return scene.parameters.digits === DEFAULT_PARAMETERS.digits ? undefined : ignoredParameter(scene);
}

/** Apps that do not know a parameter compute with its default, and say nothing. */
function ignoredParameter(scene: Scene): PairDiagnosis | undefined {
  const unusual = (['algorithm', 'digits', 'periodSeconds'] as const).filter(
    (name) => scene.parameters[name] !== DEFAULT_PARAMETERS[name],
  );
  for (const ignored of subsets(unusual)) {
    const parameters = { ...scene.parameters };
    for (const name of ignored) Object.assign(parameters, { [name]: DEFAULT_PARAMETERS[name] });
    const [name] = ignored;
    if (name !== undefined && scanParameters(scene, parameters) !== NO_MATCH) {
      return { ok: false, reason: 'parameters-ignored', ignored: name };
    }
  }
  return undefined;
}

/** The smaller first. */
function subsets<T>(items: readonly T[]): T[][] {
  let all: T[][] = [[]];
  for (const item of items) all = [...all, ...all.map((subset) => [...subset, item])];
  return all.sort((a, b) => a.length - b.length);
}

function reading(
  scene: Scene,
  parameters: OtpParameters,
): { source: CodeSource; counter: number; first: number; second: number } {
  const [first, second] = parseTypedPair(scene.codes, parameters.digits);
  const source = codeSource(scene.secret, parameters.algorithm, parameters.digits);
  return { source, counter: counterOf({ parameters }, scene.nowMs), first, second };
}
