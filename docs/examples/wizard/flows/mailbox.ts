import { memberToRecover } from '../guard.js';
import { mailboxPage } from '../pages/mailbox.js';
import { show } from '../show.js';
import type { Handler } from '../visit.js';

/** Of the account whose password this session typed. */
export const getMailbox: Handler = async (visit) => {
  const member = await memberToRecover(visit);
  if (member === undefined) return show(visit, () => mailboxPage(undefined, []));
  const messages = visit.services.mailbox.read(member.account.id);
  return show(member, () => mailboxPage(member.account, messages));
};
