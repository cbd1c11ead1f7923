// The standing connection to the server: joins, comes back by itself, carries wishes.

import { io } from "socket.io-client";
import { page } from "./page.js";
import { store } from "./store.js";

/** @import {Action, Refusal, Snapshot, Tokens} from "./types.js" */

/** @typedef {{ok: true, tokens?: Tokens} | {ok: false, error: Refusal, tokens?: Tokens}} Answer */

const JOIN_TIMEOUT_MS = 6000;
const COMMAND_TIMEOUT_MS = 8000;
const RETRY_MS = 2000;

const socket = io("/viewer", {
  transports: ["websocket"],
  reconnectionDelay: 400,
  reconnectionDelayMax: 5000,
  timeout: JOIN_TIMEOUT_MS,
  autoConnect: false,
});

/** Connects, and stays connected for the life of the page. */
export function connect() {
  socket.on("connect", join);
  socket.on("disconnect", lost);
  socket.on("connect_error", lost);
  socket.on("viewer_state", (state) => store.setState(state));
  socket.on("viewer_catalog", ({ devices, states }) => store.setCatalog(devices ?? [], states ?? []));
  socket.on("location_state", (location) => store.setLocation(location));
  socket.on("audience", (audience) => store.setAudience(audience));
  socket.on("turn", (turn) => store.setTurn(turn));
  socket.on("ballot", (ballot) => store.setBallot(ballot));
  socket.on("announcement", ({ text }) => store.setAnnouncement(text));
  socket.on("activity", (activity) => store.addActivity(activity));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && hurry());
  window.addEventListener("online", hurry);
  window.addEventListener("pageshow", (event) => event.persisted && hurry());
  window.addEventListener("pagehide", () => socket.disconnect());
  socket.connect();
}

/**
 * Sends one wish; the answer comes at most some seconds later.
 * @param {string} command_id
 * @param {string} device_id
 * @param {Action} action
 * @returns {Promise<Answer>}
 */
export async function sendCommand(command_id, device_id, action) {
  try {
    return await socket.timeout(COMMAND_TIMEOUT_MS).emitWithAck("viewer_command", { command_id, device_id, action });
  } catch {
    return { ok: false, error: { code: "no_answer", message: "the server did not answer" } };
  }
}

export const requestTurn = () => tellTurn("request_turn");
export const readyForTurn = () => tellTurn("ready");
export const giveUpTurn = () => tellTurn("pass_turn");

/**
 * A voice for a scene; the answer is the vote as it stands, or why it does not count.
 * @param {string} device_id
 * @returns {Promise<{ok: true} | {ok: false, error: Refusal}>}
 */
export async function vote(device_id) {
  try {
    const answer = await socket.timeout(JOIN_TIMEOUT_MS).emitWithAck("vote", { device_id });
    if (answer.ok) store.setBallot(answer);
    return answer;
  } catch {
    return { ok: false, error: { code: "no_answer", message: "the server did not answer" } };
  }
}

/** @param {string} event */
async function tellTurn(event) {
  try {
    const answer = await socket.timeout(JOIN_TIMEOUT_MS).emitWithAck(event, {});
    if (answer.ok) store.setTurn(answer);
  } catch {
    // The next push tells how it stands.
  }
}

async function join() {
  try {
    const request = { location: page.slug, language: page.language };
    /** @type {({ok: true} & Snapshot) | {ok: false, error: Refusal}} */
    const answer = await socket.timeout(JOIN_TIMEOUT_MS).emitWithAck("join", request);
    if (answer.ok) {
      store.replace({ ...answer, devices: answer.devices ?? [], states: answer.states ?? [] });
      store.setConnection("online");
    } else if (answer.error.code === "unknown_location") {
      store.setConnection("gone");
    } else {
      restart();
    }
  } catch {
    restart();
  }
}

function lost() {
  if (store.connection !== "gone") store.setConnection(store.connection === "connecting" ? "connecting" : "reconnecting");
  // Socket.IO gives up by itself when the server closed the connection on purpose or refused it.
  if (!socket.active) setTimeout(start, RETRY_MS);
}

function restart() {
  socket.disconnect();
  setTimeout(start, RETRY_MS);
}

function start() {
  // Asking twice while a connection is under way would make the server refuse the second.
  if (!socket.active) socket.connect();
}

/** Does not wait for the next attempt: something tells that it may work now. */
function hurry() {
  if (socket.connected) return;
  socket.disconnect();
  socket.connect();
}
