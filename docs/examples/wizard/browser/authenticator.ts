// The virtual authenticator: an app for those without a phone at hand. All of it is in the browser; the server has no part.
import { showAccounts } from './authenticator/display.js';
import { offerScanning } from './authenticator/scanning.js';
import { offerSetting } from './authenticator/setting.js';
import { the } from './elements.js';

const phone = showAccounts();
offerScanning(phone);
offerSetting(phone);
the('#phone').hidden = false;
