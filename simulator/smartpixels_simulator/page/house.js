/** The house page: listens to the simulator, hands the lights to the scene, and offers the switches of each device. */
import { Scene } from "./scene.js";
import { choose, text, translate } from "./texts.js";

/** Other devices than controllers have no brightness and no effect.
 * @typedef {{on: boolean, brightness?: number, effect?: string}} State */
/** @typedef {{delay_ms: number, fail: string | null, power: string, push_interval_ms: number}} Faults */
/** @typedef {{id: string, name: string, host: string, port: number, faults: Faults, state: State,
 *   picture: {on: boolean, pixels: [number, number, number][]}}} Device */

const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById("picture"));
const list = /** @type {HTMLElement} */ (document.getElementById("devices"));
const lost = /** @type {HTMLElement} */ (document.getElementById("lost"));
const template = /** @type {HTMLTemplateElement} */ (document.getElementById("device"));
const scene = new Scene(canvas);

/** One device's card. */
class Card {
  /** @param {Device} device */
  constructor(device) {
    this.device = device;
    this.shown = "";
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.root = /** @type {HTMLElement} */ (copy.firstElementChild);
    this.strip = this.find("canvas", HTMLCanvasElement);
    this.root.addEventListener("change", (event) => this.changed(event));
    this.control("reboot").addEventListener("click", () => this.send({ reboot: true }));
    list.append(copy);
    translate(this.root);
  }

  /** @template {Element} T @param {string} selector @param {new () => T} type @returns {T} */
  find(selector, type) {
    const found = this.root.querySelector(selector);
    if (!(found instanceof type)) throw new TypeError(selector);
    return found;
  }

  /** @param {string} name @returns {HTMLInputElement} */
  control(name) {
    return /** @type {HTMLInputElement} */ (this.root.querySelector(`[name="${name}"]`));
  }

  /** @param {Event} event */
  changed(event) {
    const { name, value, checked } = /** @type {HTMLInputElement} */ (event.target);
    if (name === "power") this.send({ power: checked ? "on" : "off" });
    else if (name === "fail") this.send({ fail: value || null });
    else this.send({ [name]: Number(value) });
  }

  /** @param {object} wanted */
  async send(wanted) {
    const problem = this.find(".problem", HTMLElement);
    problem.textContent = "";
    try {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(`/api/devices/${this.device.id}`, { method: "POST", headers, body: JSON.stringify(wanted) });
      if (!response.ok) throw new Error((await response.json()).error);
    } catch (error) {
      problem.textContent = text("failed").replace("{reason}", error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {Device} device */
  show(device) {
    this.device = device;
    this.showStrip(device.picture.pixels);
    const { picture: _, ...facts } = device;
    const shown = JSON.stringify([facts, text("title")]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.showWords(device);
    this.showFaults(device.faults);
  }

  /** @param {[number, number, number][]} pixels */
  showStrip(pixels) {
    this.strip.width = Math.max(1, pixels.length);
    const context = /** @type {CanvasRenderingContext2D} */ (this.strip.getContext("2d"));
    const image = context.createImageData(this.strip.width, 1);
    pixels.forEach(([red, green, blue], index) => image.data.set([red, green, blue, 255], index * 4));
    context.putImageData(image, 0, 0);
  }

  /** @param {Device} device */
  showWords({ name, host, port, state, faults, picture }) {
    const address = this.find(".address", HTMLAnchorElement);
    this.find("h3", HTMLElement).textContent = name;
    address.textContent = port ? `${host}:${port}` : host;
    if (port) address.href = `http://${host}:${port}/json`;
    const words = [faults.power === "off" ? text("no_power") : state.on ? (state.effect ?? text("on")) : text("off")];
    if (state.on && state.brightness) words.push(`${Math.round((state.brightness / 255) * 100)} %`);
    words.push(`${picture.pixels.length} ${text("leds")}`);
    this.find(".state", HTMLElement).textContent = words.join(" · ");
  }

  /** @param {Faults} faults */
  showFaults(faults) {
    this.control("power").checked = faults.power === "on";
    this.control("fail").value = faults.fail ?? "";
    this.control("delay_ms").value = String(faults.delay_ms);
    this.control("push_interval_ms").value = String(faults.push_interval_ms);
    const badge = this.find(".badge", HTMLElement);
    badge.textContent = faults.fail ? `${text("answers")}: ${text(`fail_${faults.fail}`)}` : faults.delay_ms ? text("slow") : "";
    badge.hidden = badge.textContent === "";
  }
}

/** @type {Map<string, Card>} */
const cards = new Map();

/** @param {Device} device */
function show(device) {
  let card = cards.get(device.id);
  if (!card) {
    card = new Card(device);
    cards.set(device.id, card);
  }
  card.show(device);
  scene.light(Number(device.id), device.picture.pixels);
}

/** Listens for as long as the page is open; waits a little longer after every failure.
 * @param {number} pause */
function listen(pause) {
  const socket = new WebSocket(`ws://${location.host}/api/live`);
  socket.addEventListener("message", (event) => {
    pause = 500;
    lost.hidden = true;
    show(JSON.parse(event.data));
  });
  socket.addEventListener("close", () => {
    lost.hidden = false;
    setTimeout(() => listen(Math.min(5000, pause * 1.6)), pause);
  });
}

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    choose(button.getAttribute("data-language") ?? "en");
    for (const card of cards.values()) card.show(card.device);
  });
}
translate(document);
listen(500);
