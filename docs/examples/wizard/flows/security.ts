import { securityPage } from '../pages/security.js';
import { show } from '../show.js';
import type { Handler, MemberVisit } from '../visit.js';

export const getSecurity: Handler<MemberVisit> = (visit) => {
  const { summary, services, account } = visit;
  return show(visit, () => securityPage(summary, services.activity.read(account.id)));
};
