import { HttpError } from './http.js';

const MOST_BYTES = 8192;
const TYPE = 'application/x-www-form-urlencoded';

/** What a person sent. Each flow takes the fields that it knows; any others lead nowhere. */
export interface Form {
  /** As it came. */
  readonly body: string;
  /** An absent field reads as an empty one. */
  text(name: string): string;
}

export const NO_FORM: Form = { body: '', text: () => '' };

/** @throws HttpError 415, 413, 400 */
export async function readForm(request: Request): Promise<Form> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== TYPE) throw new HttpError(415);
  if (Number(request.headers.get('content-length') ?? 0) > MOST_BYTES) throw new HttpError(413);
  const body = await readText(request);
  const fields = parseFields(body);
  return { body, text: (name) => fields.get(name) ?? '' };
}

/** Counts while it reads: a body in chunks does not say how long it is. */
async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > MOST_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    throw new HttpError(400); // the visitor left
  }
  if (bytes > MOST_BYTES) throw new HttpError(413);
  return Buffer.concat(chunks).toString('latin1');
}

/** Stricter than URLSearchParams: broken escapes, text that is no UTF-8 and a field that is there twice are refused. */
function parseFields(body: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const pair of body.split('&').filter((part) => part !== '')) {
    const equals = pair.includes('=') ? pair.indexOf('=') : pair.length;
    const name = decode(pair.slice(0, equals));
    if (name === '' || fields.has(name)) throw new HttpError(400);
    fields.set(name, decode(pair.slice(equals + 1)));
  }
  return fields;
}

function decode(text: string): string {
  // A browser escapes whatever is not ASCII.
  if (/[^\x20-\x7e]/.test(text)) throw new HttpError(400);
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new HttpError(400);
  }
}
