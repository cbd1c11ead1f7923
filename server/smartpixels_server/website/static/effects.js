// The lamp's effects, each with a small strip that moves like it.

import { html } from "lit";
import { effectCharacter, effectLabel } from "./color.js";
import { t } from "./page.js";

/** @import {Controls} from "./dock.js" */

const PIXELS = [0, 1, 2, 3, 4, 5, 6, 7];

/** @param {Controls} controls */
export function effectsPanel({ device, look, blocked, wish }) {
  return html`<div class="effects" role="group" aria-label=${t("Effects")}>
    ${device.effects?.map(
      (effect) =>
        html`<button
          type="button"
          class="effect"
          data-effect-name=${effect}
          aria-pressed=${look?.effect === effect ? "true" : "false"}
          aria-disabled=${blocked ? "true" : "false"}
          @click=${() => wish({ type: "set_effect", effect })}
        >
          <span class="strip" data-effect=${effectCharacter(effect)} aria-hidden="true">
            ${PIXELS.map(() => html`<i></i>`)}
          </span>
          <span class="effect__name">${effectLabel(effect)}</span>
        </button>`,
    )}
  </div>`;
}
