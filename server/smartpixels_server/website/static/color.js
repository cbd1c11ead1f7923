// Colors as numbers and as words.

import { page, t } from "./page.js";

/** @import {DeviceState, Rgb} from "./types.js" */

/** How a light is drawn that reports no color. @type {Rgb} */
const WARM_GLOW = [255, 180, 107];

/** Colors that look on LEDs like their names. */
export const SWATCHES = /** @type {const} */ ([
  { id: "red", label: t("Red"), rgb: [255, 0, 0] },
  { id: "orange", label: t("Orange"), rgb: [255, 96, 0] },
  { id: "amber", label: t("Amber"), rgb: [255, 150, 0] },
  { id: "yellow", label: t("Yellow"), rgb: [255, 215, 0] },
  { id: "lime", label: t("Lime"), rgb: [140, 255, 0] },
  { id: "green", label: t("Green"), rgb: [0, 255, 0] },
  { id: "turquoise", label: t("Turquoise"), rgb: [0, 255, 170] },
  { id: "sky", label: t("Sky"), rgb: [0, 170, 255] },
  { id: "blue", label: t("Blue"), rgb: [0, 50, 255] },
  { id: "violet", label: t("Violet"), rgb: [110, 0, 255] },
  { id: "pink", label: t("Pink"), rgb: [255, 0, 140] },
  { id: "warm", label: t("Warm"), rgb: [255, 190, 120] },
]);

/** @param {Rgb} rgb */
export const css = (rgb) => `rgb(${rgb.join(",")})`;

/**
 * A color at full brightness.
 * @param {number} hue in degrees
 * @param {number} saturation 0 to 1
 * @returns {Rgb}
 */
export function fromHue(hue, saturation) {
  /** @param {number} n */
  const channel = (n) => {
    const k = (n + hue / 60) % 6;
    return Math.round(255 * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [channel(5), channel(3), channel(1)];
}

/**
 * @param {Rgb} rgb
 * @returns {{hue: number, saturation: number}}
 */
export function toHue([red, green, blue]) {
  const top = Math.max(red, green, blue);
  const range = top - Math.min(red, green, blue);
  if (range === 0) return { hue: 0, saturation: 0 };
  const sixth =
    top === red ? (green - blue) / range : top === green ? 2 + (blue - red) / range : 4 + (red - green) / range;
  return { hue: Math.round((sixth * 60 + 360) % 360), saturation: range / top };
}

/**
 * The name of the nearest color; how bright it is does not matter.
 * @param {Rgb} rgb
 */
export function colorName(rgb) {
  const top = Math.max(...rgb) || 1;
  const full = rgb.map((channel) => (channel * 255) / top);
  /** @param {Rgb} other */
  const distance = (other) => other.reduce((sum, channel, i) => sum + (channel - (full[i] ?? 0)) ** 2, 0);
  return nearest(page.vocabulary.colors, (color) => distance(color.rgb))?.name ?? "";
}

/** @param {number} kelvin */
export const whiteOf = (kelvin) => nearest(page.vocabulary.whites, (white) => Math.abs(white.kelvin - kelvin));

/**
 * The color in which a lamp is drawn.
 * @param {DeviceState | undefined} state
 * @returns {Rgb}
 */
export function shownRgb(state) {
  if (state?.kelvin && !state.rgb) return whiteOf(state.kelvin)?.rgb ?? WARM_GLOW;
  return state?.rgb ?? WARM_GLOW;
}

/** @param {string} effect */
export const effectLabel = (effect) => page.vocabulary.effects[effect]?.label ?? effect;

/** @param {DeviceState | undefined} state */
export const isLit = (state) => Boolean(state?.available && state.on !== false);

/**
 * How the light moves, for drawings: one of a few characters.
 * @param {string | null | undefined} effect
 */
export function effectCharacter(effect) {
  if (!effect || page.vocabulary.steady.includes(effect)) return "steady";
  return page.vocabulary.effects[effect]?.character ?? "wave";
}

/** @param {number} brightness */
export const percent = (brightness) => Math.max(1, Math.round(brightness / 2.55));

/**
 * Says what a lamp does now.
 * @param {DeviceState | undefined} state
 */
export function inWords(state) {
  if (!state?.available) return t("not reachable");
  if (state.on === false) return t("off");
  const look = lookInWords(state);
  return state.brightness ? t("{look}, {percent}%", { look, percent: percent(state.brightness) }) : look;
}

/** @param {DeviceState} state */
export function lookInWords(state) {
  if (state.effect && !page.vocabulary.steady.includes(state.effect)) return effectLabel(state.effect);
  return state.rgb || state.kelvin ? colorName(shownRgb(state)) : t("on");
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => number} distance
 */
function nearest(items, distance) {
  let best = items[0];
  for (const item of items) if (best !== undefined && distance(item) < distance(best)) best = item;
  return best;
}
