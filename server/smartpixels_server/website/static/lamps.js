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
    return html`<ul class="cards" data-link=${store.link.online ? "online" : "offline"}>
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
    <span class="card__words">${store.link.online ? inWords(look) : t("last known: {words}", { words: inWords(look) })}</span>
    <span class="card__by">${byline(id)}</span>
  </button>`;
}

/** @param {string} id */
function byline(id) {
  switch (store.wishes.get(id)?.stage) {
    case "waiting":
    case "sent":
      return html`${icon("clock")}<span>${t("on its way")}</span>`;
    case "done":
      return html`${icon("check")}<span>${t("at the lamp")}</span>`;
    case "refused":
      return html`${icon("alert")}<span>${t("not done")}</span>`;
    default:
  }
  const author = store.authors.get(id)?.viewer;
  if (!author) return nothing;
  const handle = author.viewer_id === store.viewer?.viewer_id ? t("you") : author.handle;
  return html`<span>${t("set by {handle}", { handle })}</span>`;
}

customElements.define("sp-lamps", Lamps);
