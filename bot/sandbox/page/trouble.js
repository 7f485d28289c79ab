// The trouble panel: everything that can go wrong with Slack, on demand, and the deliveries healing.

import { act, read } from "./api.js";
import { trying } from "./dialog.js";
import { el, swap } from "./dom.js";
import { icon } from "./icons.js";
import { channelOf, myZone, on, place, userName, world } from "./store.js";
import { shortMoment } from "./time.js";
import { titleOf } from "./sidebar.js";

/** Each trouble: its words, what it says in detail, and what is sent to POST /_/trouble (or another path). */
const TROUBLES = [
  { title: "Slack is slow", detail: "Every call takes two seconds.", body: { slow_ms: 2000 } },
  { title: "Slack is busy", detail: "The next three calls get 429 and “try again in five seconds”.", body: { rate_limit: { retry_after: 5, times: 3 } } },
  { title: "Slack breaks", detail: "The next three messages end with an internal error.", body: { fail: { method: "chat.postMessage", error: "internal_error", times: 3 } } },
  { title: "A reply is lost", detail: "The next message is posted, but the bot never hears that it was.", body: { cut: { method: "chat.postMessage", times: 1, after_processing: true } } },
  { title: "A call is lost", detail: "The next message is cut off before Slack takes it.", body: { cut: { method: "chat.postMessage", times: 1, after_processing: false } } },
  { title: "Cut the socket", detail: "The bot's connection goes; it has to come back by itself.", body: { cut_sockets: true } },
  { title: "No connection for 20 s", detail: "The socket is cut and new ones are refused.", body: { cut_sockets: true, refuse_sockets_for: 20 } },
  { title: "An event comes twice", detail: "The next event is delivered a second time.", body: { events: { duplicate: 1 } } },
  { title: "An event gets lost", detail: "The first attempt at the next event is dropped; Slack tries again.", body: { events: { drop: 1 } } },
];

/** The panel; `draw` after state changed, `watch()` while it is open, `leave()` after. */
export function troublePanel(close) {
  const current = el("div", { class: "current-trouble", role: "status" });
  const bot = el("p", { class: "bot-state" });
  const people = el("select", { class: "field", "aria-label": "Person" });
  const room = el("button", { type: "button", class: "button small", onclick: () => channelTurn() });
  const table = el("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Deliveries" });
  const node = el("section", { class: "panel", "aria-label": "Trouble" },
    el("header", { class: "panel-head" }, el("h2", {}, "Trouble"), el("button", { type: "button", class: "icon-button", "aria-label": "Close the trouble panel", onclick: close }, icon("close"))),
    el("div", { class: "panel-body", tabindex: "0", role: "region", "aria-label": "Troubles and deliveries" },
      el("p", { class: "hint" }, "Break what you like. Nothing that people told may be lost, and nothing may come twice."),
      current,
      el("ul", { class: "troubles" }, TROUBLES.map(card)),
      el("h3", {}, "The bot"), bot,
      el("p", { class: "hint" }, "What people say to a bot that is away, Slack brings again after one minute and after five."),
      el("div", { class: "button-row" },
        el("button", { type: "button", class: "button small danger", onclick: () => trying(() => act("bot", { action: "crash" })) }, "Crash it (kill -9)"),
        el("button", { type: "button", class: "button small", onclick: () => trying(() => act("bot", { action: "restart" })) }, "Start it again")),
      el("h3", {}, "The channel and the people"),
      el("div", { class: "button-row" }, room),
      el("div", { class: "button-row" }, people,
        el("button", { type: "button", class: "button small danger", onclick: () => person(true) }, "Deactivate"),
        el("button", { type: "button", class: "button small", onclick: () => person(false) }, "Reactivate")),
      el("h3", {}, "Deliveries"), table));

  const person = (deleted) => trying(() => act("person", { user: people.value, deleted }));
  const channelTurn = () => {
    const channel = channelOf(place.channel);
    return channel && trying(() => act("channel", { channel: channel.id, action: channel.is_archived ? "unarchive" : "archive" }));
  };

  function draw() {
    const faults = faultWords(world.trouble);
    swap(current, faults.length > 0 && [el("ul", {}, faults.map((words) => el("li", {}, words))), el("button", { type: "button", class: "button small primary", onclick: () => trying(() => act("trouble", { clear: true })) }, "All well again")]);
    swap(bot, el("span", { class: world.bot.connected ? "light on" : "light" }), world.bot.connected ? " Connected" : " Not connected");
    const channel = channelOf(place.channel);
    room.disabled = !channel || channel.kind === "im";
    room.textContent = channel && channel.kind !== "im" ? `${channel.is_archived ? "Bring back" : "Archive"} ${titleOf(channel)}` : "Archive the channel (open one first)";
    const chosen = people.value;
    people.replaceChildren(...[...world.users.values()].filter((user) => user.role !== "bot").map((user) => el("option", { value: user.id, selected: user.id === chosen }, `${userName(user.id)}${user.deleted ? " (deactivated)" : ""}`)));
  }

  let timer = 0;
  let sign = "";
  async function rows() {
    const answer = await read("deliveries").catch(() => null);
    const list = (Array.isArray(answer) ? answer : answer?.deliveries ?? []).filter((row) => !row.team || row.team === world.team.id);
    const fresh = JSON.stringify(list);
    if (fresh !== sign) {
      sign = fresh;
      swap(table, deliveries(list));
    }
  }
  return {
    node,
    draw,
    watch: () => {
      sign = "";
      rows();
      timer = setInterval(rows, 1000);
    },
    leave: () => clearInterval(timer),
  };
}

