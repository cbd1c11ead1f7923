// The wire's shapes (docs/protocol.md) as the page sees them; types only.

/** @typedef {[number, number, number]} Rgb */
/** @typedef {"connecting" | "online" | "reconnecting" | "gone"} Connection */
/** @typedef {"open" | "view_only" | "paused" | "closed"} SharingMode */

/**
 * @typedef {object} Device
 * @property {string} device_id
 * @property {string} kind
 * @property {{en: string, pl?: string | null}} name
 * @property {string[]} actions
 * @property {string[]} [effects]
 * @property {{min: number, max: number} | null} [kelvin]
 * @property {number | null} [pixels]
 * @property {number} [max_brightness]
 * @property {string} [who]
 */

/**
 * @typedef {object} DeviceState
 * @property {string} device_id
 * @property {number} seq
 * @property {boolean} available
 * @property {string | null} [reason]
 * @property {boolean | null} [on]
 * @property {number | null} [brightness]
 * @property {Rgb | null} [rgb]
 * @property {number | null} [kelvin]
 * @property {string | null} [effect]
 * @property {string | null} [command_id]
 */

/**
 * @typedef {object} Action
 * @property {string} type
 * @property {Rgb} [rgb]
 * @property {number} [kelvin]
 * @property {number} [brightness]
 * @property {string} [effect]
 */

/** @typedef {{online: boolean, since: string}} Link */
/** @typedef {{mode: SharingMode, reason?: string | null, next_change?: string | null}} Sharing */
/** @typedef {{watching: number, acting: number}} Audience */
/** @typedef {{left: number, capacity: number, refill_ms: number}} Tokens */
/** @typedef {{viewer_id: string, handle: string}} Viewer */

/**
 * What people decide together.
 * @typedef {object} Ballot
 * @property {number} [left_ms]
 * @property {{device_id: string, votes: number}[]} [votes]
 * @property {{device_id: string, people: number, needed: number, seconds: number}[]} [goals]
 */

/**
 * How people share the place, and where this viewer stands.
 * @typedef {object} Turn
 * @property {"free" | "turns"} mode
 * @property {"few" | "many" | "pinned"} reason
 * @property {number} waiting
 * @property {Viewer} [holder]
 * @property {number} [turn_ms]
 * @property {boolean} [mine]
 * @property {number} [place]
 * @property {number} [wait_ms]
 * @property {number} [ready_ms]
 * @property {boolean} [is_ready]
 */

/**
 * @typedef {object} Activity
 * @property {string} command_id
 * @property {string} device_id
 * @property {string} action which kind of action it was
 * @property {Viewer} viewer
 * @property {string} at
 * @property {DeviceState} [look] the state that it led to, as far as this page saw it
 */

/** @typedef {{code: string, message: string, retry_after_ms?: number}} Refusal */

/**
 * What is known when the page is served, and again with every join.
 * @typedef {object} Snapshot
 * @property {Viewer} [viewer]
 * @property {Link} link
 * @property {Sharing} sharing
 * @property {Device[]} devices
 * @property {DeviceState[]} states
 * @property {Audience} audience
 * @property {Tokens} [tokens]
 * @property {Turn} [turn]
 * @property {Ballot} [ballot]
 * @property {{text: string} | null} [announcement]
 * @property {Activity[]} [activity]
 */

/**
 * @typedef {object} PageData
 * @property {string} language
 * @property {string} slug
 * @property {string} sprite
 * @property {Record<string, string | Record<string, string>>} texts
 * @property {Vocabulary} vocabulary
 * @property {Snapshot} snapshot
 */

/**
 * @typedef {object} Vocabulary
 * @property {{name: string, rgb: Rgb}[]} colors
 * @property {{kelvin: number, name: string, rgb: Rgb}[]} whites
 * @property {Record<string, {label: string, character: string}>} effects
 * @property {string[]} steady
 */

export {};
