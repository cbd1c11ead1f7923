// White light, from candle to cool.

import { html } from "lit";
import { css, whiteOf } from "./color.js";
import { vars } from "./piece.js";
import { page, t } from "./page.js";

/** @import {Controls} from "./dock.js" */

/** @param {Controls} controls */
export function whitesPanel({ device, look, blocked, wish }) {
  const { min, max } = device.kelvin ?? { min: 2000, max: 6500 };
  const kelvin = look?.kelvin ?? Math.round((min + max) / 2);
  const offered = page.vocabulary.whites.filter((white) => white.kelvin >= min && white.kelvin <= max);
  /** @param {Event} event */
  const onInput = (event) =>
    wish({ type: "set_color", kelvin: Number(/** @type {HTMLInputElement} */ (event.target).value) });
  return html`<div class="whites">
    ${offered.map(
      (white) =>
        html`<button
          type="button"
          class="white"
          aria-pressed=${look?.kelvin === white.kelvin ? "true" : "false"}
          aria-disabled=${blocked ? "true" : "false"}
          @click=${() => wish({ type: "set_color", kelvin: white.kelvin })}
          ${vars({ "--lamp": css(white.rgb) })}
        >
          <span class="orb" aria-hidden="true"></span>${white.name}
        </button>`,
    )}
    <label class="slide slide--white">
      <span>${t("Temperature of white")}</span>
      <input
        type="range"
        min=${min}
        max=${max}
        step="100"
        .value=${String(kelvin)}
        aria-valuetext=${`${kelvin} K, ${whiteOf(kelvin)?.name ?? ""}`}
        aria-disabled=${blocked ? "true" : "false"}
        @input=${onInput}
      />
    </label>
  </div>`;
}
