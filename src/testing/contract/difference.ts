/** Where two JSON values differ first, and how; undefined where they are equal. */
export function differenceOf(expected: unknown, actual: unknown, path: string): string | undefined {
  if (!isObject(expected) || !isObject(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    return Object.is(expected, actual) ? undefined : `${path} is ${shown(actual)}, not ${shown(expected)}`;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const difference = differenceOf(expected[key], actual[key], `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const LONGEST = 80;

/** As JSON in ASCII, for a terminal may show different texts alike; cut where it is long. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}n` : inner));
  const text = kindOf(value) + (json ?? String(value));
  const ascii = text.slice(0, LONGEST).replace(/[^ -~]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return text.length > LONGEST ? `${ascii}… (${text.length} characters)` : ascii;
}

/** Of what JSON does not know: a date looks like a text there. */
function kindOf(value: unknown): string {
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  return isObject(value) && kind !== 'Object' && kind !== 'Array' ? `${kind} ` : '';
}
