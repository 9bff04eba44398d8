import type { Refusal } from 'lockstep-mfa';

/** The HTTP status of a refusal. What to say beside it comes from `lockstep-mfa/messages`. */
export function statusOf(refusal: Refusal): 403 | 404 | 409 | 422 | 429 {
  switch (refusal.reason) {
    case 'locked':
      return 429;
    case 'mfa-required':
    case 'browser-not-trusted':
      return 403;
    case 'unknown-device':
    case 'unknown-browser':
      return 404;
    case 'already-assigned':
    case 'too-many-devices':
    case 'name-taken':
    case 'last-device':
    case 'recovering':
    case 'removed':
    case 'conflict':
      return 409;
    default:
      return 422;
  }
}
