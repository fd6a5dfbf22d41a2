/** Outlines about 0,0 within ±1: with them lines are told apart without their colours. */
const outlines = [
  // A disc is drawn as one; the others are corners.
  undefined,
  [-0.9, -0.9, 0.9, -0.9, 0.9, 0.9, -0.9, 0.9],
  [0, -1.2, 1.1, 0.8, -1.1, 0.8],
  [0, -1.25, 1.25, 0, 0, 1.25, -1.25, 0],
  [0, 1.2, 1.1, -0.8, -1.1, -0.8],
  [
    -0.4, -1.2, 0.4, -1.2, 0.4, -0.4, 1.2, -0.4, 1.2, 0.4, 0.4, 0.4, 0.4, 1.2, -0.4, 1.2, -0.4, 0.4, -1.2,
    0.4, -1.2, -0.4, -0.4, -0.4,
  ],
  [-1.3, -0.55, 1.3, -0.55, 1.3, 0.55, -1.3, 0.55],
] as const;

export const marks = outlines.length;

/** Adds a value's mark to a path. With seven marks and eight colours the first 56 values differ. */
export function addMark(
  path: Pick<CanvasPath, 'moveTo' | 'lineTo' | 'arc' | 'closePath'>,
  look: number,
  x: number,
  y: number,
  radius: number,
): void {
  const outline = outlines[look % marks];
  if (outline === undefined) {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  for (let i = 0; i < outline.length; i += 2) {
    const toX = x + (outline[i] ?? 0) * radius;
    const toY = y + (outline[i + 1] ?? 0) * radius;
    if (i === 0) path.moveTo(toX, toY);
    else path.lineTo(toX, toY);
  }
  path.closePath();
}

/** The same mark as the path of an SVG, for legends. */
export function markPath(look: number, x: number, y: number, radius: number): string {
  const outline = outlines[look % marks];
  if (outline === undefined) {
    const arc = `a${radius} ${radius} 0 1 1`;
    return `M${x - radius} ${y}${arc} ${2 * radius} 0${arc} ${-2 * radius} 0z`;
  }
  const corners: string[] = [];
  for (let i = 0; i < outline.length; i += 2) {
    corners.push(`${x + (outline[i] ?? 0) * radius} ${y + (outline[i + 1] ?? 0) * radius}`);
  }
  return `M${corners.join('L')}z`;
}
