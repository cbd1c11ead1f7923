// What people decide together: votes for scenes, and goals that need many at once.

import { html } from "lit";
import { vote } from "./connection.js";
import { icon, vars } from "./piece.js";
import { span, t, tn } from "./page.js";
import { againInWords, reasonInWords } from "./refusals.js";
import { store } from "./store.js";

/** What became of the viewer's voice, by scene. @type {Map<string, string>} */
const said = new Map();

/**
 * @param {string} id
 * @param {boolean} blocked
 */
export function togetherPanel(id, blocked) {
  const goal = store.ballot.goals?.find((one) => one.device_id === id);
  const votes = store.ballot.votes?.find((one) => one.device_id === id)?.votes ?? 0;
  const all = store.ballot.votes?.reduce((sum, one) => sum + one.votes, 0) ?? 0;
  const share = goal ? goal.people / goal.needed : votes / Math.max(1, all);
  return html`<section class="together">
    <p class="together__text">${said.get(id) ?? (goal ? goalInWords(goal) : votesInWords(votes))}</p>
    <span class="together__share" ${vars({ "--left": String(share) })}></span>
    <button
      type="button"
      class="button button--wide"
      aria-disabled=${blocked ? "true" : "false"}
      @click=${() => !blocked && void voteFor(id)}
    >
      ${icon("hand")}${goal ? t("Count me in") : t("Vote for it")}
    </button>
  </section>`;
}

/** @param {string} id */
async function voteFor(id) {
  const answer = await vote(id);
  if (answer.ok) said.delete(id);
  else said.set(id, answer.error.retry_after_ms ? againInWords(answer.error.retry_after_ms) : reasonInWords(answer.error.code));
  store.changed();
  if (!answer.ok) setTimeout(() => said.delete(id) && store.changed(), answer.error.retry_after_ms ?? 4000);
}

/** @param {{people: number, needed: number, seconds: number}} goal */
function goalInWords({ people, needed, seconds }) {
  return `${people} / ${needed}. ${tn("It happens when {people} people want it within {n} second.", "It happens when {people} people want it within {n} seconds.", seconds, { people: needed })}`;
}

/** @param {number} votes */
function votesInWords(votes) {
  const { left_ms, at } = store.ballot;
  if (left_ms === undefined) return t("Everybody decides about scenes. Begin a vote.");
  const time = span(Math.max(0, left_ms - (Date.now() - at)));
  return tn("{n} vote, {time} left.", "{n} votes, {time} left.", votes, { time });
}
