import { drawModules } from './matrix.js';

/**
 * Black and white of the 256-colour cube: themes repaint the 16 basic colours, where "white" may be a grey and the
 * default ground may be black, but leave the cube alone.
 */
const BLACK_GROUND = '\x1b[38;5;231;48;5;16m';
const WHITE_GROUND = '\x1b[38;5;16;48;5;231m';
const RESET = '\x1b[0m';

/**
 * Draws a key URI for a terminal, two modules a character, black on white whatever the theme, with its quiet zone of at
 * least 4 modules. An ordinary key URI takes 49 columns and 25 lines; 80 columns hold up to 425 characters of it.
 *
 * @param keyUri - `otpauth://…`, percent-encoded, as `showDevice` and `formatKeyUri` write it
 * @returns lines with their colours, without a line break at the end
 * @throws MfaError `invalid-argument`
 * @see ISO/IEC 18004; ECMA-48 §8.3.117 (SGR)
 * @example
 * import { qrTerminal } from 'lockstep-mfa/qr';
 *
 * console.log(qrTerminal('otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme'));
 */
export function qrTerminal(keyUri: string): string {
  const modules = drawModules(keyUri);
  const lines: string[] = [];
  // The number of rows is odd: the last line has a row more of white, where the quiet zone grows to 5.
  for (let y = 0; y < modules.length; y += 2) lines.push(drawLine(modules[y]!, modules[y + 1] ?? []));
  return lines.join('\n');
}

/**
 * Cells of one colour are ground alone, and in mixed cells the light half is drawn on a black ground. A ground fills its
 * cell, but most fonts draw blocks that are lower: seams of black only thicken a dark module, seams of white would cut it,
 * and at those readers fail.
 */
function drawLine(upper: readonly boolean[], lower: readonly boolean[]): string {
  let line = '';
  let ground = '';
  upper.forEach((upperDark, x) => {
    const lowerDark = lower[x] ?? false;
    const next = upperDark || lowerDark ? BLACK_GROUND : WHITE_GROUND;
    if (next !== ground) line += next;
    ground = next;
    if (upperDark === lowerDark) line += ' ';
    else line += upperDark ? '▄' : '▀';
  });
  return line + RESET;
}
