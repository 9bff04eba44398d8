/** A place in a value, by the names that lead to it. */
export type Path = readonly (string | number)[];

export function at(value: unknown, path: Path): unknown {
  return path.reduce((part, name) => (part as Readonly<Record<string | number, unknown>>)[name], value);
}

/** Every place in a plain value, the whole first. */
export function pathsOf(json: unknown, path: Path = []): Path[] {
  if (typeof json !== 'object' || json === null) return [path];
  return [path, ...Object.entries(json).flatMap(([name, value]) => pathsOf(value, [...path, name]))];
}

/** A copy with another value at a place. */
export function changedAt(json: unknown, path: Path, value: unknown): unknown {
  return edited(json, path, (copy, name) => {
    copy[name] = value;
  });
}

/** A copy without the field, or without the item of a list. */
export function removedAt(json: unknown, path: Path): unknown {
  return edited(json, path, (copy, name) => {
    if (Array.isArray(copy)) copy.splice(Number(name), 1);
    else delete copy[name];
  });
}

type Copy = Record<string | number, unknown>;

function edited(json: unknown, path: Path, edit: (copy: Copy, name: string | number) => void): unknown {
  const [name, ...rest] = path;
  if (name === undefined) throw new Error('the whole has no name');
  const copy = (Array.isArray(json) ? [...json] : { ...(json as object) }) as Copy;
  if (rest.length === 0) edit(copy, name);
  else copy[name] = edited(copy[name], rest, edit);
  return copy;
}

/** Every place that a reader looks at in a value, found by watching it read. */
export function placesRead(read: (value: unknown) => unknown, value: object): Path[] {
  const places = new Map<string, Path>();
  const watched = (object: object, path: Path): object =>
    new Proxy(object, {
      get(target, name, receiver) {
        const part: unknown = Reflect.get(target, name, receiver);
        if (typeof name === 'symbol' || name === 'length') return part;
        const place = [...path, name];
        places.set(place.join('.'), place);
        return typeof part === 'object' && part !== null ? watched(part, place) : part;
      },
    });
  read(watched(value, []));
  return [...places.values()];
}
