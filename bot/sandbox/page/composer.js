// Where people write: messages, slash commands, files; Enter sends, Shift+Enter begins a new line.

import { act } from "./api.js";
import { toast, trying } from "./dialog.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { openEmoji, openMenu } from "./menus.js";
import { emojiText } from "./emoji.js";
import { typedAgain } from "./mrkdwn.js";
import { world } from "./store.js";
import { Suggestions } from "./suggestions.js";

const drafts = new Map();
const TALLEST = 240;

/** A composer for a channel or for the thread at `thread`. `last()` gives the writer's last message, to edit on Arrow up. */
export class Composer {
  constructor({ channel, thread = "", label, last = () => null, sent = () => {} }) {
    Object.assign(this, { channel, thread, last, sent, editing: null, file: null, key: `${world.me}/${channel}/${thread}` });
    this.field = el("textarea", { class: "composer-field", rows: 1, placeholder: label, "aria-label": label, value: drafts.get(this.key) ?? "" });
    this.help = new Suggestions(this.field);
    this.banner = el("div", { class: "composer-banner", hidden: true });
    this.sendButton = el("button", { type: "button", class: "send", "aria-label": "Send", onclick: () => this.submit() }, icon("send"));
    this.chooser = el("input", { type: "file", hidden: true, "aria-label": "File to attach", onchange: () => this.attach() });
    this.node = el("div", { class: "composer" }, this.help.node, this.banner, this.field,
      el("div", { class: "composer-foot" }, this.tools(), el("span", { class: "composer-hint" }, "Enter sends, Shift+Enter: new line"), this.sendButton));
    this.field.addEventListener("input", () => this.changed());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    queueMicrotask(() => this.changed());
  }

  tools() {
    const tool = (name, words, work, more) => {
      const button = el("button", { type: "button", class: "icon-button", "aria-label": words, title: words, ...more }, icon(name));
      button.addEventListener("click", () => work(button));
      return button;
    };
    return el("div", { class: "composer-tools" }, this.chooser,
      tool("clip", "Attach a file", () => this.chooser.click()),
      tool("smile", "Insert an emoji", (button) => openEmoji(button, (name) => this.insert(emojiText(name)))),
      !this.thread && world.commands.length > 0 && tool("bolt", "Commands and shortcuts", (button) => openMenu(button, this.menu(), "Commands and shortcuts"), { "aria-haspopup": "menu", "aria-expanded": "false" }));
  }

  menu() {
    const shortcuts = world.shortcuts.filter((one) => one.type !== "message");
    return [
      shortcuts.length > 0 && { heading: "Shortcuts" },
      ...shortcuts.map((one) => ({ label: one.name, mark: icon("bolt"), chosen: () => trying(() => act("shortcut", { callback_id: one.callback_id })) })),
      { heading: "Commands" },
      ...world.commands.map((one) => ({ label: `${one.command} ${one.usage_hint ?? ""}`, detail: one.description, chosen: () => this.fill(`${one.command} `) })),
    ];
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  insert(text) {
    this.field.setRangeText(text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.field.focus();
    this.changed();
  }

  fill(text) {
    this.field.value = text;
    this.field.focus();
    this.changed();
  }

  changed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST)}px`;
    this.sendButton.classList.toggle("ready", Boolean(this.field.value.trim() || this.file));
    if (!this.editing) drafts.set(this.key, this.field.value);
  }

  note(words, undo) {
    this.banner.hidden = !words;
    this.banner.replaceChildren(...(words ? [el("span", {}, words), el("button", { type: "button", class: "link-button", onclick: undo }, "Cancel")] : []));
  }

  attach() {
    const [chosen] = this.chooser.files;
    if (!chosen) return;
    this.file = { name: chosen.name, mimetype: chosen.type || "application/octet-stream" };
    this.chooser.value = "";
    this.note(`${chosen.name} goes with your next message.`, () => this.detach());
    this.changed();
    this.field.focus();
  }

  detach() {
    this.file = null;
    this.note("");
    this.changed();
  }

  /** Puts one's own message into the field, to send it anew. */
  edit(message) {
    this.editing = message;
    this.note("You are editing your message.", () => this.stopEditing());
    this.fill(typedAgain(message.text));
  }

  stopEditing() {
    this.editing = null;
    this.note("");
    this.fill(drafts.get(this.key) ?? "");
  }

  async submit() {
    const text = this.field.value.trim();
    const { file, editing, channel } = this;
    if (!text && !file) return;
    if (editing) {
      if (await trying(() => act("edit", { channel, ts: editing.ts, text }))) this.stopEditing();
      return;
    }
    drafts.delete(this.key);
    this.detach();
    this.fill("");
    const done = text.startsWith("/") && !file ? await this.command(text) : await trying(() => act("say", { channel, text, thread_ts: this.thread || undefined, file: file ?? undefined }));
    if (!done && !this.field.value) this.fill(text);
    else this.sent();
  }

  async command(text) {
    if (this.thread) return toast("Slack runs no commands in threads. Please type it in the channel.", "problem");
    const [name] = text.split(/\s/, 1);
    return trying(() => act("command", { channel: this.channel, command: name, text: text.slice(name.length).trim() }));
  }

  pressed(event) {
    if (event.isComposing) return;
    if (this.help.handles(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && this.editing) this.stopEditing();
    else if (event.key === "ArrowUp" && !this.field.value && this.last()) {
      event.preventDefault();
      this.edit(this.last());
    }
  }
}
