// Who did what: the newest first, bursts of one viewer at one lamp in one line.

import { html } from "lit";
import { css, effectLabel, lookInWords, percent, shownRgb } from "./color.js";
import { Piece, vars } from "./piece.js";
import { localName, t, timeOfDay, tn } from "./page.js";
import { store } from "./store.js";

/** @import {Activity, Rgb} from "./types.js" */

const BURST_MS = 30_000;

/** A dot without a color of its own. @type {Rgb} */
const NEUTRAL = [96, 102, 140];

class Feed extends Piece {
  render() {
    if (store.activity.length === 0) {
      const isOpen = store.obstacle(store.chosenId) === undefined;
      return html`<p class="empty">${isOpen ? t("Quiet so far. Be the first to change a light.") : t("Quiet so far.")}</p>`;
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
      <span>${lamp} → ${actionInWords(last)}</span>
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
function dotColor({ action, look }) {
  return look && action !== "turn_off" ? shownRgb(look) : NEUTRAL;
}

/** @param {Activity} activity */
function actionInWords({ action, look }) {
  switch (action) {
    case "turn_on":
      return t("on");
    case "turn_off":
      return t("off");
    case "set_color":
      return look ? lookInWords(look) : t("new color");
    case "set_brightness":
      return look?.brightness ? t("{percent}% bright", { percent: percent(look.brightness) }) : t("new brightness");
    case "set_effect":
      return look?.effect ? effectLabel(look.effect) : t("new effect");
    default:
      return t("something new");
  }
}

customElements.define("sp-feed", Feed);
