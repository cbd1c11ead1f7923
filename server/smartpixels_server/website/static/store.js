// What is known about the place, and what this viewer wishes; elements redraw on every "change".

import { page } from "./page.js";

/** @import {Action, Activity, Audience, Ballot, Connection, Device, DeviceState, Link, Refusal, Sharing, Snapshot, Tokens, Turn, Viewer} from "./types.js" */

/**
 * A wish for one lamp, on its way: waiting for its moment, sent, done (at the lamp) or refused.
 * @typedef {object} Wish
 * @property {string} command_id
 * @property {Action} action
 * @property {"waiting" | "sent" | "done" | "refused"} stage
 * @property {Refusal} [refusal]
 * @property {number} [retryAt] when it may be tried again, in ms of the page's clock
 * @property {boolean} [previewed] it still covers the confirmed state
 */

const FEED_LENGTH = 40;
const AFTERMATH_MS = 3000;

class LocationStore extends EventTarget {
  /** @param {Snapshot} snapshot */
  constructor(snapshot) {
    super();
    /** @type {Connection} */
    this.connection = "connecting";
    /** @type {Map<string, Wish>} */
    this.wishes = new Map();
    /** Who last changed which lamp, and since when this page knows. @type {Map<string, {viewer: Viewer, known: number}>} */
    this.authors = new Map();
    /** @type {string | undefined} */
    this.chosenId = undefined;
    /** @type {Viewer | undefined} */
    this.viewer = undefined;
    /** @type {(Tokens & {at: number}) | undefined} */
    this.tokens = undefined;
    /** @type {(Turn & {at: number}) | undefined} */
    this.turn = undefined;
    /** @type {Ballot & {at: number}} */
    this.ballot = { at: 0 };
    /** A line of the owner. */
    this.announcement = "";
    /** @type {Activity[]} */
    this.activity = [];
    /** @type {Map<string, Device>} */
    this.devices = new Map();
    /** @type {Map<string, DeviceState>} */
    this.states = new Map();
    this.link = snapshot.link;
    this.sharing = snapshot.sharing;
    this.audience = snapshot.audience;
    this.replace(snapshot);
  }

  /**
   * Takes a snapshot: the truth of this moment, replaces everything.
   * @param {Snapshot} snapshot
   */
  replace(snapshot) {
    this.link = snapshot.link;
    this.sharing = snapshot.sharing;
    this.audience = snapshot.audience;
    this.viewer = snapshot.viewer ?? this.viewer;
    this.announcement = snapshot.announcement?.text ?? "";
    if (snapshot.tokens) this.setTokens(snapshot.tokens);
    this.setBallot(snapshot.ballot ?? {});
    if (snapshot.turn) this.setTurn(snapshot.turn);
    this.setCatalog(snapshot.devices, snapshot.states);
    const seen = new Map(this.activity.map((activity) => [activity.command_id, activity]));
    this.activity = [];
    for (const activity of snapshot.activity ?? []) this.#remember(seen.get(activity.command_id) ?? activity);
  }

  /**
   * @param {Device[]} devices
   * @param {DeviceState[]} states
   */
  setCatalog(devices, states) {
    this.devices = new Map(devices.map((device) => [device.device_id, device]));
    this.states = new Map(states.map((state) => [state.device_id, state]));
    if (!this.devices.has(this.chosenId ?? "")) this.chosenId = devices[0]?.device_id;
    this.changed();
  }

  /** @param {DeviceState} state the newest seq wins */
  setState(state) {
    const known = this.states.get(state.device_id);
    if (known && known.seq >= state.seq) return;
    this.states.set(state.device_id, state);
    if (known && !state.command_id && looksDifferent(known, state)) this.#forgetAuthor(state.device_id);
    for (const activity of this.activity) if (activity.command_id === state.command_id) activity.look = state;
    const wish = this.wishes.get(state.device_id);
    if (wish?.stage === "done" && wish.command_id === state.command_id) wish.previewed = false;
    this.changed();
  }

  /** @param {Activity} activity */
  addActivity(activity) {
    this.#remember(activity);
    this.changed();
  }

  /** @param {{link: Link, sharing: Sharing}} location */
  setLocation({ link, sharing }) {
    this.link = link;
    this.sharing = sharing;
    this.changed();
  }

  /** @param {Audience} audience */
  setAudience(audience) {
    this.audience = audience;
    this.changed();
  }

  /** @param {Tokens} tokens */
  setTokens(tokens) {
    this.tokens = { ...tokens, at: Date.now() };
    this.changed();
  }

  /** @param {Turn} turn */
  setTurn(turn) {
    this.turn = { ...turn, at: Date.now() };
    this.changed();
  }

