/** The night scene: a still picture painted once per size, and over it the light of the LEDs and the snow. */
import { paintNight } from "./night.js";
import { ROOF, TREE, spots, wall } from "./places.js";

/** @typedef {import("./places.js").Spot} Spot */
/** @typedef {[number, number, number]} Color */
/** How far LEDs hang apart says how much of its light each one adds.
 * @typedef {{spots: Spot[], apart: number, pixels: Color[]}} Strip */

const WIDTH = 1000;
const HEIGHT = 820;
const FLAKES = 90;
const SPRITE = 64;
const MOST_SPRITES = 700;
/** @type {Color} */
const DARK = [0, 0, 0];
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

export class Scene {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { alpha: false }));
    this.night = document.createElement("canvas");
    /** @type {Map<number, Strip>} */
    this.strips = new Map();
    /** @type {Map<number, HTMLCanvasElement>} */
    this.sprites = new Map();
    this.view = { x: 0, y: 0, scale: 1, ratio: 1 };
    this.drawnAt = 0;
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
    requestAnimationFrame((now) => this.tick(now));
  }

  /** Shows a device's light from now on.
   * @param {number} index @param {Color[]} pixels */
  light(index, pixels) {
    const strip = this.strips.get(index);
    if (strip && strip.pixels.length === pixels.length) strip.pixels = pixels;
    else {
      const places = spots(index, pixels.length);
      this.strips.set(index, { spots: places, apart: distance(places), pixels });
      this.resize();
    }
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const ratio = Math.min(2, devicePixelRatio);
    const panel = innerWidth >= 900 ? 410 : 0;
    const scale = Math.min((width - panel) / WIDTH, height / (HEIGHT + (panel ? 40 : -20)));
    this.canvas.width = this.night.width = Math.round(width * ratio);
    this.canvas.height = this.night.height = Math.round(height * ratio);
    this.view = { x: (width - panel - WIDTH * scale) / 2, y: height - HEIGHT * scale, scale, ratio };
    const context = /** @type {CanvasRenderingContext2D} */ (this.night.getContext("2d"));
    this.place(context);
    const { x, y } = this.view;
    paintNight(context, { left: -x / scale, top: -y / scale, right: (width - x) / scale, bottom: HEIGHT }, this.strips.size);
    this.draw(performance.now());
  }

  /** @param {CanvasRenderingContext2D} context */
  place(context) {
    const { x, y, scale, ratio } = this.view;
    context.setTransform(scale * ratio, 0, 0, scale * ratio, x * ratio, y * ratio);
  }

  /** @param {number} now */
  tick(now) {
    if (now - this.drawnAt > (CALM.matches ? 500 : 30)) this.draw(now);
    requestAnimationFrame((later) => this.tick(later));
  }

  /** @param {number} now */
  draw(now) {
    this.drawnAt = now;
    const context = this.context;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = "source-over";
    context.globalAlpha = 1;
    context.drawImage(this.night, 0, 0);
    this.place(context);
    context.globalCompositeOperation = "lighter";
    for (const [index, strip] of this.strips) {
      if (index === 0) this.spillTree(strip);
      if (index === 1) this.spillRoof(strip);
      this.drawStrip(strip);
    }
    if (!CALM.matches) this.drawSnow(now / 1000);
  }

  /** @param {Strip} strip */
  drawStrip({ spots: places, apart, pixels }) {
    const [wide, close] = [Math.min(1, apart / 22), Math.min(1, apart / 11)];
    places.forEach(([x, y, size, shade], index) => {
      const pixel = pixels[index] ?? DARK;
      const bright = Math.max(...pixel) / 255;
      if (bright < 0.015) return;
      const seen = shade * bright ** 0.6;
      this.glow(x, y, 64 * size, pixel, 0.42 * wide * seen);
      this.glow(x, y, 19 * size, pixel, close * seen);
      this.core(x, y, 2.6 * size, pixel, seen);
    });
  }

  /** @param {Strip} strip */
  spillTree({ pixels }) {
    const [lower, upper] = [average(pixels, 0, 0.55), average(pixels, 0.55, 1)];
    this.glow(TREE.x, TREE.base + 8, 420, lower, 0.75, 0.22);
    this.glow(TREE.x, TREE.base - 150, 340, lower, 0.42);
    this.glow(TREE.x, TREE.top + 150, 250, upper, 0.36);
    this.star(pixels[pixels.length - 1] ?? DARK);
  }

  /** The star on top shines like the last LED. @param {Color} color */
  star(color) {
    const y = TREE.top - 24;
    this.glow(TREE.x, y, 74, color, 0.9);
    const bright = Math.max(...color) / 255;
    this.context.globalAlpha = 0.25 + 0.75 * bright;
    this.context.fillStyle = bright > 0.015 ? mixed(color, 120) : "#4a4030";
    this.context.beginPath();
    for (let point = 0; point < 10; point += 1) {
      const [angle, far] = [(point * Math.PI) / 5 - Math.PI / 2, point % 2 ? 6.5 : 16];
      this.context.lineTo(TREE.x + Math.cos(angle) * far, y + Math.sin(angle) * far);
    }
    this.context.fill();
  }

  /** The facade below the roof line and the snow in front catch its light.
   * @param {Strip} strip */
  spillRoof({ pixels }) {
    const context = this.context;
    const parts = 12;
    context.save();
    context.clip(wall());
    for (let part = 0; part < parts; part += 1) {
      const place = (part + 0.5) / parts;
      const [from, to] = place < 0.5 ? [ROOF.left, ROOF.ridge] : [ROOF.ridge, ROOF.right];
      const share = (place * 2) % 1;
      const color = average(pixels, part / parts, (part + 1) / parts);
      this.glow(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share + 40, 170, color, 0.3);
    }
    context.restore();
    for (let part = 0; part < 5; part += 1) {
      this.glow(510 + part * 98, 694, 230, average(pixels, part / 5, (part + 1) / 5), 0.4, 0.3);
    }
  }

  /** @param {number} x @param {number} y @param {number} radius @param {Color} color @param {number} strength @param {number} [flat] */
  glow(x, y, radius, color, strength, flat = 1) {
    this.context.globalAlpha = Math.min(1, strength);
    const height = radius * flat;
    this.context.drawImage(this.sprite(color), x - radius, y - height, radius * 2, height * 2);
  }

  /** @param {number} x @param {number} y @param {number} radius @param {Color} color @param {number} strength */
  core(x, y, radius, color, strength) {
    this.context.globalAlpha = Math.min(1, strength);
    this.context.fillStyle = mixed(color, 150);
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, Math.PI * 2);
    this.context.fill();
  }

  /** A soft disk of a color; kept, as neighbors are often alike.
   * @param {Color} color @returns {HTMLCanvasElement} */
  sprite(color) {
    const [red, green, blue] = /** @type {Color} */ (color.map((channel) => (Math.round(channel) >> 2) << 2));
    const key = (red << 16) | (green << 8) | blue;
    let sprite = this.sprites.get(key);
    if (!sprite) {
      if (this.sprites.size > MOST_SPRITES) this.sprites.clear();
      sprite = paintSprite(red, green, blue);
      this.sprites.set(key, sprite);
    }
    return sprite;
  }

  /** @param {number} seconds */
  drawSnow(seconds) {
    const context = this.context;
    context.globalCompositeOperation = "source-over";
    context.fillStyle = "#dfe8ff";
    const [left, wide] = [-this.view.x / this.view.scale, this.canvas.width / this.view.ratio / this.view.scale];
    const top = -this.view.y / this.view.scale;
    const high = HEIGHT - top;
    for (let flake = 0; flake < FLAKES; flake += 1) {
      const size = 0.8 + ((flake * 37) % 10) / 6;
      const x = (flake * 271.7 + seconds * 9 * size + Math.sin(seconds * 0.6 + flake) * 16) % wide;
      const y = (flake * 173.3 + seconds * 24 * size) % high;
      context.globalAlpha = 0.12 + size / 7;
      context.beginPath();
      context.arc(left + x, top + y, size, 0, Math.PI * 2);
      context.fill();
    }
  }
}

