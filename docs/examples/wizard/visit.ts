import type { MfaService, UserDescription } from 'lockstep-mfa';
import type { Account, Accounts } from './accounts.js';
import type { Activity } from './activity.js';
import type { Form } from './form.js';
import type { Mailbox } from './mailbox.js';
import type { Recoveries } from './recoveries.js';
import type { Flash, Session, Sessions } from './sessions.js';

/** What all requests share. */
export interface Services {
  readonly mfa: MfaService;
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly mailbox: Mailbox;
  readonly activity: Activity;
  readonly recoveries: Recoveries;
  /** How long a proof of MFA counts as recent. */
  readonly proofLifeMs: number;
  /** Whether there is a page at this path: `next` leads nowhere else. */
  readonly isPage: (path: string) => boolean;
  readonly assets: ReadonlyMap<string, Asset>;
}

export interface Asset {
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** One request and what is known of who sent it. */
export interface Visit {
  readonly services: Services;
  readonly request: Request;
  readonly url: URL;
  readonly nowMs: number;
  /** Of the path, or empty. */
  readonly serialNumber: string;
  /** Of a POST, whose token was checked. */
  readonly form: Form;
  /** A flow that changes it puts the new one here; its id becomes the cookie. */
  session: Session;
}

/** Somebody who has typed the password. */
export interface MemberVisit extends Visit {
  readonly account: Account;
  readonly summary: UserDescription;
}

export type Handler<V extends Visit = Visit> = (visit: V) => Response | Promise<Response>;

/** Says something on the next page. */
export function flash(visit: Visit, kind: Flash['kind'], text: string): void {
  visit.session = visit.services.sessions.keep(visit.session, { flash: { kind, text } });
}
