// Any color: the ring of hues and how strong the color is.

import { html } from "lit";
import { colorName, css, fromHue, shownRgb, toHue } from "./color.js";
import { vars } from "./piece.js";
import { t } from "./page.js";
import "./ring.js";

/** @import {Controls} from "./dock.js" */

/** White has no hue: the last one picked stays on the ring. */
const picked = { hue: 0 };

/** @param {Controls} controls */
export function wheelPanel({ look, blocked, wish }) {
  const now = toHue(shownRgb(look));
  const isColored = Boolean(look?.rgb) && now.saturation > 0.15;
  const hue = now.saturation > 0.02 ? keepEquivalent(now.hue) : picked.hue;
  const strength = Math.round(now.saturation * 100);
  /**
   * @param {number} newHue
   * @param {number} saturation
   */
  const pick = (newHue, saturation) => {
    picked.hue = newHue;
    wish({ type: "set_color", rgb: fromHue(newHue, saturation) });
  };
  /** @param {CustomEvent<number>} event */
  const onPick = (event) => pick(event.detail, isColored ? now.saturation : 1);
  /** @param {Event} event */
  const onStrength = (event) => pick(hue, Number(/** @type {HTMLInputElement} */ (event.target).value) / 100);
  return html`<div class="wheel">
    <sp-ring .hue=${hue} .saturation=${now.saturation} .blocked=${blocked} @pick=${onPick}></sp-ring>
    <label class="slide slide--strength">
      <span>${t("Strength of the color")}</span>
      <input
        type="range"
        min="0"
        max="100"
        .value=${String(strength)}
        aria-valuetext=${`${strength}%, ${colorName(fromHue(hue, now.saturation))}`}
        aria-disabled=${blocked ? "true" : "false"}
        @input=${onStrength}
        ${vars({ "--from": css(fromHue(hue, 0)), "--to": css(fromHue(hue, 1)) })}
      />
    </label>
  </div>`;
}

/**
 * Rounding to channels and back may shift a hue by a degree; the thumb must not tremble.
 * @param {number} hue
 */
function keepEquivalent(hue) {
  const apart = Math.abs(hue - picked.hue);
  if (Math.min(apart, 360 - apart) > 2) picked.hue = hue;
  return picked.hue;
}
