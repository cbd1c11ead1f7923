/** The still picture: sky, hills, snow, the house and the tree without their lights. */
import { ROOF, TREE, WINDOWS, reach, smallFir, wall } from "./places.js";

/** @typedef {CanvasRenderingContext2D} Context */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Frame */

const NEEDLES = ["#1d4a3a", "#245a44", "#16392f", "#0f2b27", "#3a6b5c"];

/** Paints the whole picture into a frame of the scene's units.
 * @param {Context} context @param {Frame} frame @param {number} devices how many need a place */
export function paintNight(context, frame, devices) {
  const random = dice(11);
  paintSky(context, frame, random);
  paintHills(context, frame, random);
  paintGround(context, frame);
  if (devices > 4) for (let more = 4; more < devices; more += 1) paintFir(context, smallFir(more - 4), random, 160);
  paintHouse(context, random);
  paintFir(context, TREE, random, 2600);
  paintDrifts(context, frame);
  if (devices > 2) paintFence(context);
}

/** Repeatable random numbers. @param {number} seed @returns {() => number} */
function dice(seed) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** @param {Context} context @param {number} from @param {number} to @param {[number, string][]} stops */
function down(context, from, to, stops) {
  const gradient = context.createLinearGradient(0, from, 0, to);
  for (const [at, color] of stops) gradient.addColorStop(at, color);
  return gradient;
}

/** @param {Context} context @param {Frame} frame @param {() => number} random */
function paintSky(context, { left, top, right, bottom }, random) {
  context.fillStyle = down(context, Math.min(top, 0), 640, [
    [0, "#04071a"],
    [0.45, "#0a1336"],
    [0.8, "#1d2456"],
    [1, "#3a3068"],
  ]);
  context.fillRect(left, top, right - left, bottom - top);
  for (let star = 0; star < 260; star += 1) {
    const [x, y] = [left + random() * (right - left), top + random() * (560 - top)];
    context.globalAlpha = (0.25 + random() * 0.75) * Math.min(1, (600 - y) / 420);
    context.fillStyle = random() < 0.2 ? "#ffe2c0" : "#dce6ff";
    context.beginPath();
    context.arc(x, y, 0.5 + random() ** 3 * 1.5, 0, Math.PI * 2);
    context.fill();
  }
  context.globalAlpha = 1;
  paintMoon(context, 452, 118);
}

/** @param {Context} context @param {number} x @param {number} y */
function paintMoon(context, x, y) {
  const halo = context.createRadialGradient(x, y, 10, x, y, 150);
  halo.addColorStop(0, "rgb(214 224 255 / 0.36)");
  halo.addColorStop(0.25, "rgb(180 200 255 / 0.12)");
  halo.addColorStop(1, "rgb(150 170 255 / 0)");
  context.fillStyle = halo;
  context.fillRect(x - 150, y - 150, 300, 300);
  context.fillStyle = "#f3f1e6";
  context.beginPath();
  context.arc(x, y, 25, 0, Math.PI * 2);
  context.fill();
  context.fillStyle = "rgb(150 155 185 / 0.28)";
  for (const [dx, dy, radius] of /** @type {[number, number, number][]} */ ([[-8, -6, 6], [7, 4, 8], [-5, 11, 4], [11, -11, 3]])) {
    context.beginPath();
    context.arc(x + dx, y + dy, radius, 0, Math.PI * 2);
    context.fill();
  }
}

/** @param {Context} context @param {Frame} frame @param {() => number} random */
function paintHills(context, { left, right }, random) {
  for (const [base, height, color, trees] of /** @type {[number, number, string, number][]} */ ([
    [566, 60, "#232a5c", 0],
    [600, 44, "#171d45", 34],
    [634, 26, "#10163a", 52],
  ])) {
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(left, 900);
    const edge = (/** @type {number} */ x) => base - height * (0.5 + 0.5 * Math.sin(x / 170 + base)) - 12 * Math.sin(x / 61 + base);
    for (let x = left; x <= right + 8; x += 8) context.lineTo(x, edge(x));
    context.lineTo(right, 900);
    context.fill();
    for (let tree = 0; tree < trees; tree += 1) {
      const x = left + random() * (right - left);
      paintSilhouette(context, x, edge(x) + 5, 20 + random() * 34);
    }
  }
}

