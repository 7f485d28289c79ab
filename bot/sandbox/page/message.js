// Draws one message: face, name, time, words or blocks, files, reactions and the line of its thread.

import { avatar } from "./avatars.js";
import { blocksNode } from "./blocks.js";
import { el } from "./dom.js";
import { emojiText } from "./emoji.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { authorOf, me, myZone, now, userName, world } from "./store.js";
import { clockTime, dayName, longMoment } from "./time.js";
import { surfaceFor } from "./surface.js";

const seconds = (ts) => Number(ts);

/**
 * An article for one message. `options`: {channel, compact (no face, same author as before), inThread,
 * react(name, mine), openThread(ts), dismiss(ts)}.
 */
export function messageNode(message, options) {
  const author = authorOf(message);
  const at = seconds(message.ts);
  const name = author.real_name || author.name;
  const classes = ["message", options.compact && "compact", message.ephemeral && "ephemeral", isSystem(message) && "system"].filter(Boolean);
  return el("article", { class: classes.join(" "), "data-ts": message.ts, "data-user": author.id, tabindex: "-1", "aria-label": `${name}, ${clockTime(at, myZone())}` },
    el("div", { class: "gutter" }, options.compact ? stamp(at, "time in-gutter") : avatar(author)),
    el("div", { class: "message-main" },
      message.ephemeral && el("div", { class: "only-you" }, icon("lock"), "Only visible to you"),
      !options.compact && heading(author, name, at),
      body(message, options),
      message.files && files(message),
      message.edited && el("span", { class: "edited", title: longMoment(seconds(message.edited.ts), myZone()) }, "(edited)"),
      reactions(message, options),
      !options.inThread && message.reply_count > 0 && threadLine(message, options),
      message.ephemeral && el("button", { type: "button", class: "link-button", onclick: () => options.dismiss(message.ts) }, "Dismiss")));
}

/** Whether a message only says that somebody came, left or changed the channel. */
export const isSystem = (message) => /^(channel|group)_(join|leave|name|topic|purpose|archive|unarchive)$/.test(message.subtype ?? "");

function heading(author, name, at) {
  const badge = { bot: "App", guest: "Guest", external: "External" }[author.role];
  return el("div", { class: "message-head" },
    el("span", { class: "author" }, name),
    badge && el("span", { class: "badge" }, badge),
    author.status?.emoji && el("span", { class: "status", title: author.status.text }, emojiText(author.status.emoji.replaceAll(":", ""))),
    stamp(at, "time"));
}

const stamp = (at, kind) => el("time", { class: kind, datetime: new Date(at * 1000).toISOString(), title: longMoment(at, myZone()) }, clockTime(at, myZone()));

function body(message, { channel }) {
  if (!message.blocks?.length) return message.text ? el("div", { class: "text" }, mrkdwn(message.text)) : null;
  const container = { type: "message", channel_id: channel, message_ts: message.ts, ...(message.ephemeral ? { is_ephemeral: true } : {}) };
  return blocksNode(message.blocks, surfaceFor(container, { files: message.files }));
}

function files(message) {
  const shown = new Set((message.blocks ?? []).map((block) => block.slack_file?.id).filter(Boolean));
  const rest = message.files.filter((file) => !shown.has(file.id));
  return rest.length > 0 && el("div", { class: "files" }, rest.map((file) => el("div", { class: "file" }, icon("file"),
    el("span", {}, el("strong", {}, file.title || file.name || "A file"), el("small", {}, file.mimetype ?? "")))));
}

function reactions(message, { react }) {
  if (!message.reactions?.length) return null;
  return el("div", { class: "reactions" }, message.reactions.map((reaction) => {
    const mine = reaction.users.includes(world.me);
    const who = reaction.users.map((id) => userName(id)).join(", ");
    return el("button", { type: "button", class: mine ? "reaction mine" : "reaction", "aria-pressed": String(mine), title: `${who} reacted with :${reaction.name}:`,
      "aria-label": `${reaction.name}, ${reaction.count}, by ${who}`, "data-key": `${message.ts}/${reaction.name}`, onclick: () => react(message.ts, reaction.name, mine) },
    el("span", {}, emojiText(reaction.name)), el("span", { class: "count" }, String(reaction.count)));
  }));
}

function threadLine(message, { openThread }) {
  const count = message.reply_count;
  const faces = (message.reply_users ?? []).slice(0, 4).map((id) => avatar(world.users.get(id) ?? { id }, 22));
  const last = message.latest_reply && `Last reply ${dayName(seconds(message.latest_reply), myZone(), now()).toLowerCase()} at ${clockTime(seconds(message.latest_reply), myZone())}`;
  return el("button", { type: "button", class: "thread-line", "data-key": `${message.ts}/thread`, onclick: () => openThread(message.ts) },
    faces.length > 0 && el("span", { class: "faces" }, faces), el("strong", {}, `${count} ${count === 1 ? "reply" : "replies"}`), last && el("span", { class: "last-reply" }, last));
}

/** Whether the acting person may edit or delete a message. */
export const isMine = (message) => !message.ephemeral && message.user === me()?.id && !isSystem(message);
