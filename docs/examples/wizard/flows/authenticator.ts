import { htmlResponse } from '../http.js';
import { authenticatorDocument } from '../pages/authenticator.js';
import type { Handler } from '../visit.js';

/** A page without a session: the server has no part in what is on it. */
export const getAuthenticator: Handler = ({ nowMs }) => htmlResponse(authenticatorDocument(nowMs));
