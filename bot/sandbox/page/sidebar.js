// The left column: the workspace, its channels, the app and the people, with what is unread.

import { act } from "./api.js";
import { avatar } from "./avatars.js";
import { trying } from "./dialog.js";
import { el, swap } from "./dom.js";
import { icon } from "./icons.js";
import { askFor } from "./prompts.js";
import { channelName, dmWith, go, me, myZone, now, on, place, userName, world } from "./store.js";
import { clockTime } from "./time.js";

/** Keeps the column as the workspace is. */
export function mountSidebar(root) {
  const draw = () => swap(root, ...column());
  on("state", draw);
  on("place", draw);
  on("unread", draw);
  const tick = () => {
    const node = root.querySelector(".team-me");
    if (node) node.textContent = meWords();
  };
  on("clock", tick);
  setInterval(tick, 5000);
}

function column() {
  const channels = world.channels.filter((channel) => channel.kind !== "im" && (!channel.is_archived || channel.id === place.channel));
  const mine = channels.filter((channel) => channel.is_member);
  const others = channels.filter((channel) => !channel.is_member);
  return [
    head(),
    el("div", { class: "sidebar-scroll" },
      group("Channels", [...mine.map(channelRow), el("button", { type: "button", class: "side-row quiet", "data-key": "new channel", onclick: newChannel }, icon("plus"), "Add a channel")]),
      others.length > 0 && group("Other channels", others.map(channelRow)),
      group("App", world.bot.id ? [botRow()] : []),
      group("Direct messages", people().map(personRow))),
  ];
}

function head() {
  const person = me();
  return el("div", { class: "sidebar-head" },
    el("div", { class: "team-mark", "aria-hidden": "true" }, (world.team.name || "?").slice(0, 1)),
    el("div", { class: "team-words" }, el("strong", { class: "team-name" }, world.team.name), person && el("span", { class: "team-me" }, meWords())));
}

const meWords = () => `${userName(world.me)} · ${clockTime(now(), myZone())}`;

const group = (title, rows) => el("section", { class: "side-group", "aria-label": title }, el("h2", { class: "side-title" }, title), rows);

function row({ key, current, unread, mark, words, label, chosen, quiet, extra }) {
  return el("button", { type: "button", class: ["side-row", current && "current", unread > 0 && "unread", quiet && "quiet"].filter(Boolean).join(" "), "data-key": key,
    "aria-current": current ? "page" : null, "aria-label": unread > 0 ? `${label}, ${unread} unread` : label, onclick: chosen },
  mark, el("span", { class: "side-words" }, words), extra, unread > 0 && el("span", { class: "count", "aria-hidden": "true" }, unread > 99 ? "99+" : String(unread)));
}

function channelRow(channel) {
  const current = channel.id === place.channel;
  return row({ key: channel.id, current, unread: current ? 0 : channel.unread, mark: icon(channel.is_archived ? "archive" : channel.kind === "private" ? "lock" : "hash"),
    words: channel.name, label: channel.name, chosen: () => go({ channel: channel.id }), quiet: !channel.is_member });
}

function botRow() {
  const channel = dmWith(world.bot.id);
  const current = Boolean(channel) && channel.id === place.channel;
  const light = el("span", { class: world.bot.connected ? "light on" : "light", title: world.bot.connected ? "The bot is connected" : "The bot is not connected" });
  return row({ key: "bot", current, unread: current ? 0 : channel?.unread ?? 0, mark: avatar({ role: "bot" }, 20), words: world.bot.name || "The bot", label: world.bot.name || "The bot", chosen: () => openDm(world.bot.id), extra: light });
}

/** Everybody but the bot, the ones with open conversations first. */
function people() {
  const all = [...world.users.values()].filter((user) => user.role !== "bot" && (!user.deleted || dmWith(user.id)));
  const rank = (user) => (user.id === world.me ? 2 : dmWith(user.id) ? 0 : 1);
  return all.sort((a, b) => rank(a) - rank(b) || userName(a.id).localeCompare(userName(b.id)));
}

function personRow(user) {
  const channel = dmWith(user.id);
  const current = Boolean(channel) && channel.id === place.channel;
  const self = user.id === world.me;
  return row({ key: user.id, current, unread: current ? 0 : channel?.unread ?? 0, mark: avatar(user, 20), words: [userName(user.id), self && el("span", { class: "you" }, " you"), user.deleted && el("span", { class: "you" }, " left")],
    label: userName(user.id), chosen: () => (self ? undefined : openDm(user.id)), quiet: user.deleted });
}

/** Opens the conversation with somebody, making it where there is none. */
export async function openDm(user, detail = "") {
  const known = dmWith(user);
  const channel = known?.id ?? (await trying(() => act("dm", { with: user })))?.channel;
  if (channel) go({ channel, detail });
}

async function newChannel() {
  const answer = await askFor("Add a channel", [{ name: "name", label: "Name", placeholder: "small-business" }, { name: "private", label: "Private: only people who are invited see it", type: "checkbox" }], "Create");
  if (!answer?.name) return;
  const made = await trying(() => act("channel", { action: "create", name: answer.name, private: answer.private }));
  if (made?.channel) go({ channel: made.channel.id ?? made.channel });
}

/** How a place is called in headings and labels. */
export function titleOf(channel) {
  if (!channel) return "";
  return channel.kind === "im" ? channelName(channel.id) : `#${channel.name}`;
}
