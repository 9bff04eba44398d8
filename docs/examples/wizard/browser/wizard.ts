// What makes the pages handier. None of it is needed: every page works without scripts.
import { offerCopies } from './copy.js';
import { offerDownloads } from './download.js';
import { sendOnce } from './once.js';
import { offerPrinting } from './print.js';
import { showRings } from './ring.js';
import { answerTheVirtualPhone } from './screen.js';
import { serverClock } from './server-clock.js';
import { showLocalTimes } from './times.js';

const clock = serverClock();
sendOnce();
showLocalTimes(clock());
showRings(clock);
offerCopies();
offerDownloads();
offerPrinting();
answerTheVirtualPhone();
