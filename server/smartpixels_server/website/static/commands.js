// From a tap to an answer: at most four sends a second and lamp, and the last value always arrives.

import { sendCommand } from "./connection.js";
import { store } from "./store.js";

/** @import {Action, Refusal} from "./types.js" */
/** @import {Wish} from "./store.js" */

const SPACING_MS = 250;
const LONGEST_WAIT_MS = 5000;
const STATE_GRACE_MS = 2500;
const SHOW_DONE_MS = 2500;
const SHOW_REFUSED_MS = 8000;

/** When each lamp may be sent to again. @type {Map<string, number>} */
const free = new Map();

/** @type {Map<string, ReturnType<typeof setTimeout>>} */
const timers = new Map();

/**
 * Wishes something for a lamp; a newer wish for the same lamp replaces one that still waits.
 * @param {string} deviceId
 * @param {Action} action
 */
export function wish(deviceId, action) {
  const obstacle = store.obstacle(deviceId);
  if (obstacle) {
    refuse(deviceId, newWish(action), { code: obstacle, message: obstacle });
    return;
  }
  store.setWish(deviceId, newWish(action));
  schedule(deviceId, (free.get(deviceId) ?? 0) - Date.now());
}

/**
 * @param {string} deviceId
 * @param {number} delay
 */
function schedule(deviceId, delay) {
  if (timers.has(deviceId)) return;
  if (delay <= 0) {
    void send(deviceId);
    return;
  }
  const fire = () => {
    timers.delete(deviceId);
    void send(deviceId);
  };
  timers.set(deviceId, setTimeout(fire, delay));
}

/** @param {string} deviceId */
async function send(deviceId) {
  const sent = store.wishes.get(deviceId);
  if (sent?.stage !== "waiting") return;
  sent.stage = "sent";
  sent.retryAt = undefined;
  free.set(deviceId, Date.now() + SPACING_MS);
  store.changed();
  const answer = await sendCommand(sent.command_id, deviceId, sent.action);
  if (answer.tokens) store.setTokens(answer.tokens);
  if (store.wishes.get(deviceId) !== sent) return;
  if (answer.ok) arrived(deviceId, sent);
  else if (answer.error.code === "superseded") store.dropWish(deviceId);
  else if (isWorthWaiting(answer.error)) again(deviceId, sent, answer.error.retry_after_ms ?? 0);
  else refuse(deviceId, sent, answer.error);
}

/**
 * @param {string} deviceId
 * @param {Wish} done
 */
function arrived(deviceId, done) {
  done.stage = "done";
  if (store.states.get(deviceId)?.command_id === done.command_id) done.previewed = false;
  store.changed();
  // The lamp may report a little later than it obeys; until then the wish stays visible, so nothing flickers back.
  later(STATE_GRACE_MS, deviceId, done, () => {
    done.previewed = false;
    store.changed();
  });
  later(STATE_GRACE_MS + SHOW_DONE_MS, deviceId, done, () => store.dropWish(deviceId));
}

/**
 * @param {string} deviceId
 * @param {Wish} refused
 * @param {Refusal} refusal
 */
function refuse(deviceId, refused, refusal) {
  const retryAt = refusal.retry_after_ms ? Date.now() + refusal.retry_after_ms : undefined;
  store.setWish(deviceId, Object.assign(refused, { stage: "refused", refusal, retryAt, previewed: false }));
  later(Math.max(SHOW_REFUSED_MS, refusal.retry_after_ms ?? 0), deviceId, refused, () => store.dropWish(deviceId));
}

/** @param {Refusal} refusal */
function isWorthWaiting(refusal) {
  return refusal.code === "rate_limited" && (refusal.retry_after_ms ?? Infinity) <= LONGEST_WAIT_MS;
}

/**
 * @param {string} deviceId
 * @param {Wish} early
 * @param {number} delay
 */
function again(deviceId, early, delay) {
  store.setWish(deviceId, { ...newWish(early.action), retryAt: Date.now() + delay });
  free.set(deviceId, Date.now() + delay);
  schedule(deviceId, delay);
}

/**
 * @param {number} delay
 * @param {string} deviceId
 * @param {Wish} about only while it is still the lamp's newest wish
 * @param {() => void} act
 */
function later(delay, deviceId, about, act) {
  setTimeout(() => {
    if (store.wishes.get(deviceId) === about) act();
  }, delay);
}

/**
 * @param {Action} action
 * @returns {Wish}
 */
function newWish(action) {
  return { command_id: newId(), action, stage: "waiting", previewed: true };
}

/** Also where the page is not served over HTTPS and `crypto.randomUUID` is missing. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
