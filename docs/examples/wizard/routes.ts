import { getUsers, postUnlock } from './flows/administrator.js';
import { getAsset } from './flows/assets.js';
import { getAuthenticator } from './flows/authenticator.js';
import { getCode, getRecoveryCode, postCode, postRecoveryCode } from './flows/code.js';
import { getConfirm, postConfirm } from './flows/confirm.js';
import { getDevice, getRemove, postReinstate, postRemove, postRename, postSuspend } from './flows/devices.js';
import { getMailbox } from './flows/mailbox.js';
import { getRecover, getRecoverConfirm, postRecover, postRecoverConfirm } from './flows/recover.js';
import {
  getConfirmRecoveryCodes,
  getRecoveryCodes,
  postConfirmRecoveryCodes,
  postRecoveryCodes,
} from './flows/recovery-codes.js';
import { getRegister, postRegister } from './flows/register.js';
import {
  getResynchronizeAtSignIn,
  getResynchronizeDevice,
  postResynchronizeAtSignIn,
  postResynchronizeDevice,
} from './flows/resynchronize.js';
import { getSecurity } from './flows/security.js';
import { getAssign, getName, postAssign, postCancel, postName } from './flows/set-up.js';
import { getSignIn, postSignIn, postSignOut } from './flows/sign-in.js';
import {
  administrator,
  afterPassword,
  beforePassword,
  recently,
  recovering,
  settingUp,
  signedIn,
  withRecentCode,
} from './guard.js';
import { seeOther } from './http.js';
import type { Handler } from './visit.js';

export interface Methods {
  readonly GET?: Handler;
  readonly POST?: Handler;
  /** Needs no session, and so gets no cookie. */
  readonly isBare?: true;
}

/** All that can be asked for, and who may. A GET changes nothing but what was to be said once. */
export const ROUTES: Readonly<Record<string, Methods>> = {
  '/': { GET: beforePassword(() => seeOther('/sign-in')) },
  '/register': { GET: beforePassword(getRegister), POST: postRegister },
  '/sign-in': { GET: beforePassword(getSignIn), POST: postSignIn },
  '/sign-in/code': { GET: afterPassword(getCode), POST: afterPassword(postCode) },
  '/sign-in/recovery-code': { GET: afterPassword(getRecoveryCode), POST: afterPassword(postRecoveryCode) },
  '/sign-in/resynchronize': {
    GET: afterPassword(getResynchronizeAtSignIn),
    POST: afterPassword(postResynchronizeAtSignIn),
  },
  '/sign-in/recover': { GET: recovering(getRecover), POST: recovering(postRecover) },
  '/sign-in/recover/confirm': { GET: recovering(getRecoverConfirm), POST: recovering(postRecoverConfirm) },
  '/sign-out': { POST: postSignOut },
  '/confirm': { GET: signedIn(getConfirm), POST: signedIn(postConfirm) },
  '/security': { GET: signedIn(getSecurity) },
  '/devices/new': { GET: settingUp(withRecentCode('/devices/new', getName)), POST: settingUp(postName) },
  '/devices/assign': { GET: settingUp(withRecentCode('/devices/assign', getAssign)), POST: settingUp(postAssign) },
  '/devices/cancel': { POST: settingUp(postCancel) },
  '/devices/:serialNumber': { GET: signedIn(getDevice) },
  '/devices/:serialNumber/rename': { POST: signedIn(postRename) },
  '/devices/:serialNumber/suspend': { POST: signedIn(postSuspend) },
  '/devices/:serialNumber/reinstate': { POST: signedIn(postReinstate) },
  '/devices/:serialNumber/remove': { GET: recently(getRemove), POST: signedIn(postRemove) },
  '/devices/:serialNumber/resynchronize': {
    GET: signedIn(getResynchronizeDevice),
    POST: signedIn(postResynchronizeDevice),
  },
  '/recovery-codes': { GET: recently(getRecoveryCodes), POST: signedIn(postRecoveryCodes) },
  '/recovery-codes/confirm': { GET: recently(getConfirmRecoveryCodes), POST: signedIn(postConfirmRecoveryCodes) },
  '/administrator': { GET: administrator(getUsers) },
  '/administrator/unlock': { POST: administrator(withRecentCode('/administrator', postUnlock)) },
  '/demonstration/mailbox': { GET: getMailbox },
  '/demonstration/authenticator': { GET: getAuthenticator, isBare: true },
  '/assets/:file': { GET: getAsset, isBare: true },
};

export interface Match {
  readonly methods: Methods;
  readonly serialNumber: string;
}

export function findRoute(path: string): Match | undefined {
  for (const { pattern, methods } of COMPILED) {
    const found = pattern.exec(path);
    if (found !== null) return { methods, serialNumber: found.groups?.['serialNumber'] ?? '' };
  }
  return undefined;
}

/** Whether a GET of this very path leads to a page: neither another host, nor a question mark, nor a way round. */
export function isPage(path: string): boolean {
  return findRoute(path)?.methods.GET !== undefined;
}

const COMPILED = Object.entries(ROUTES).map(([path, methods]) => ({
  pattern: new RegExp(
    `^${path.replace(':serialNumber', '(?<serialNumber>[0-9a-f]{20})').replace(':file', '[\\w.-]+')}$`,
  ),
  methods,
}));
