import { MfaError } from '../errors.js';

/** The JSON that a store keeps as text. The service checks what is in it. */
export function parseStoredRecord(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MfaError('corrupt-record', 'corrupt record: the stored text is no JSON');
  }
}