  /** @param {Ballot} ballot */
  setBallot(ballot) {
    this.ballot = { ...ballot, at: Date.now() };
    this.changed();
  }

  /** @param {string} text */
  setAnnouncement(text) {
    this.announcement = text;
    this.changed();
  }

  /** @param {Connection} connection */
  setConnection(connection) {
    this.connection = connection;
    document.documentElement.dataset["connection"] = connection;
    this.changed();
  }

  /** @param {string} deviceId */
  choose(deviceId) {
    this.chosenId = deviceId;
    this.changed();
  }

  /**
   * @param {string} deviceId
   * @param {Wish} wish
   */
  setWish(deviceId, wish) {
    this.wishes.set(deviceId, wish);
    this.changed();
  }

  /** @param {string} deviceId */
  dropWish(deviceId) {
    this.wishes.delete(deviceId);
    this.changed();
  }

  get chosen() {
    return this.devices.get(this.chosenId ?? "");
  }

  /** How many changes this viewer has left now. */
  get tokensLeft() {
    if (!this.tokens) return undefined;
    const { left, capacity, refill_ms, at } = this.tokens;
    return Math.min(capacity, left + Math.floor((Date.now() - at) / refill_ms));
  }

  /**
   * What is left now of one of the turn's spans, in ms.
   * @param {"turn_ms" | "wait_ms" | "ready_ms"} name
   */
  left(name) {
    return Math.max(0, (this.turn?.[name] ?? 0) - (Date.now() - (this.turn?.at ?? 0)));
  }

  /**
   * Whether this is a scene that people decide together.
   * @param {string | undefined} deviceId
   */
  isShared(deviceId) {
    const isGoal = this.ballot.goals?.some((goal) => goal.device_id === deviceId) ?? false;
    return isGoal || (this.turn?.mode === "turns" && this.devices.get(deviceId ?? "")?.kind === "scene");
  }

  /**
   * Whether this lamp obeys only the holder of the turn.
   * @param {string | undefined} deviceId
   */
  needsTurn(deviceId) {
    if (this.isShared(deviceId)) return false;
    return this.turn?.mode === "turns" || this.devices.get(deviceId ?? "")?.who === "turn_holder";
  }

  /**
   * What a lamp should look like to this viewer: the confirmed state under the viewer's own wish.
   * @param {string} deviceId
   * @returns {DeviceState | undefined}
   */
  look(deviceId) {
    const state = this.states.get(deviceId);
    const wish = this.wishes.get(deviceId);
    if (!state || !wish?.previewed) return state;
    return { ...state, ...wished(wish.action) };
  }

  /**
   * Why a lamp cannot be changed now, or nothing.
   * @param {string | undefined} deviceId
   * @returns {string | undefined}
   */
  obstacle(deviceId) {
    if (this.connection === "gone") return "unknown_location";
    if (this.connection !== "online") return "connecting";
    if (!this.link.online) return "offline";
    if (this.sharing.mode !== "open") return this.sharing.mode;
    if (!this.states.get(deviceId ?? "")?.available) return "device_failed";
    if (this.needsTurn(deviceId) && !this.turn?.mine) return "not_your_turn";
    return undefined;
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  /** @param {Activity} activity */
  #remember(activity) {
    if (this.activity.some((known) => known.command_id === activity.command_id)) return;
    const state = this.states.get(activity.device_id);
    if (state?.command_id === activity.command_id) activity.look = state;
    this.activity = [activity, ...this.activity].slice(0, FEED_LENGTH);
    this.authors.set(activity.device_id, { viewer: activity.viewer, known: Date.now() });
  }

  /** @param {string} deviceId a lamp changed and no viewer did it; late reports of a viewer's change are not meant */
  #forgetAuthor(deviceId) {
    if (Date.now() - (this.authors.get(deviceId)?.known ?? 0) > AFTERMATH_MS) this.authors.delete(deviceId);
  }
}

/**
 * @param {DeviceState} a
 * @param {DeviceState} b
 */
function looksDifferent(a, b) {
  return a.on !== b.on || a.effect !== b.effect || String(a.rgb) !== String(b.rgb);
}

/**
 * The state that an action asks for.
 * @param {Action} action
 * @returns {Partial<DeviceState>}
 */
function wished(action) {
  switch (action.type) {
    case "turn_off":
      return { on: false };
    case "set_color":
      return { on: true, rgb: action.rgb ?? null, kelvin: action.kelvin ?? null, effect: null };
    case "set_brightness":
      return { on: true, brightness: action.brightness ?? null };
    case "set_effect":
      return { on: true, effect: action.effect ?? null };
    default:
      return { on: true };
  }
}

export const store = new LocationStore(page.snapshot);