/** @param {Context} context @param {number} x @param {number} y @param {number} height */
function paintSilhouette(context, x, y, height) {
  context.beginPath();
  for (let tier = 0; tier < 4; tier += 1) {
    const top = y - height * (0.34 + tier * 0.22);
    const half = height * (0.26 - tier * 0.055);
    context.moveTo(x - half, top + height * 0.34);
    context.lineTo(x, top);
    context.lineTo(x + half, top + height * 0.34);
  }
  context.fill();
}

/** @param {Context} context @param {Frame} frame */
function paintGround(context, { left, right, bottom }) {
  context.fillStyle = down(context, 630, bottom, [
    [0, "#3c4680"],
    [0.3, "#2a3266"],
    [1, "#131839"],
  ]);
  context.beginPath();
  context.moveTo(left, bottom + 2);
  for (let x = left; x <= right + 10; x += 10) context.lineTo(x, 640 + 7 * Math.sin(x / 140) + 4 * Math.sin(x / 53));
  context.lineTo(right, bottom + 2);
  context.fill();
  const path = new Path2D("M676 650 C664 700 640 740 560 830 L812 830 C770 760 748 700 738 650 Z");
  context.fillStyle = down(context, 650, 830, [[0, "rgb(255 200 120 / 0.30)"], [0.4, "rgb(150 160 220 / 0.12)"], [1, "rgb(150 160 220 / 0.05)"]]);
  context.fill(path);
}

/** Soft waves of snow in front. @param {Context} context @param {Frame} frame */
function paintDrifts(context, { left, right, bottom }) {
  for (const [y, high, color] of /** @type {[number, number, string][]} */ ([
    [744, 12, "rgb(58 68 128 / 0.5)"],
    [788, 10, "rgb(70 80 146 / 0.4)"],
  ])) {
    context.fillStyle = down(context, y - high, y + 60, [[0, color], [1, "rgb(20 26 60 / 0)"]]);
    context.beginPath();
    context.moveTo(left, bottom + 2);
    for (let x = left; x <= right + 10; x += 10) context.lineTo(x, y + high * Math.sin(x / 210 + y));
    context.lineTo(right, bottom + 2);
    context.fill();
  }
}

/** @param {Context} context @param {() => number} random */
function paintHouse(context, random) {
  const { left, ridge, right } = ROOF;
  const front = wall();
  paintChimney(context);
  context.fillStyle = down(context, 220, 652, [[0, "#2b2440"], [0.6, "#382b47"], [1, "#241c34"]]);
  context.fill(front);
  context.save();
  context.clip(front);
  context.strokeStyle = "rgb(10 8 24 / 0.42)";
  context.lineWidth = 1.4;
  for (let y = 236; y < 652; y += 14) {
    context.beginPath();
    context.moveTo(left[0], y + random());
    context.lineTo(right[0], y + random());
    context.stroke();
  }
  context.restore();
  for (const window of WINDOWS) paintWindow(context, window);
  paintRoundWindow(context, ridge[0], 354, 31);
  paintDoor(context);
  paintRoof(context);
}

/** @param {Context} context */
function paintChimney(context) {
  context.fillStyle = "#2a1f36";
  context.fillRect(836, 212, 46, 130);
  context.fillStyle = "#dfe6ff";
  roundRect(context, 829, 202, 60, 16, 7);
  for (let puff = 0; puff < 6; puff += 1) {
    const radius = 13 + puff * 6;
    const [x, y] = [860 + puff * 15 + Math.sin(puff) * 6, 190 - puff * 24];
    const smoke = context.createRadialGradient(x, y, 1, x, y, radius);
    smoke.addColorStop(0, `rgb(190 200 235 / ${0.15 - puff * 0.02})`);
    smoke.addColorStop(1, "rgb(190 200 235 / 0)");
    context.fillStyle = smoke;
    context.fillRect(x - radius, y - radius, radius * 2, radius * 2);
  }
}

