// A location of two lamps without Home Assistant. Needs Node and `npm install socket.io-client`.
//   node controller.mjs http://127.0.0.1:8080 --code K7QF-93XM     joins for the first time and prints its token
//   node controller.mjs http://127.0.0.1:8080 --token <token>      comes back later
// The messages are described in docs/protocol.md.
import { io } from "socket.io-client";

const [server, how, secret] = process.argv.slice(2);
const token = how === "--code" ? await pair(secret) : secret;

const names = { window: "Window", porch: "Porch" };
const lamps = Object.fromEntries(Object.keys(names).map((id) => [id, { on: false, rgb: [255, 160, 0] }]));
let seq = 0;

const socket = io(`${server}/location`, { auth: { token }, transports: ["websocket"] });

socket.on("connect", async () => {
  const hello = { protocol_version: 1, min_protocol_version: 1, software: "example", software_version: "1" };
  const welcome = await socket.emitWithAck("hello", hello);
  if (!welcome.ok) throw new Error(welcome.error.message);
  const devices = Object.entries(names).map(([device_id, en]) => (
    { device_id, kind: "light", name: { en }, actions: ["turn_on", "turn_off", "set_color"] }));
  await socket.emitWithAck("catalog", { revision: 1, devices, states: Object.keys(lamps).map(state), sharing: { mode: "open" } });
  console.log(`joined as ${welcome.name}`);
});

socket.on("device_command", ({ command_id, device_id, action }, answer) => {
  const lamp = lamps[device_id];
  if (!lamp) return answer({ ok: false, error: { code: "not_exposed", message: "no such lamp" } });
  lamp.on = action.type !== "turn_off"; // Here a real controller would switch its hardware.
  lamp.rgb = action.rgb ?? lamp.rgb;
  console.log(`${device_id}: ${lamp.on ? lamp.rgb.join(" ") : "off"}`);
  answer({ ok: true });
  socket.emit("device_state", { ...state(device_id), command_id });
});

socket.on("goodbye", ({ message }) => { console.error(message); process.exit(1); });
socket.on("connect_error", ({ message, data }) => console.error(data ? `${data.code}: ${message}` : message));

function state(device_id) {
  return { device_id, seq: ++seq, available: true, ...lamps[device_id] };
}

async function pair(code) {
  const response = await fetch(`${server}/api/v1/pair`, { method: "POST", body: JSON.stringify({ code }) });
  const answer = await response.json();
  if (!answer.ok) throw new Error(answer.error.message);
  console.log(`token ${answer.token}`);
  return answer.token;
}
