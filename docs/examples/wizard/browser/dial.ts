const SVG = 'http://www.w3.org/2000/svg';

/** A ring that empties, as authenticator apps draw it. */
export interface Dial {
  readonly element: SVGSVGElement;
  /** @param left - from 1, full, to 0 */
  show(left: number): void;
}

/** For the eye alone: what it shows must stand beside it in words. */
export function createDial(): Dial {
  const element = document.createElementNS(SVG, 'svg');
  element.setAttribute('viewBox', '0 0 36 36');
  element.setAttribute('aria-hidden', 'true');
  element.classList.add('dial');
  element.append(circle('track'), circle('left'));
  const rest = element.lastElementChild;
  return {
    element,
    show: (left) => rest?.setAttribute('stroke-dasharray', `${(left * 100).toFixed(1)} 100`),
  };
}

function circle(className: string): SVGCircleElement {
  const drawn = document.createElementNS(SVG, 'circle');
  const attributes = { class: className, cx: 18, cy: 18, r: 15, pathLength: 100 };
  for (const [name, value] of Object.entries(attributes)) drawn.setAttribute(name, String(value));
  return drawn;
}
