/** Where the LEDs of each device hang in the picture, in the units of the scene (1000 wide, 820 high).
 *
 * A spot is [x, y, size, shade]: shade is 1 in front and less behind.
 * @typedef {[number, number, number, number]} Spot */

export const TREE = { x: 262, top: 172, base: 690, width: 186 };
/** @type {{left: Point, ridge: Point, right: Point}} */
export const ROOF = { left: [462, 424], ridge: [706, 206], right: [950, 424] };
export const WINDOWS = [
  { x: 512, y: 474, w: 96, h: 92 },
  { x: 804, y: 474, w: 96, h: 92 },
];

/** The front wall of the house. @returns {Path2D} */
export function wall() {
  const { left, ridge, right } = ROOF;
  const [from, to] = [left[0] + 26, right[0] - 26];
  return new Path2D(`M${from} 652 L${from} ${left[1] - 8} L${ridge[0]} ${ridge[1] + 18} L${to} ${right[1] - 8} L${to} 652 Z`);
}

/** The spots of a device by its place in the list: tree, roof line, fence, windows, then small trees.
 * @param {number} index @param {number} count @returns {Spot[]} */
export function spots(index, count) {
  return spread(PATHS[index] ?? [spiral(smallFir(index - PATHS.length), 4)], count);
}

/** A little fir for each device that comes after the main places. @param {number} number */
export function smallFir(number) {
  const x = [60, 430, 985, 30, 360][number % 5] ?? 60;
  return { x, top: 520 - number * 6, base: 640 + number * 9, width: 52 };
}

/** How far a tree's branches reach at a height from 0 (base) to 1 (top).
 * @param {number} height @returns {number} */
export function reach(height) {
  return 0.04 + 0.96 * (1 - height) ** 0.92;
}

/** @param {{x: number, top: number, base: number, width: number}} tree @param {number} turns @returns {Spot[]} */
function spiral(tree, turns) {
  /** @type {Spot[]} */
  const path = [];
  const steps = 900;
  for (let step = 0; step <= steps; step += 1) {
    const height = step / steps;
    const angle = (height * turns - 0.25) * Math.PI * 2;
    const wide = tree.width * reach(height) * 0.93;
    const front = Math.cos(angle);
    const y = tree.base - 34 - (tree.base - tree.top - 52) * height + front * wide * 0.13;
    path.push([tree.x + Math.sin(angle) * wide, y, 0.85 + front * 0.15, front > -0.2 ? 1 : 0.22]);
  }
  return path;
}

/** @typedef {readonly [number, number]} Point */

/** @param {Point[]} corners @returns {Spot[]} */
function line(corners) {
  return corners.map(([x, y]) => [x, y, 1, 1]);
}

/** Sagging strings between posts. @returns {Spot[]} */
function fence() {
  /** @type {Spot[]} */
  const path = [];
  for (let step = 0; step <= 200; step += 1) {
    const place = step / 200;
    const sag = Math.sin(((place * 7) % 1) * Math.PI) * 13;
    path.push([40 + place * 920, 752 + sag, 1, 1]);
  }
  return path;
}

/** Evenly spaced spots along the pieces of a path, nothing hanging between them.
 * @param {Spot[][]} pieces @param {number} count @returns {Spot[]} */
function spread(pieces, count) {
  const stretches = pieces.flatMap((piece) => piece.slice(1).map((to, index) => stretch(piece[index] ?? to, to)));
  const whole = stretches.reduce((sum, { length }) => sum + length, 0);
  let [number, passed] = [0, 0];
  return Array.from({ length: count }, (_, index) => {
    const wanted = count > 1 ? (index * whole) / (count - 1) : 0;
    while (number < stretches.length - 1 && passed + length(stretches[number]) < wanted) {
      passed += length(stretches[number]);
      number += 1;
    }
    const { from, to } = /** @type {Stretch} */ (stretches[number]);
    const share = Math.min(1, (wanted - passed) / (length(stretches[number]) || 1));
    return /** @type {Spot} */ ([from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share, from[2], from[3]]);
  });
}

/** @typedef {{from: Spot, to: Spot, length: number}} Stretch */

/** @param {Spot} from @param {Spot} to @returns {Stretch} */
function stretch(from, to) {
  return { from, to, length: Math.hypot(to[0] - from[0], to[1] - from[1]) };
}

/** @param {Stretch | undefined} part @returns {number} */
function length(part) {
  return part?.length ?? 0;
}

/** @type {Spot[][][]} */
const PATHS = [
  [spiral(TREE, 7.5)],
  [line([ROOF.left, ROOF.ridge, ROOF.right])],
  [fence()],
  WINDOWS.map(({ x, y, w, h }) => line([[x, y + h], [x, y], [x + w, y], [x + w, y + h]])),
];
