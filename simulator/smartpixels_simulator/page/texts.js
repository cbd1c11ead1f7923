/** What the page says, in both languages. */

const TEXTS = {
  en: {
    title: "Simulated house",
    lead: "No hardware here, yet Home Assistant takes these lights for real ones.",
    picture: "A house and a tree at night; their light strips show what the simulated devices shine.",
    language: "Language",
    devices: "Devices",
    lost: "The simulator does not answer. Trying again…",
    power: "Power",
    ugly: "Ugly cases",
    answers: "Answers",
    fail_none: "as it should",
    fail_drop: "cut off",
    fail_garbage: "broken JSON",
    fail_empty: "empty",
    fail_http500: "server error 500",
    fail_hang: "never",
    delay: "Delay",
    delay_0: "none",
    pushes: "Pushes",
    push_0: "at once",
    push_1000: "every 1 s, as real",
    push_5000: "every 5 s",
    reboot: "Restart",
    no_power: "no power",
    on: "on",
    off: "off",
    leds: "LEDs",
    slow: "slow",
    failed: "That did not work: {reason}",
  },
  pl: {
    title: "Symulowany dom",
    lead: "Sprzętu tu nie ma, a Home Assistant bierze światła za prawdziwe.",
    picture: "Dom i choinka nocą; taśmy świetlne pokazują to, co świecą symulowane urządzenia.",
    language: "Język",
    devices: "Urządzenia",
    lost: "Symulator nie odpowiada. Ponawiam próbę…",
    power: "Zasilanie",
    ugly: "Złe przypadki",
    answers: "Odpowiedzi",
    fail_none: "jak należy",
    fail_drop: "zerwane",
    fail_garbage: "zepsuty JSON",
    fail_empty: "puste",
    fail_http500: "błąd serwera 500",
    fail_hang: "nigdy",
    delay: "Opóźnienie",
    delay_0: "brak",
    pushes: "Powiadomienia",
    push_0: "od razu",
    push_1000: "co 1 s, jak naprawdę",
    push_5000: "co 5 s",
    reboot: "Restart",
    no_power: "bez zasilania",
    on: "włączone",
    off: "wyłączone",
    leds: "LED",
    slow: "powoli",
    failed: "Nie udało się: {reason}",
  },
};

const KEPT = "smartpixels-simulator-language";
let language = localStorage.getItem(KEPT) ?? (navigator.language.startsWith("pl") ? "pl" : "en");

/** The text of a key in the chosen language.
 * @param {string} key
 * @returns {string} */
export function text(key) {
  /** @type {Record<string, string>} */
  const texts = language === "pl" ? TEXTS.pl : TEXTS.en;
  return texts[key] ?? key;
}

/** Chooses a language, keeps the choice, and translates the page.
 * @param {string} chosen */
export function choose(chosen) {
  language = chosen;
  localStorage.setItem(KEPT, chosen);
  translate(document);
}

/** Fills in every text below a node.
 * @param {ParentNode} root */
export function translate(root) {
  document.documentElement.lang = language;
  document.title = text("title");
  for (const node of root.querySelectorAll("[data-text]")) node.textContent = text(node.getAttribute("data-text") ?? "");
  for (const node of root.querySelectorAll("[data-text-label]")) {
    node.setAttribute("aria-label", text(node.getAttribute("data-text-label") ?? ""));
  }
  for (const node of root.querySelectorAll("[data-language]")) {
    node.setAttribute("aria-pressed", String(node.getAttribute("data-language") === language));
  }
}
