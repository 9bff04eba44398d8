import { checkNames, checkObject, checkWhole } from '../core/check.js';

export interface QrOptions {
  /** Pixels a module, a whole number from 4 to 64. Default 8. */
  readonly modulePixels?: number;
}

const DEFAULT_MODULE_PIXELS = 8;

/** Smaller modules blur into each other on the way through a screen and a lens. */
const MIN_MODULE_PIXELS = 4;

/** An ordinary key URI is 3,136 pixels wide then, 13 cm in print at 600 dpi; the longest, 11,840 pixels. */
const MAX_MODULE_PIXELS = 64;

/** Whole pixels alone: a module of 4.5 pixels has edges of grey, or neighbours of different width. */
export function readModulePixels(options: QrOptions | undefined): number {
  if (options === undefined) return DEFAULT_MODULE_PIXELS;
  checkObject(options, 'options');
  checkNames(options, ['modulePixels']);
  const { modulePixels = DEFAULT_MODULE_PIXELS } = options;
  checkWhole(modulePixels, 'modulePixels', MIN_MODULE_PIXELS, MAX_MODULE_PIXELS);
  return modulePixels;
}
