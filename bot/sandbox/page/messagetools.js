// What one can do with a message: the small bar that appears on it, its menu, and the keys that reach it.

import { act } from "./api.js";
import { ask, trying } from "./dialog.js";
import { el } from "./dom.js";
import { emojiText } from "./emoji.js";
import { icon } from "./icons.js";
import { openEmoji, openMenu } from "./menus.js";
import { isMine, isSystem } from "./message.js";
import { world } from "./store.js";

/** Gives a MessageList one bar of tools that moves to the message under the pointer or the keyboard. */
export function attachTools(list, edit) {
  const bar = el("div", { class: "tools-bar", role: "toolbar", "aria-label": "Message actions" });
  let current = null;
  const reach = (article) => {
    if (!article || (article === current && bar.isConnected)) return;
    const message = list.messageOf(article);
    if (!message) return;
    current = article;
    bar.replaceChildren(...buttons(list, message, edit));
    article.append(bar);
  };
  list.node.addEventListener("pointerover", (event) => reach(event.target.closest("article")));
  list.node.addEventListener("focusin", (event) => {
    const article = event.target.closest("article");
    reach(article);
    if (article) list.rove(article);
  });
  list.node.addEventListener("keydown", (event) => keys(event, list, edit));
}

function buttons(list, message, edit) {
  if (message.ephemeral) return [];
  const tool = (label, name, work, more = {}) => {
    const node = el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, ...more }, typeof name === "string" ? icon(name) : name.text);
    node.addEventListener("click", () => work(node));
    return node;
  };
  const react = (name) => trying(() => act("react", { channel: list.channel, ts: message.ts, name }));
  return [
    ...["+1", "heart", "tada"].map((name) => tool(`React with ${name}`, { text: emojiText(name) }, () => react(name))),
    tool("Add a reaction", "smileplus", (node) => openEmoji(node, react)),
    !list.thread && !isSystem(message) && tool("Reply in thread", "thread", () => list.openThread(message.thread_ts ?? message.ts)),
    tool("More actions", "dots", (node) => openMenu(node, menu(list, message, edit), "Message"), { "aria-haspopup": "menu", "aria-expanded": "false" }),
  ].filter(Boolean);
}

function menu(list, message, edit) {
  const shortcuts = world.shortcuts.filter((shortcut) => shortcut.type === "message");
  return [
    ...shortcuts.map((shortcut) => ({ label: shortcut.name, detail: world.bot.name, mark: icon("bolt"),
      chosen: () => trying(() => act("shortcut", { callback_id: shortcut.callback_id, channel: list.channel, message_ts: message.ts })) })),
    { label: "Copy text", mark: icon("file"), chosen: () => navigator.clipboard?.writeText(message.text ?? "") },
    isMine(message) && { label: "Edit message", mark: icon("pencil"), chosen: () => edit(message) },
    isMine(message) && { label: "Delete message", mark: icon("trash"), danger: true, chosen: () => remove(list, message) },
  ];
}

async function remove(list, message) {
  const sure = await ask({ title: "Delete this message?", text: "It goes for everyone at once.", confirm: "Delete", style: "danger" });
  if (sure) await trying(() => act("delete", { channel: list.channel, ts: message.ts }));
}

function keys(event, list, edit) {
  const article = event.target.closest("article");
  if (!article || event.target !== article) return;
  const message = list.messageOf(article);
  const moves = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" };
  if (moves[event.key]) {
    event.preventDefault();
    let next = article[moves[event.key]];
    while (next && next.tagName !== "ARTICLE") next = next[moves[event.key]];
    next?.focus();
  } else if (event.key === "e" && message && isMine(message)) {
    event.preventDefault();
    edit(message);
  } else if (event.key === "t" && !list.thread && message) {
    event.preventDefault();
    list.openThread(message.thread_ts ?? message.ts);
  }
}
