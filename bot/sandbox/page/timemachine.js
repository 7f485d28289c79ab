// The time machine: what is due next, the jumps, a week in ten seconds, and the log of what happened meanwhile.

import { act, read } from "./api.js";
import { trying } from "./dialog.js";
import { coalesce, el, swap } from "./dom.js";
import { icon } from "./icons.js";
import { channelOf, go, myZone, now, on, setClock, tell, userName, world } from "./store.js";
import { distance, shortMoment, span } from "./time.js";
import { titleOf } from "./sidebar.js";

/** The jumps that stand in the bar and in the panel. */
export const JUMPS = [
  { name: "Next event", short: "Next event", preset: "next" },
  { name: "To Friday 15:00", short: "Friday 15:00", preset: "friday15" },
  { name: "One hour on", short: "+1 hour", preset: "hour" },
  { name: "One day on", short: "+1 day", preset: "day" },
];

const WEEK = 7 * 86400;
const TEN_SECONDS = 10_000;
const KEPT = 200;
let due = [];
let log = [];
let running = false;

/** What is due, the soonest first: [{at (epoch seconds), what, who, channel}]. */
export const comingUp = () => due;

const epoch = (at) => (typeof at === "number" ? at : Date.parse(at) / 1000);
const nameOf = (who) => (Array.isArray(who) ? who.map(nameOf).join(", ") : who ? userName(who) : "");

async function readDue() {
  const answer = await trying(() => read("due"));
  const rows = Array.isArray(answer) ? answer : answer?.due ?? [];
  due = rows.map((row) => ({ ...row, at: epoch(row.at), who: nameOf(row.who) })).sort((a, b) => a.at - b.at);
  tell("clock");
}

/** Reads again what is due, soon. */
export const refreshDue = coalesce(readDue, 400);

/** Moves the workspace's clock by a preset, and says so in the log. */
export async function jump(preset) {
  await move({ preset });
}

async function move(body) {
  const from = now();
  const moved = await trying(() => act("clock", body));
  if (!moved) return false;
  setClock({ offset: moved.offset, now: moved.now });
  note({ at: now(), what: `The clock moves on ${span(now() - from)}`, quiet: true });
  refreshDue();
  return true;
}

/** Lets a week pass in about ten seconds, from one due thing to the next. */
export async function passWeek() {
  if (running) return;
  running = true;
  tell("clock");
  const end = now() + WEEK;
  while (running && now() < end - 1) {
    const from = now();
    await readDue();
    const next = due.find((one) => one.at > from + 1)?.at ?? from + 6 * 3600;
    const to = Math.min(Math.max(next + 1, from + 60), from + 86400, end);
    if (!(await move({ to }))) break;
    await new Promise((done) => setTimeout(done, Math.max(220, (TEN_SECONDS * (to - from)) / WEEK)));
  }
  running = false;
  tell("clock");
}

/** Adds a line to the log: {at, what, who?, channel?, quiet?}. */
export function note(entry) {
  log = [...log.slice(-KEPT), entry];
  tell("log");
}

/** Lets the log and the list of what is due follow the workspace. */
export function followTime() {
  on("become", () => {
    refreshDue();
    readDeliveries();
  });
  on("event", (event) => {
    if (event.type === "happening") happened(event);
    if (event.type === "message" && event.channel && !delivered.size) writtenByBot(event);
    if (event.type === "clock") setClock(event), tell("clock");
    if (["clock", "happening", "message", "bot"].includes(event.type)) refreshDue(), readDeliveries();
  });
}

function happened(event) {
  const what = event.what === "trouble" ? "Somebody changed the trouble" : event.what ?? "Something happened";
  note({ at: event.at ? epoch(event.at) : now(), what, who: nameOf(event.who), channel: event.channel, quiet: event.what === "trouble" });
}

/** Without a table of deliveries the log tells what the bot posts where this person can see it. */
async function writtenByBot(event) {
  const answer = await read("messages", { channel: event.channel, thread: event.ts }).catch(() => null);
  const message = answer?.messages.find((one) => one.ts === event.ts);
  if (message?.bot_id && !message.thread_ts) note({ at: Number(event.ts), what: `${world.bot.name} wrote`, channel: event.channel });
}

const delivered = new Map();

/** Tells the log which deliveries came to an end since the last look, one line for each kind and end. */
const readDeliveries = coalesce(async () => {
  const answer = await read("deliveries").catch(() => null);
  const first = !delivered.size;
  const ended = new Map();
  for (const row of answer?.deliveries ?? []) {
    if (!first && delivered.get(row.id) !== row.state && ENDS.has(row.state)) {
      const what = `${row.kind[0].toUpperCase()}${row.kind.slice(1).replaceAll("_", " ")} ${row.state}`;
      ended.set(what, [...(ended.get(what) ?? []), String(row.to ?? "").split(/[:/]/).at(-1)]);
    }
    delivered.set(row.id, row.state);
  }
  for (const [what, ids] of ended) {
    const people = ids.filter((id) => world.users.has(id)).map((id) => userName(id).split(" ")[0]);
    note({ at: now(), what, who: [...new Set(people)].join(", "), channel: ids.find(channelOf) });
  }
}, 300);

const ENDS = new Set(["sent", "skipped", "failed", "unknown", "parked", "expired"]);

/** The panel: the clock, the jumps, what is due and what happened. */
export function timePanel(close) {
  const when = el("p", { class: "big-clock" });
  const week = el("button", { type: "button", class: "button primary", onclick: () => (running ? (running = false) : passWeek()) });
  const coming = el("ol", { class: "due" });
  const lines = el("ol", { class: "log", "aria-live": "polite" });
  const node = el("section", { class: "panel", "aria-label": "Time machine" },
    el("header", { class: "panel-head" }, el("h2", {}, "Time machine"), el("button", { type: "button", class: "icon-button", "aria-label": "Close the time machine", onclick: close }, icon("close"))),
    el("div", { class: "panel-body", tabindex: "0", role: "region", "aria-label": "Clock and log" }, when,
      el("div", { class: "button-row" }, JUMPS.map(({ name, preset }) => el("button", { type: "button", class: "button small", onclick: () => jump(preset) }, name)), week),
      el("h3", {}, "Due next"), coming, el("h3", {}, "What happened"), lines));
  const draw = () => {
    when.textContent = shortMoment(now(), myZone());
    week.textContent = running ? "Stop here" : "A week in ten seconds";
    swap(coming, due.slice(0, 8).map(dueRow), !due.length && el("li", { class: "hint" }, "Nothing is due."));
  };
  const drawLog = () => swap(lines, log.length ? newestLog(80) : el("li", { class: "hint" }, "Nothing yet. Let some time pass."));
  draw();
  drawLog();
  return { node, draw, drawLog };
}

const dueRow = (row) => el("li", {}, el("strong", {}, row.what), row.who && ` for ${row.who}`, channelOf(row.channel) && ` in ${titleOf(channelOf(row.channel))}`,
  el("small", {}, `${shortMoment(row.at, myZone())}, ${distance(row.at, now())}`));

/** The newest lines of the log as list items. */
export const newestLog = (count) => log.slice(-count).reverse().map(logRow);

function logRow(entry) {
  const channel = channelOf(entry.channel);
  const where = channel && el("button", { type: "button", class: "link-button", onclick: () => go({ channel: channel.id }) }, titleOf(channel));
  return el("li", { class: entry.quiet ? "quiet" : "" }, el("small", {}, shortMoment(entry.at, myZone())), el("span", {}, entry.what, entry.who && ` for ${entry.who}`, where && [" · ", where]));
}
