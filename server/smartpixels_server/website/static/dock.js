// The controls of the chosen lamp, in thumb reach.

import { html, nothing } from "lit";
import { SWATCHES, css, inWords, isLit, percent, shownRgb } from "./color.js";
import { wish } from "./commands.js";
import { effectsPanel } from "./effects.js";
import { TickingPiece, icon, vars } from "./piece.js";
import { localName, t, tn } from "./page.js";
import { reasonInWords, waitInWords } from "./refusals.js";
import { store } from "./store.js";
import { togetherPanel } from "./together.js";
import { turnPanel } from "./turns.js";
import { whitesPanel } from "./whites.js";
import { wheelPanel } from "./wheel.js";

/** @import {Action, Device, DeviceState} from "./types.js" */
/** @import {Wish} from "./store.js" */

/** @typedef {"colors" | "wheel" | "whites" | "effects"} Tab */

const START_MS = 4000;
const WIDE = window.matchMedia("(min-width: 960px)");

/**
 * What a panel needs: the lamp, how it looks, whether it can be changed, and how to change it.
 * @typedef {object} Controls
 * @property {Device} device
 * @property {DeviceState | undefined} look
 * @property {boolean} blocked
 * @property {(action: Action) => void} wish
 */

class Dock extends TickingPiece {
  static properties = { tab: { state: true } };

  constructor() {
    super();
    /** @type {Tab} */
    this.tab = "colors";
  }

  connectedCallback() {
    super.connectedCallback();
    WIDE.addEventListener("change", this.redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    WIDE.removeEventListener("change", this.redraw);
  }

  render() {
    const device = store.chosen;
    if (!device) return nothing;
    const id = device.device_id;
    /** @type {Controls} */
    const controls = {
      device,
      look: store.look(id),
      blocked: store.obstacle(id) !== undefined && !isStarting(),
      wish: (action) => wish(id, action),
    };
    document.documentElement.style.setProperty("--lamp", css(isLit(controls.look) ? shownRgb(controls.look) : [90, 98, 150]));
    return html`<section class="dock" aria-labelledby="dock-title" data-blocked=${String(controls.blocked)}>
      ${head(controls)} ${turnPanel()} ${meter()} ${controls.blocked ? banner(id) : nothing} ${this.#panels(controls)}
      ${has(device, "set_brightness") ? brightness(controls) : nothing} ${WIDE.matches ? nothing : this.#tabs(device)}
    </section>`;
  }

  /** @param {Controls} controls */
  #panels(controls) {
    const offered = tabs(controls.device);
    if (offered.length === 0) return simple(controls);
    const shown = WIDE.matches ? offered : offered.filter(({ id }) => id === this.#openTab(offered));
    return shown.map(({ id, label, panel }) =>
      WIDE.matches
        ? html`<section class="panel panel--${id}" aria-label=${label}><h3 class="eyebrow">${label}</h3>${panel(controls)}</section>`
        : html`<section class="panel panel--${id}" id="panel" role="tabpanel" aria-label=${label}>${panel(controls)}</section>`,
    );
  }

  /** @param {Device} device */
  #tabs(device) {
    const offered = tabs(device);
    if (offered.length < 2) return nothing;
    const open = this.#openTab(offered);
    return html`<div class="tabs" role="tablist" aria-label=${t("Controls")} @keydown=${this.#onTabKey}>
      ${offered.map(
        ({ id, label, symbol }) =>
          html`<button
            type="button"
            role="tab"
            aria-selected=${open === id ? "true" : "false"}
            aria-controls="panel"
            tabindex=${open === id ? 0 : -1}
            @click=${() => (this.tab = id)}
          >
            ${icon(symbol)}<span>${label}</span>
          </button>`,
      )}
    </div>`;
  }

  /** @param {ReturnType<typeof tabs>} offered */
  #openTab(offered) {
    return offered.some(({ id }) => id === this.tab) ? this.tab : offered[0]?.id;
  }

  /** @param {KeyboardEvent} event */
  #onTabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !store.chosen) return;
    const offered = tabs(store.chosen);
    const at = offered.findIndex(({ id }) => id === this.#openTab(offered));
    this.tab = offered[(at + step + offered.length) % offered.length]?.id ?? "colors";
    void this.updateComplete.then(() => this.querySelector("[role=tab][aria-selected=true]")).then(focus);
  }
}

/** @param {Element | null} element */
function focus(element) {
  if (element instanceof HTMLElement) element.focus();
}

/** Right after the page came, controls are not dimmed for the blink of an eye that joining takes. */
const isStarting = () => store.connection === "connecting" && performance.now() < START_MS;

/**
 * @param {Device} device
 * @param {string} action
 */
const has = (device, action) => device.actions.includes(action);

/**
 * The panels that this lamp has a use for.
 * @param {Device} device
 * @returns {{id: Tab, label: string, symbol: string, panel: (controls: Controls) => unknown}[]}
 */
function tabs(device) {
  const offered = [];
  if (has(device, "set_color")) {
    offered.push({ id: /** @type {const} */ ("colors"), label: t("Colors"), symbol: "swatches", panel: swatches });
    offered.push({ id: /** @type {const} */ ("wheel"), label: t("Any color"), symbol: "wheel", panel: wheelPanel });
    if (device.kelvin) {
      offered.push({ id: /** @type {const} */ ("whites"), label: t("White"), symbol: "candle", panel: whitesPanel });
    }
  }
  if (has(device, "set_effect") && device.effects?.length) {
    offered.push({ id: /** @type {const} */ ("effects"), label: t("Effects"), symbol: "sparkle", panel: effectsPanel });
  }
  return offered;
}

