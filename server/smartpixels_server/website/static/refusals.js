// Why something cannot be done, in words.

import { t, timeOfDay, tn } from "./page.js";
import { store } from "./store.js";

/** @import {Wish} from "./store.js" */

/** @param {string} code of the wire, or of the page itself */
export function reasonInWords(code) {
  switch (code) {
    case "rate_limited":
      return t("That was quick. The lamp needs a moment.");
    case "not_your_turn":
      return t("It is somebody else's turn.");
    case "together":
      return t("This is decided together: vote for it.");
    case "not_on_site":
      return t("This is for people who are there.");
    case "view_only":
      return t("The owner shows the lights, but changes are off now.");
    case "paused":
      return t("Paused by the owner.");
    case "closed":
      return closedInWords();
    case "offline":
      return t("The house is offline since {time}. Its lights cannot be reached.", { time: timeOfDay(store.link.since) });
    case "connecting":
      return t("Connecting. One moment.");
    case "device_failed":
      return t("The lamp does not answer.");
    case "not_exposed":
    case "unknown_location":
      return t("This is no longer here. Reload the page.");
    case "not_allowed":
    case "invalid":
      return t("The owner does not allow this for this lamp.");
    case "expired":
    case "no_answer":
      return t("No answer in time. Try again.");
    case "busy":
      return t("Many people play at once. Try again in a moment.");
    default:
      return t("Something went wrong. Try again.");
  }
}

/** @param {Wish} wish that waits for its time or was refused */
export function waitInWords(wish) {
  const left = (wish.retryAt ?? 0) - Date.now();
  if (wish.stage !== "waiting") return againInWords(left);
  return left > 0 ? tn("Yours goes in {n} second.", "Yours goes in {n} seconds.", Math.ceil(left / 1000)) : "";
}

/** @param {number} [left] in ms */
export function againInWords(left = 0) {
  return left > 0 ? tn("Again in {n} second.", "Again in {n} seconds.", Math.ceil(left / 1000)) : "";
}

function closedInWords() {
  const { next_change } = store.sharing;
  return next_change ? t("Closed. It opens at {time}.", { time: timeOfDay(next_change) }) : t("Closed now.");
}