const card = (trouble) => el("li", {}, el("button", { type: "button", class: "trouble-card", onclick: () => trying(() => act("trouble", trouble.body)) }, el("strong", {}, trouble.title), el("small", {}, trouble.detail)));

/** What is wrong at the moment, in words. */
function faultWords(trouble) {
  const counted = ({ method, times, ...rest }) => `${method ?? "any call"}, ${times} more${rest.error ? `, ${rest.error}` : ""}`;
  const { slow_ms: slow, refuse_sockets_for: refused, events = {} } = trouble;
  return [
    slow > 0 && `Every call takes ${slow / 1000} s`,
    ...(trouble.rate_limit ?? []).map((one) => `Too busy: ${counted(one)}`),
    ...(trouble.fail ?? []).map((one) => `Failing: ${counted(one)}`),
    ...(trouble.cut ?? []).map((one) => `Cut off: ${counted(one)}`),
    refused > 0 && "New connections are refused for a while",
    events.drop > 0 && `Events to be dropped: ${events.drop}`,
    events.duplicate > 0 && `Events to come twice: ${events.duplicate}`,
    events.delay_ms > 0 && `Events come ${events.delay_ms / 1000} s late`,
  ].filter(Boolean);
}

function deliveries(list) {
  if (!list.length) return el("p", { class: "hint" }, "Nothing has been delivered yet.");
  const at = (value) => (value ? shortMoment(typeof value === "number" ? value : Date.parse(value) / 1000, myZone()) : "");
  const rank = { sending: 0, unknown: 1, due: 2, failed: 2, parked: 2 };
  const recent = [...list].sort((a, b) => (rank[a.state] ?? 5) - (rank[b.state] ?? 5) || String(b.due_at).localeCompare(String(a.due_at))).slice(0, 60);
  return el("table", { class: "deliveries" },
    el("thead", {}, el("tr", {}, ["What", "To", "Due", "State", "Tries", "Why"].map((words) => el("th", { scope: "col" }, words)))),
    el("tbody", {}, recent.map((row) => el("tr", {},
      el("td", {}, row.kind), el("td", {}, placeWords(row.to)), el("td", {}, at(row.due_at)),
      el("td", {}, el("span", { class: `state ${row.state}` }, row.state)), el("td", {}, String(row.attempts ?? 0)), el("td", {}, row.reason ?? "")))));
}

/** A person's or channel's name; ids may come as "slack:T1:U1". */
function placeWords(to) {
  const id = String(to ?? "").split(/[:/]/).at(-1);
  return world.users.has(id) ? userName(id) : titleOf(channelOf(id)) || String(to ?? "");
}

/** Redraws an open panel as the workspace changes. */
export function followTrouble(current) {
  for (const topic of ["state", "place"]) on(topic, () => current()?.draw());
}
