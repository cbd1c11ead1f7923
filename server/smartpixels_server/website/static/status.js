// What is so, and until when: one pill, and who is here.

import { html, nothing } from "lit";
import { TickingPiece, Piece, icon } from "./piece.js";
import { t, timeOfDay, tn } from "./page.js";
import { store } from "./store.js";
import { standing, turnInWords } from "./turns.js";

class Pill extends TickingPiece {
  render() {
    const { kind, symbol, text } = situation();
    return html`<p class="pill" data-kind=${kind} role="status">${icon(symbol)}<span>${text}</span></p>`;
  }
}

class Presence extends Piece {
  render() {
    const { watching, acting } = store.audience;
    const playing = tn("{n} playing", "{n} playing", acting);
    const here = tn("{n} watching", "{n} watching", watching);
    return html`<p class="presence">${icon("eye")}<span>${playing}, ${here}</span></p>`;
  }
}

function situation() {
  const { connection, link, sharing } = store;
  if (connection === "gone") return { kind: "offline", symbol: "unplugged", text: t("No longer here") };
  if (connection === "reconnecting") return { kind: "waiting", symbol: "again", text: t("Reconnecting…") };
  if (!link.online) {
    return { kind: "offline", symbol: "unplugged", text: t("Offline since {time}", { time: timeOfDay(link.since) }) };
  }
  const until = sharing.next_change ? timeOfDay(sharing.next_change) : undefined;
  switch (sharing.mode) {
    case "open": {
      const turns = turnInWords();
      if (turns) return { kind: standing() ?? "turns", symbol: "hand", text: turns };
      return { kind: "open", symbol: "hand", text: until ? t("Free play until {time}", { time: until }) : t("Free play") };
    }
    case "view_only":
      return { kind: "view_only", symbol: "eye", text: t("View only") };
    case "paused":
      return { kind: "paused", symbol: "pause", text: t("Paused by the owner") };
    default:
      return { kind: "closed", symbol: "moon", text: until ? t("Opens at {time}", { time: until }) : t("Closed") };
  }
}

class Announcement extends Piece {
  render() {
    return store.announcement ? html`<p class="announcement">${icon("megaphone")}<span>${store.announcement}</span></p>` : nothing;
  }
}

customElements.define("sp-announcement", Announcement);
customElements.define("sp-pill", Pill);
customElements.define("sp-presence", Presence);
