// Taking turns: where the viewer stands, and the one button that matters now.

import { html, nothing } from "lit";
import { giveUpTurn, readyForTurn, requestTurn } from "./connection.js";
import { icon, vars } from "./piece.js";
import { ordinal, span, t, tn } from "./page.js";
import { store } from "./store.js";

const TURN_MS = 30_000;
const READY_MS = 10_000;
const title = document.title;

/** Where the viewer stands, or nothing when turns do not matter here. */
export function standing() {
  const { turn } = store;
  if (!turn || store.connection !== "online" || !store.link.online || store.sharing.mode !== "open") return undefined;
  if (turn.mine) return "mine";
  if (turn.ready_ms !== undefined) return "asked";
  if (turn.is_ready) return "ready";
  if (turn.place !== undefined) return "queued";
  return store.needsTurn(store.chosenId) ? "outside" : undefined;
}

/** What the pill says while people take turns. */
export function turnInWords() {
  switch (standing()) {
    case "mine":
      return t("Your turn, {time}", { time: span(store.left("turn_ms")) });
    case "asked":
      return t("Your turn! Are you there?");
    case "ready":
      return t("You are next");
    case "queued":
      return placeInWords();
    default:
      return store.turn?.mode === "turns" ? t("Taking turns") : undefined;
  }
}

/** The part of the dock. */
export function turnPanel() {
  switch (standing()) {
    case "mine":
      return panel("mine", "hand", t("Your turn, {time}", { time: span(store.left("turn_ms")) }), {
        hint: t("The lights listen to you alone."),
        button: t("Pass it on"),
        act: giveUpTurn,
        left: store.left("turn_ms") / TURN_MS,
      });
    case "asked":
      return panel("asked", "alert", t("Your turn! Are you there?"), {
        hint: tn("{n} second to answer", "{n} seconds to answer", Math.ceil(store.left("ready_ms") / 1000)),
        button: t("I am here"),
        act: readyForTurn,
        left: store.left("ready_ms") / READY_MS,
      });
    case "ready":
      return panel("ready", "check", t("You are next"), {
        hint: t("It begins in {time}.", { time: span(store.left("wait_ms")) }),
      });
    case "queued":
      return panel("queued", "clock", placeInWords(), {
        hint: holderInWords(),
        button: t("Leave the line"),
        act: giveUpTurn,
      });
    case "outside":
      return panel("outside", "hand", outsideInWords(), { hint: waitInWords(), button: t("Join"), act: requestTurn });
    default:
      return nothing;
  }
}

/**
 * @param {string} stage
 * @param {string} symbol
 * @param {string} text
 * @param {{hint: string, button?: string, act?: () => unknown, left?: number}} more
 */
function panel(stage, symbol, text, { hint, button, act, left }) {
  return html`<section class="turn" data-stage=${stage} aria-label=${t("Turns")}>
    ${icon(symbol)}
    <p class="turn__text"><strong>${text}</strong><span>${hint}</span></p>
    ${button ? html`<button type="button" class="turn__button" @click=${act}>${button}</button>` : nothing}
    ${left === undefined ? nothing : html`<span class="turn__left" ${vars({ "--left": String(left) })}></span>`}
  </section>`;
}

function placeInWords() {
  const place = ordinal(store.turn?.place ?? 1);
  if (store.turn?.wait_ms === undefined) return t("{place} in line", { place });
  return t("{place} in line, about {time}", { place, time: span(store.left("wait_ms")) });
}

function holderInWords() {
  if (store.turn?.wait_ms === undefined) return t("Somebody from your network is before you.");
  const handle = store.turn.holder?.handle;
  return handle ? t("{handle} plays now.", { handle }) : t("It goes on in a moment.");
}

function outsideInWords() {
  switch (store.turn?.mode === "turns" ? store.turn.reason : "device") {
    case "many":
      return t("Many people play, so they take turns.");
    case "device":
      return t("This lamp is for whoever has the turn.");
    default:
      return t("Here people take turns.");
  }
}

function waitInWords() {
  const wait = store.left("wait_ms");
  return wait > 0 ? t("Your turn in about {time}.", { time: span(wait) }) : t("Free now: begin at once.");
}

/** Whoever looked away is called back: by the tab's title, and where it can be by the phone itself. */
function call() {
  const asked = standing() === "asked";
  const wanted = asked ? `${t("Your turn! Are you there?")} · ${title}` : title;
  if (document.title === wanted) return;
  document.title = wanted;
  if (asked) navigator.vibrate?.([120, 80, 120]);
}

store.addEventListener("change", call);
