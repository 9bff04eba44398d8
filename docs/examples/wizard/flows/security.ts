import { securityPage } from '../pages/security.js';
import { show } from '../show.js';
import type { Handler, MemberVisit } from '../visit.js';

export const getSecurity: Handler<MemberVisit> = (visit) => {
  const { summary, services, account } = visit;
  return show(visit, () => securityPage(summary, services.activity.read(account.id), unfinishedOf(visit)));
};

/** Of the newest set-up, which is the one that the wizard goes on with. */
function unfinishedOf({ session, summary }: MemberVisit): readonly string[] {
  const newest = session.setUps?.at(-1);
  return summary.devices
    .filter(({ status, serialNumber }) => status === 'pending' && serialNumber === newest?.serialNumber)
    .map(({ name }) => name);
}
