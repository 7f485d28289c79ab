// The list of a channel's or a thread's messages: only what changed is drawn anew, and new ones are only added.

import { act, read } from "./api.js";
import { coalesce, el } from "./dom.js";
import { trying } from "./dialog.js";
import { icon } from "./icons.js";
import { messageNode } from "./message.js";
import { attachTools } from "./messagetools.js";
import { channelOf, myZone, now, tell } from "./store.js";
import { dayKey, dayName } from "./time.js";

const STEP = 120;
const TOGETHER = 300;

/** A live list of messages. Use: `list = new MessageList({thread}); parent.append(list.node); await list.show(channel, ts)`. */
export class MessageList {
  constructor({ thread = false, openThread = () => {}, edit = () => {} } = {}) {
    this.thread = thread;
    this.openThread = openThread;
    this.channel = "";
    this.root = "";
    this.shown = new Map();
    this.messages = [];
    this.limit = STEP;
    this.dismissed = new Set();
    this.unreadAfter = null;
    this.node = el("div", { class: "messages", role: "log", "aria-label": thread ? "Thread" : "Messages", "aria-live": "off", tabindex: "0" });
    this.jump = el("button", { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd() }, icon("down"), "New messages");
    this.refresh = coalesce(() => this.reread(), 90);
    this.stuck = true;
    this.node.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.node);
    attachTools(this, edit);
  }

  /** Shows a channel (or the thread at `root` in it), `unread` messages of it being new. */
  async show(channel, root = "", unread = 0) {
    Object.assign(this, { channel, root, limit: STEP, messages: [], unreadAfter: null });
    this.shown.clear();
    this.node.replaceChildren(el("p", { class: "empty", "aria-busy": "true" }, "One moment…"));
    await this.reread();
    if (unread > 0) this.markUnread(unread);
    this.toEnd();
  }

  markUnread(unread) {
    const first = this.messages.filter((message) => !message.ephemeral).at(-unread);
    this.unreadAfter = first?.ts ?? null;
    this.draw();
  }

  async reread() {
    const { channel, root } = this;
    if (!channel) return;
    const answer = await trying(() => read("messages", { channel, thread: root, limit: 2 * this.limit }));
    if (!answer || channel !== this.channel || root !== this.root) return;
    this.messages = root ? answer.messages : answer.messages.filter(isTopLevel);
    if (!root) this.seen();
    this.hasEarlier = !root && answer.messages.length >= 2 * this.limit;
    this.draw();
  }

  /** Reading a channel's messages is what makes them read. */
  seen() {
    const channel = channelOf(this.channel);
    if (!channel?.unread) return;
    channel.unread = 0;
    tell("unread");
  }

  draw() {
    const stick = this.atEnd();
    const before = this.node.scrollHeight;
    if (!stick) this.keepWindow();
    const items = this.items();
    this.reconcile(items);
    if (stick) this.toEnd();
    else if (this.node.scrollHeight > before && this.grew) this.jump.hidden = false;
    this.rove();
  }

  /** While somebody reads further up, nothing above is taken away. */
  keepWindow() {
    const first = this.messages.findIndex((message) => this.shown.has(message.ts));
    if (first >= 0) this.limit = Math.max(this.limit, this.messages.length - first);
  }

  /** What stands in the list: [{key, sign (changes when it must be drawn anew), make()}]. */
  items() {
    const kept = this.messages.filter((message) => !this.dismissed.has(message.ts));
    const window = this.thread ? kept : kept.slice(-this.limit);
    const items = [];
    if (this.hasEarlier || window.length < kept.length) items.push({ key: "earlier", sign: "", make: () => this.earlier() });
    if (!window.length) items.push({ key: "empty", sign: "", make: () => el("p", { class: "empty" }, "Nothing here yet. Say something.") });
    let previous = null;
    for (const message of window) {
      const at = Number(message.ts);
      const day = dayKey(at, myZone());
      if (!this.thread && day !== (previous && dayKey(Number(previous.ts), myZone()))) items.push({ key: `day ${day}`, sign: dayName(at, myZone(), now()), make: () => divider(dayName(at, myZone(), now())) });
      if (message.ts === this.unreadAfter) items.push({ key: "new", sign: "", make: () => divider("New", "fresh") });
      const compact = follows(message, previous) && items.at(-1).key === previous.ts;
      items.push({ key: message.ts, sign: `${compact}${JSON.stringify(message)}`, make: () => this.article(message, compact) });
      if (this.thread && message.ts === this.root && window.length > 1) items.push({ key: "replies", sign: String(window.length), make: () => divider(`${window.length - 1} ${window.length === 2 ? "reply" : "replies"}`) });
      previous = message;
    }
    return items;
  }

  article(message, compact) {
    return messageNode(message, {
      channel: this.channel, compact, inThread: this.thread, openThread: this.openThread,
      react: (ts, name, mine) => trying(() => act("react", { channel: this.channel, ts, name, remove: mine })),
      dismiss: (ts) => {
        this.dismissed.add(ts);
        this.draw();
      },
    });
  }

  reconcile(items) {
    this.grew = false;
    const wanted = new Set(items.map((item) => item.key));
    for (const [key, { node }] of this.shown) {
      if (wanted.has(key)) continue;
      node.remove();
      this.shown.delete(key);
    }
    if (this.node.firstElementChild && !this.shown.size) this.node.replaceChildren();
    let after = null;
    for (const item of items) {
      const there = this.shown.get(item.key);
      const node = there?.sign === item.sign ? there.node : this.redraw(item, there);
      const next = after ? after.nextSibling : this.node.firstChild;
      if (next !== node) this.node.insertBefore(node, next);
      after = node;
    }
  }

  redraw(item, there) {
    const node = item.make();
    if (!there) this.grew = true;
    else {
      const focused = there.node.contains(document.activeElement) ? document.activeElement : null;
      there.node.replaceWith(node);
      if (focused) sameIn(node, there.node, focused)?.focus({ preventScroll: true });
    }
    this.shown.set(item.key, { sign: item.sign, node });
    return node;
  }

  earlier() {
    return el("button", { type: "button", class: "button small earlier", onclick: async () => {
      const height = this.node.scrollHeight;
      this.limit += STEP;
      await this.reread();
      this.node.scrollTop += this.node.scrollHeight - height;
    } }, "Show earlier messages");
  }

  scrolled() {
    this.stuck = this.atEnd();
    if (this.stuck) this.jump.hidden = true;
  }

  atEnd() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 60;
  }

  toEnd() {
    this.stuck = true;
    this.node.scrollTop = this.node.scrollHeight;
    this.jump.hidden = true;
  }

  /** Keeps exactly one message in the tab order: the one that was visited last, else the newest. */
  rove(to) {
    const articles = this.node.querySelectorAll(":scope > article");
    const last = to ?? this.node.querySelector(":scope > article[tabindex='0']") ?? articles[articles.length - 1];
    for (const one of this.node.querySelectorAll(":scope > article[tabindex='0']")) if (one !== last) one.tabIndex = -1;
    if (last) last.tabIndex = 0;
  }

  /** The message that an article shows. */
  messageOf(article) {
    return this.messages.find((message) => message.ts === article.dataset.ts);
  }
}

/** Where the keyboard was in the old article, in the new one. */
function sameIn(node, old, focused) {
  if (focused === old) return node;
  return focused.dataset.key ? node.querySelector(`[data-key="${CSS.escape(focused.dataset.key)}"]`) : null;
}

const isTopLevel = (message) => !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast" || message.ephemeral;

function follows(message, previous) {
  return previous !== null && !message.ephemeral && !previous.ephemeral && message.user === previous.user && message.bot_id === previous.bot_id &&
    Number(message.ts) - Number(previous.ts) < TOGETHER && !message.blocks?.some((block) => block.type !== "rich_text");
}

const divider = (words, kind = "") => el("div", { class: `day ${kind}`, role: "separator", "aria-label": words }, el("span", {}, words));