/** Roof boards, and the snow that lies on them. @param {Context} context */
function paintRoof(context) {
  const { left, ridge, right } = ROOF;
  context.lineCap = context.lineJoin = "round";
  const edge = new Path2D(`M${left[0] - 8} ${left[1] + 7} L${ridge[0]} ${ridge[1]} L${right[0] + 8} ${right[1] + 7}`);
  const snow = new Path2D(
    `M${left[0] - 16} ${left[1] + 4} C${left[0] - 12} ${left[1] - 20} ${left[0] + 30} ${left[1] - 40} ${left[0] + 60} ${left[1] - 70}
     L${ridge[0] - 16} ${ridge[1] - 12} Q${ridge[0]} ${ridge[1] - 24} ${ridge[0] + 16} ${ridge[1] - 12}
     L${right[0] - 60} ${right[1] - 70} C${right[0] - 30} ${right[1] - 40} ${right[0] + 12} ${right[1] - 20} ${right[0] + 16} ${right[1] + 4}
     L${ridge[0]} ${ridge[1] + 4} Z`,
  );
  context.strokeStyle = "#1a1329";
  context.lineWidth = 22;
  context.stroke(edge);
  context.fillStyle = down(context, ridge[1] - 20, left[1] + 8, [[0, "#eef2ff"], [0.5, "#c3cdf2"], [1, "#96a2d6"]]);
  context.fill(snow);
}

/** @param {Context} context @param {{x: number, y: number, w: number, h: number}} window */
function paintWindow(context, { x, y, w, h }) {
  shine(context, x + w / 2, y + h / 2, 120, 0.3);
  context.fillStyle = "#1b1430";
  roundRect(context, x - 7, y - 7, w + 14, h + 14, 5);
  context.fillStyle = down(context, y, y + h, [[0, "#ffdf9e"], [0.55, "#ffb95c"], [1, "#e08a3c"]]);
  context.fillRect(x, y, w, h);
  context.fillStyle = "rgb(120 50 20 / 0.28)";
  for (const side of [0, 1]) {
    context.beginPath();
    context.moveTo(x + side * w, y);
    context.quadraticCurveTo(x + w * (side ? 0.66 : 0.34), y + h * 0.4, x + w * (side ? 0.86 : 0.14), y + h);
    context.lineTo(x + side * w, y + h);
    context.fill();
  }
  context.fillStyle = "#1b1430";
  context.fillRect(x + w / 2 - 2.5, y, 5, h);
  context.fillRect(x, y + h * 0.44, w, 5);
  context.fillStyle = "#d5defc";
  roundRect(context, x - 12, y + h + 4, w + 24, 9, 5);
}

/** @param {Context} context @param {number} x @param {number} y @param {number} radius */
function paintRoundWindow(context, x, y, radius) {
  shine(context, x, y, 90, 0.26);
  context.fillStyle = "#1b1430";
  disk(context, x, y, radius + 6);
  context.fillStyle = down(context, y - radius, y + radius, [[0, "#ffd992"], [1, "#f0a04c"]]);
  disk(context, x, y, radius);
  context.fillStyle = "#1b1430";
  context.fillRect(x - 2, y - radius, 4, radius * 2);
  context.fillRect(x - radius, y - 2, radius * 2, 4);
}

/** @param {Context} context */
function paintDoor(context) {
  context.fillStyle = "#17112a";
  roundRect(context, 664, 496, 86, 158, 6);
  context.fillStyle = down(context, 500, 652, [[0, "#7c2f34"], [1, "#4d1d28"]]);
  roundRect(context, 671, 503, 72, 150, 4);
  context.fillStyle = down(context, 512, 560, [[0, "#ffe3a8"], [1, "#f2a955"]]);
  roundRect(context, 684, 514, 46, 40, 20);
  context.fillStyle = "#e8c46c";
  disk(context, 732, 590, 3.5);
  context.strokeStyle = "#2f6b47";
  context.lineWidth = 8;
  context.beginPath();
  context.arc(707, 585, 15, 0, Math.PI * 2);
  context.stroke();
  context.fillStyle = "#d8463f";
  disk(context, 707, 601, 5);
  context.fillStyle = "#cbd5f7";
  roundRect(context, 642, 648, 130, 11, 6);
}

/** A fir with thousands of needles; its lights come later.
 * @param {Context} context @param {{x: number, top: number, base: number, width: number}} tree
 * @param {() => number} random @param {number} needles */
