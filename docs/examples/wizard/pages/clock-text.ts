import type { DeviceSummary } from 'lockstep-mfa';
import { duration } from './times.js';

/** One that was set up. */
export type Manageable = Exclude<DeviceSummary, { readonly status: 'pending' }>;

/** Whether the device is in step, for whoever is signed in. */
export function clockText({ driftSteps, parameters }: Manageable): string {
  if (driftSteps === 0) return 'in step';
  const off = duration(Math.abs(driftSteps) * parameters.periodSeconds * 1000);
  return `about ${off} ${driftSteps < 0 ? 'behind' : 'ahead'}, which is known and allowed for`;
}
