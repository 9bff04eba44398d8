/** Every element that matches, and its attribute `data-NAME`. */
export function marked(name: string, within: ParentNode = document): (readonly [HTMLElement, string])[] {
  const found = within.querySelectorAll<HTMLElement>(`[data-${name}]`);
  return [...found].map((element) => [element, element.getAttribute(`data-${name}`) ?? ''] as const);
}

/** The one element of this id or attribute, which the page's HTML holds. */
export function the<Kind extends HTMLElement>(selector: string, within: ParentNode = document): Kind {
  const found = within.querySelector<Kind>(selector);
  if (found === null) throw new Error(`the page has no ${selector}`);
  return found;
}