function paintFir(context, tree, random, needles) {
  const tall = tree.base - tree.top;
  paintShadow(context, tree.x, tree.base + 4, tree.width * 1.05);
  context.fillStyle = "#2b1c1a";
  context.fillRect(tree.x - tree.width * 0.07, tree.base - tall * 0.09, tree.width * 0.14, tall * 0.11);
  const tiers = 11;
  for (let tier = 0; tier < tiers; tier += 1) {
    const low = tier / tiers;
    const half = tree.width * reach(low) * 1.02;
    const y = tree.base - tall * (0.05 + low * 0.93);
    paintTier(context, { x: tree.x, y, half, high: (tall / tiers) * 2.1 }, random);
  }
  for (let needle = 0; needle < needles; needle += 1) paintNeedle(context, tree, random);
}

/** @param {Context} context @param {number} x @param {number} y @param {number} radius */
function paintShadow(context, x, y, radius) {
  context.save();
  context.translate(x, y);
  context.scale(1, 0.16);
  const shadow = context.createRadialGradient(0, 0, 0, 0, 0, radius);
  shadow.addColorStop(0, "rgb(4 6 20 / 0.6)");
  shadow.addColorStop(0.6, "rgb(4 6 20 / 0.3)");
  shadow.addColorStop(1, "rgb(4 6 20 / 0)");
  context.fillStyle = shadow;
  disk(context, 0, 0, radius);
  context.restore();
}

/** @param {Context} context @param {{x: number, y: number, half: number, high: number}} tier @param {() => number} random */
function paintTier(context, { x, y, half, high }, random) {
  const points = Math.max(5, Math.round(half / 9));
  context.fillStyle = down(context, y - high, y + 16, [[0, "#0c2420"], [0.65, "#123229"], [1, "#0a1f1f"]]);
  context.beginPath();
  context.moveTo(x, y - high);
  context.quadraticCurveTo(x + half * 0.35, y - high * 0.25, x + half, y);
  for (let point = points; point >= -points; point -= 1) {
    const place = x + (half * point) / points;
    const droop = 13 * (1 - Math.abs(point / points)) + random() * 9;
    context.lineTo(place, y + droop);
    context.lineTo(place - half / points / 2, y + droop - 7);
  }
  context.lineTo(x - half, y);
  context.quadraticCurveTo(x - half * 0.35, y - high * 0.25, x, y - high);
  context.fill();
}

/** @param {Context} context @param {{x: number, top: number, base: number, width: number}} tree @param {() => number} random */
function paintNeedle(context, tree, random) {
  const height = random() ** 1.5;
  const side = (random() * 2 - 1) * reach(height) * tree.width * 0.97;
  const y = tree.base - (tree.base - tree.top) * (0.04 + height * 0.94);
  const length = 5 + random() * 8;
  const bend = (side / tree.width) * 0.9 + (random() - 0.5) * 0.8;
  context.strokeStyle = NEEDLES[Math.floor(random() * NEEDLES.length)] ?? "";
  context.globalAlpha = 0.35 + random() * 0.4;
  context.lineWidth = 1.2;
  context.beginPath();
  context.moveTo(tree.x + side, y);
  context.lineTo(tree.x + side + Math.sin(bend) * length, y + Math.cos(bend) * length);
  context.stroke();
  context.globalAlpha = 1;
}

/** @param {Context} context */
function paintFence(context) {
  context.fillStyle = "#1a1730";
  for (let post = 0; post <= 7; post += 1) {
    const x = 40 + (post * 920) / 7;
    context.fillStyle = "#1d1934";
    context.fillRect(x - 5, 744, 10, 64);
    context.fillStyle = "#cdd7fa";
    roundRect(context, x - 8, 737, 16, 9, 4);
  }
}

/** Warm light around a window. @param {Context} context @param {number} x @param {number} y @param {number} radius @param {number} strength */
function shine(context, x, y, radius, strength) {
  const gradient = context.createRadialGradient(x, y, 4, x, y, radius);
  gradient.addColorStop(0, `rgb(255 180 90 / ${strength})`);
  gradient.addColorStop(1, "rgb(255 160 70 / 0)");
  context.fillStyle = gradient;
  context.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

/** @param {Context} context @param {number} x @param {number} y @param {number} radius */
function disk(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fill();
}

/** @param {Context} context @param {number} x @param {number} y @param {number} w @param {number} h @param {number} radius */
function roundRect(context, x, y, w, h, radius) {
  context.beginPath();
  context.roundRect(x, y, w, h, radius);
  context.fill();
}
