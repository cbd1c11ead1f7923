// Who did what: the newest first, bursts of one viewer at one lamp in one line.

import { html } from "lit";
import { colorName, css, effectLabel, percent, shownRgb, whiteOf } from "./color.js";
import { Piece, vars } from "./piece.js";
import { localName, t, timeOfDay, tn } from "./page.js";
import { store } from "./store.js";

/** @import {Action, Activity, Rgb} from "./types.js" */

const BURST_MS = 30_000;

class Feed extends Piece {
  render() {
    if (store.activity.length === 0) {
      return html`<p class="empty">${t("Quiet so far. Be the first to change a light.")}</p>`;
    }
    return html`<ol class="entries">
      ${bursts(store.activity).map(entry)}
    </ol>`;
  }
}

/** @typedef {{last: Activity, count: number, oldest: number}} Burst */

/** @param {Burst} burst */
function entry({ last, count }) {
  const who = last.viewer.viewer_id === store.viewer?.viewer_id ? t("you") : last.viewer.handle;
  const lamp = localName(store.devices.get(last.device_id)) || t("a lamp that is gone");
  return html`<li class="entry">
    <span class="dot" aria-hidden="true" ${vars({ "--lamp": css(dotColor(last)) })}></span>
    <span class="entry__text">
      <strong>${who}</strong>
      <span>${lamp} → ${actionInWords(last.action)}</span>
      ${count > 1 ? html`<em>${tn("{n} change", "{n} changes", count)}</em>` : ""}
    </span>
    <time datetime=${last.at}>${timeOfDay(last.at)}</time>
  </li>`;
}

/**
 * @param {Activity[]} activities newest first
 * @returns {Burst[]}
 */
function bursts(activities) {
  /** @type {Burst[]} */
  const found = [];
  for (const activity of activities) {
    const at = Date.parse(activity.at);
    const open = found.at(-1);
    if (open && isSame(open.last, activity) && open.oldest - at < BURST_MS) {
      open.count += 1;
      open.oldest = at;
    } else {
      found.push({ last: activity, count: 1, oldest: at });
    }
  }
  return found;
}

/**
 * @param {Activity} a
 * @param {Activity} b
 */
function isSame(a, b) {
  return a.viewer.viewer_id === b.viewer.viewer_id && a.device_id === b.device_id;
}

/**
 * @param {Activity} activity
 * @returns {Rgb}
 */
function dotColor({ action, device_id }) {
  if (action.type === "turn_off") return [70, 76, 110];
  if (action.rgb) return action.rgb;
  if (action.kelvin) return whiteOf(action.kelvin)?.rgb ?? [255, 255, 255];
  return shownRgb(store.states.get(device_id));
}

/** @param {Action} action */
function actionInWords(action) {
  switch (action.type) {
    case "turn_on":
      return t("on");
    case "turn_off":
      return t("off");
    case "set_color":
      return action.rgb ? colorName(action.rgb) : (whiteOf(action.kelvin ?? 0)?.name ?? "");
    case "set_brightness":
      return t("{percent}% bright", { percent: percent(action.brightness ?? 255) });
    case "set_effect":
      return effectLabel(action.effect ?? "");
    default:
      return t("something new");
  }
}

customElements.define("sp-feed", Feed);
