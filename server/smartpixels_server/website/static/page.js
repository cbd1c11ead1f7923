// What the server put into the page: data, and texts in the viewer's language.

/** @import {Device, PageData} from "./types.js" */

/** @type {PageData} */
export const page = JSON.parse(document.getElementById("page-data")?.textContent ?? "{}");

const plurals = new Intl.PluralRules(page.language);
const ordinals = new Intl.PluralRules(page.language, { type: "ordinal" });
const clock = new Intl.DateTimeFormat(page.language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayAndClock = new Intl.DateTimeFormat(page.language, {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/**
 * The text in the viewer's language, with its `{names}` filled in.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const text = page.texts[key];
  return fill(typeof text === "string" ? text : key, values);
}

/**
 * The text in the plural form of `count`, which fills `{n}`.
 * @param {string} one
 * @param {string} other
 * @param {number} count
 * @param {Record<string, string | number>} [values]
 */
export function tn(one, other, count, values = {}) {
  const forms = page.texts[one];
  const text = typeof forms === "object" ? (forms[plurals.select(count)] ?? forms["many"]) : undefined;
  return fill(text ?? (count === 1 ? one : other), { n: count, ...values });
}

/**
 * Time of day; with the weekday when it is not within half a day of now.
 * @param {string} time
 */
export function timeOfDay(time) {
  const date = new Date(time);
  return (Math.abs(date.getTime() - Date.now()) < 12 * 3600_000 ? clock : dayAndClock).format(date);
}

/**
 * A place in a row, such as 3rd.
 * @param {number} n
 */
export function ordinal(n) {
  switch (ordinals.select(n)) {
    case "one":
      return t("{n}st", { n });
    case "two":
      return t("{n}nd", { n });
    case "few":
      return t("{n}rd", { n });
    default:
      return t("{n}th", { n });
  }
}

/**
 * Minutes and seconds.
 * @param {number} ms
 */
export function span(ms) {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {Device | undefined} device */
export function localName(device) {
  return (page.language === "pl" && device?.name.pl) || device?.name.en || "";
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
