// The middle of the page: one channel or conversation with its heading, messages and composer, or the bot's Home.

import { act } from "./api.js";
import { trying } from "./dialog.js";
import { el, swap } from "./dom.js";
import { Composer } from "./composer.js";
import { icon } from "./icons.js";
import { openMenu } from "./menus.js";
import { mountHome } from "./home.js";
import { isMine } from "./message.js";
import { MessageList } from "./messagelist.js";
import { askFor } from "./prompts.js";
import { channelOf, go, on, place, userName, world } from "./store.js";
import { titleOf } from "./sidebar.js";

let list = null;
let writer = null;
let shown = "";

/** Keeps the middle of the page at the place that the address names. */
export function mountChat(root) {
  const home = mountHome();
  const head = el("header", { class: "chat-head" });
  const body = el("div", { class: "chat-body" });
  root.append(head, body);
  const drawHead = () => swap(head, heading(channelOf(place.channel)));
  const redraw = () => {
    drawHead();
    const channel = channelOf(place.channel);
    const key = [place.team, place.user, place.channel, isHome(), channel?.is_member, channel?.is_archived].join(" ");
    if (key === shown) return;
    shown = key;
    body.replaceChildren();
    if (!channel) body.append(el("p", { class: "empty" }, place.channel ? "This conversation is not open to this person. Choose another on the left." : "One moment…"));
    else if (isHome()) body.append(home.node), home.open();
    else open(body, channel);
  };
  on("place", redraw);
  on("state", redraw);
  on("event", (event) => hear(event, home));
  on("clock", () => list?.channel && !isHome() && list.draw());
}

const isHome = () => place.detail === "home";

function hear(event, home) {
  if (event.type === "home" || event.type === "all") home.refresh();
  if (!list || isHome()) return;
  const mine = !event.channel || event.channel === place.channel;
  if (event.type === "user" || event.type === "all" || (mine && ABOUT.has(event.type))) list.refresh();
}

/** Events after which messages are read again. */
export const ABOUT = new Set(["message", "changed", "deleted", "ephemeral", "ephemeral_gone", "reaction"]);

function open(body, channel) {
  const label = `Message ${titleOf(channel)}`;
  list = new MessageList({ openThread: (ts) => go({ detail: ts }), edit: (message) => writer.edit(message) });
  const lastOfMine = () => list.messages.filter(isMine).at(-1) ?? null;
  writer = new Composer({ channel: channel.id, label, last: lastOfMine, sent: () => list.toEnd() });
  body.append(list.node, list.jump, foot(channel));
  list.show(channel.id, "", channel.unread);
  if (!matchMedia("(pointer: coarse)").matches && !document.querySelector("dialog[open]")) writer.focus();
}

function foot(channel) {
  if (channel.is_archived) return notice("This channel is archived: it can be read, not written in.", "Bring it back", () => act("channel", { channel: channel.id, action: "unarchive" }));
  if (!channel.is_member && channel.kind !== "im") return notice("You are looking at a channel that you are not in.", "Join", () => act("join", { channel: channel.id }));
  return writer.node;
}

const notice = (words, label, work) => el("div", { class: "composer-notice" }, el("span", {}, words), el("button", { type: "button", class: "button primary", onclick: () => trying(work) }, label));

function heading(channel) {
  const menu = el("button", { type: "button", class: "icon-button only-narrow", "aria-label": "Channels and people", "data-key": "open sidebar", onclick: () => document.body.classList.toggle("sidebar-open") }, icon("menu"));
  if (!channel) return [menu];
  const isBot = channel.kind === "im" && channel.user === world.bot.id;
  return [menu,
    el("div", { class: "chat-title" },
      el("h1", {}, channel.kind !== "im" && icon(channel.kind === "private" ? "lock" : "hash"), channel.kind === "im" ? userName(channel.user) : channel.name),
      subtitle(channel)),
    isBot && tabs(),
    channel.kind !== "im" && el("button", { type: "button", class: "button small people-button", "data-key": "people", "aria-label": `${(channel.members ?? []).length} people in this channel`, "aria-haspopup": "menu", "aria-expanded": "false", onclick: (event) => openMenu(event.currentTarget, peopleMenu(channel), "People in this channel") }, icon("people"), String((channel.members ?? []).length)),
    channel.kind !== "im" && el("button", { type: "button", class: "icon-button", "data-key": "channel menu", "aria-label": "Channel actions", "aria-haspopup": "menu", "aria-expanded": "false", onclick: (event) => openMenu(event.currentTarget, channelMenu(channel), "Channel actions") }, icon("dots"))];
}

function subtitle(channel) {
  const other = channel.kind === "im" && world.users.get(channel.user);
  const words = other?.role === "bot" ? "App" : other ? [other.title, other.tz].filter(Boolean).join(" · ") : channel.topic;
  return words ? el("p", { class: "chat-topic" }, words) : null;
}

function tabs() {
  const tab = (words, detail) => el("button", { type: "button", role: "tab", class: "tab", "data-key": `tab ${words}`, "aria-selected": String(isHome() === (detail === "home")), onclick: () => go({ detail }) }, words);
  return el("div", { class: "tabs", role: "tablist", "aria-label": "Purpose bot" }, tab("Home", "home"), tab("Messages", ""));
}

function peopleMenu(channel) {
  const inside = channel.members ?? [];
  const outside = [...world.users.values()].filter((user) => !inside.includes(user.id) && !user.deleted && user.role !== "external");
  return [
    { heading: "In this channel" },
    ...inside.map((id) => ({ label: userName(id), detail: world.users.get(id)?.title, chosen: () => undefined })),
    outside.length > 0 && { heading: "Invite" },
    ...outside.map((user) => ({ label: `Invite ${userName(user.id)}`, mark: icon("plus"), chosen: () => trying(() => act("invite", { channel: channel.id, invitee: user.id })) })),
  ];
}

function channelMenu(channel) {
  const run = (path, body) => () => trying(() => act(path, { channel: channel.id, ...body }));
  return [
    channel.is_member ? { label: "Leave", chosen: run("leave") } : { label: "Join", chosen: run("join") },
    { label: "Rename…", chosen: async () => {
      const answer = await askFor("Rename the channel", [{ name: "name", label: "New name", value: channel.name }]);
      if (answer?.name) run("channel", { action: "rename", name: answer.name })();
    } },
    channel.kind === "private" && { label: "Make public", chosen: run("channel", { action: "publish" }) },
    channel.is_archived ? { label: "Bring back from the archive", mark: icon("archive"), chosen: run("channel", { action: "unarchive" }) } : { label: "Archive", mark: icon("archive"), danger: true, chosen: run("channel", { action: "archive" }) },
  ];
}
