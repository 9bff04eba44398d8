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
  const json = JSON.stringify(value) ?? String(value);
  const ascii = json.slice(0, LONGEST).replace(/[^ -~]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return json.length > LONGEST ? `${ascii}… (${json.length} characters)` : ascii;
}