/** @param {Color[]} pixels @param {number} from @param {number} to @returns {Color} */
function average(pixels, from, to) {
  const part = pixels.slice(Math.floor(from * pixels.length), Math.max(1, Math.ceil(to * pixels.length)));
  const mean = (/** @type {0 | 1 | 2} */ channel) => part.reduce((sum, pixel) => sum + pixel[channel], 0) / (part.length || 1);
  return [mean(0), mean(1), mean(2)];
}

/** The usual distance between neighbors. @param {Spot[]} places @returns {number} */
function distance(places) {
  const apart = places.slice(1).map(([x, y], index) => Math.hypot(x - (places[index]?.[0] ?? x), y - (places[index]?.[1] ?? y)));
  return apart.sort((first, second) => first - second)[apart.length >> 1] ?? 100;
}

/** A color at full brightness, mixed with white. @param {Color} color @param {number} white @returns {string} */
function mixed(color, white) {
  const peak = Math.max(...color) || 1;
  return `rgb(${color.map((channel) => Math.round(white + ((255 - white) * channel) / peak)).join(" ")})`;
}

/** @param {number} red @param {number} green @param {number} blue @returns {HTMLCanvasElement} */
function paintSprite(red, green, blue) {
  const sprite = document.createElement("canvas");
  sprite.width = sprite.height = SPRITE;
  const context = /** @type {CanvasRenderingContext2D} */ (sprite.getContext("2d"));
  const half = SPRITE / 2;
  const gradient = context.createRadialGradient(half, half, 0, half, half, half);
  for (const [at, alpha] of /** @type {[number, number][]} */ ([[0, 1], [0.12, 0.72], [0.3, 0.3], [0.55, 0.1], [0.8, 0.025], [1, 0]])) {
    gradient.addColorStop(at, `rgb(${red} ${green} ${blue} / ${alpha})`);
  }
  context.fillStyle = gradient;
  context.fillRect(0, 0, SPRITE, SPRITE);
  return sprite;
}