/** @param {Controls} controls */
function head({ device, look, blocked, wish }) {
  const lit = isLit(look);
  return html`<header class="dock__head">
    <div class="dock__title">
      <h2 id="dock-title">${localName(device)}</h2>
      ${status(device.device_id, look)}
    </div>
    ${has(device, "turn_off")
      ? html`<button
          type="button"
          class="power"
          role="switch"
          aria-checked=${lit ? "true" : "false"}
          aria-label=${t("Light on")}
          aria-disabled=${blocked ? "true" : "false"}
          @click=${() => wish({ type: lit ? "turn_off" : "turn_on" })}
        >
          ${icon("power")}
        </button>`
      : nothing}
  </header>`;
}

/**
 * @param {string} id
 * @param {DeviceState | undefined} look
 */
function status(id, look) {
  const current = store.wishes.get(id);
  switch (current?.stage) {
    case "waiting":
    case "sent":
      return statusLine("sent", "clock", waitInWords(current) || t("Sent, on its way…"));
    case "done":
      return statusLine("done", "check", t("At the lamp"));
    case "refused":
      return statusLine("refused", "alert", refusalInWords(id, current));
    default:
      return statusLine("known", undefined, inWords(look));
  }
}

/**
 * The banner already says what stands in the way of everything.
 * @param {string} id
 * @param {Wish} refused
 */
function refusalInWords(id, refused) {
  const code = refused.refusal?.code ?? "";
  return code === store.obstacle(id) ? t("not done") : `${reasonInWords(code)} ${waitInWords(refused)}`;
}

/**
 * @param {string} stage
 * @param {string | undefined} symbol
 * @param {string} text
 */
const statusLine = (stage, symbol, text) =>
  html`<p class="dock__status" data-stage=${stage}>${symbol ? icon(symbol) : nothing}<span>${text}</span></p>`;

/** How many changes are left: a thin bar that fills up by itself. */
function meter() {
  const left = store.tokensLeft;
  if (left === undefined || !store.tokens) return nothing;
  const { capacity } = store.tokens;
  const label = tn("{n} change left", "{n} changes left", left);
  return html`<div
    class="meter"
    role="meter"
    aria-label=${t("Your changes")}
    aria-valuemin="0"
    aria-valuemax=${capacity}
    aria-valuenow=${left}
    aria-valuetext=${label}
    title=${label}
    data-low=${String(left < capacity / 4)}
    ${vars({ "--left": String(left / capacity) })}
  >
    <span></span>
  </div>`;
}

/** @param {string} id */
function banner(id) {
  const obstacle = store.obstacle(id) ?? "";
  if (obstacle === "not_your_turn") return nothing;
  const said = obstacle === "device_failed" ? store.states.get(id)?.reason : store.sharing.reason;
  const isOwners = obstacle === store.sharing.mode || obstacle === "device_failed";
  return html`<p class="banner">
    ${icon("alert")}<span>${reasonInWords(obstacle)} ${said && isOwners ? html`<q>${said}</q>` : nothing}</span>
  </p>`;
}

/** @param {Controls} controls */
function swatches({ look, blocked, wish }) {
  const now = isLit(look) ? String(look?.rgb) : "";
  return html`<div class="swatches" role="group" aria-label=${t("Colors")}>
    ${SWATCHES.map(
      ({ id, label, rgb }) =>
        html`<button
          type="button"
          class="swatch"
          data-swatch=${id}
          aria-pressed=${now === String(rgb) ? "true" : "false"}
          aria-disabled=${blocked ? "true" : "false"}
          @click=${() => wish({ type: "set_color", rgb: [...rgb] })}
          ${vars({ "--lamp": css([...rgb]) })}
        >
          <span class="swatch__dot">${icon("check")}</span><span class="swatch__label">${label}</span>
        </button>`,
    )}
  </div>`;
}

/** @param {Controls} controls */
function brightness({ device, look, blocked, wish }) {
  const value = look?.brightness ?? 0;
  /** @param {Event} event */
  const onInput = (event) =>
    wish({ type: "set_brightness", brightness: Number(/** @type {HTMLInputElement} */ (event.target).value) });
  return html`<label class="slide">
    ${icon("dim")}
    <input
      type="range"
      min="1"
      max=${device.max_brightness ?? 255}
      .value=${String(value)}
      aria-label=${t("Brightness")}
      aria-valuetext=${`${percent(value)}%`}
      aria-disabled=${blocked ? "true" : "false"}
      @input=${onInput}
      ${vars({ "--fill": String(value / (device.max_brightness ?? 255)) })}
    />
    <output aria-hidden="true">${value ? `${percent(value)}%` : ""}</output>
  </label>`;
}

/**
 * A device that only knows on and off, one scene, or one press.
 * @param {Controls} controls
 */
function simple({ device, blocked, wish }) {
  if (store.isShared(device.device_id)) return togetherPanel(device.device_id, blocked);
  const action = ["press", "play_scene"].find((type) => has(device, type));
  if (!action) return nothing;
  return html`<button
    type="button"
    class="button button--wide"
    aria-disabled=${blocked ? "true" : "false"}
    @click=${() => wish({ type: action })}
  >
    ${icon("play")}${action === "press" ? t("Press") : t("Play")}
  </button>`;
}

customElements.define("sp-dock", Dock);
