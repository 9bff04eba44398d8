export type { QrOptions } from './options.js';
export { qrDataUrl, qrPng } from './png.js';
export { qrSvg } from './svg.js';
export { qrTerminal } from './terminal.js';
