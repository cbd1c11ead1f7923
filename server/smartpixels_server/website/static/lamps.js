// The lamps of the place: what each does now, who did it; a tap chooses one.

import { html, nothing } from "lit";
import { css, effectCharacter, inWords, isLit, shownRgb } from "./color.js";
import { Piece, icon, vars } from "./piece.js";
import { localName, t } from "./page.js";
import { store } from "./store.js";

/** @import {Device} from "./types.js" */

class Lamps extends Piece {
  render() {
    const devices = [...store.devices.values()];
    if (devices.length === 0) return html`<p class="empty">${t("This place shows no lamps yet.")}</p>`;
    return html`<ul class="cards">
      ${devices.map((device) => html`<li>${card(device)}</li>`)}
    </ul>`;
  }
}

/** @param {Device} device */
function card(device) {
  const id = device.device_id;
  const state = store.states.get(id);
  const look = store.look(id);
  const wish = store.wishes.get(id);
  return html`<button
    type="button"
    class="card"
    data-device-id=${id}
    data-on=${String(isLit(state))}
    data-rgb=${state?.rgb?.join(",") ?? nothing}
    data-available=${String(state?.available ?? false)}
    data-lit=${String(isLit(look))}
    data-effect=${effectCharacter(look?.effect)}
    data-stage=${wish?.stage ?? nothing}
    aria-pressed=${store.chosenId === id ? "true" : "false"}
    @click=${() => store.choose(id)}
    ${vars({ "--lamp": css(shownRgb(look)), "--level": String((look?.brightness ?? 255) / 255) })}
  >
    <span class="orb" aria-hidden="true"></span>
    <span class="card__name">${localName(device)}</span>
    <span class="card__words">${inWords(look)}</span>
    <span class="card__by">${byline(id)}</span>
  </button>`;
}

/** @param {string} id */
function byline(id) {
  switch (store.wishes.get(id)?.stage) {
    case "waiting":
    case "sent":
      return html`${icon("clock")}${t("on its way")}`;
    case "done":
      return html`${icon("check")}${t("at the lamp")}`;
    case "refused":
      return html`${icon("alert")}${t("not done")}`;
    default:
  }
  const author = store.authors.get(id)?.viewer;
  if (!author) return nothing;
  const handle = author.viewer_id === store.viewer?.viewer_id ? t("you") : author.handle;
  return html`${t("set by {handle}", { handle })}`;
}

customElements.define("sp-lamps", Lamps);
