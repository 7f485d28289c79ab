// What the composer offers while somebody types: commands after "/", people after "@", channels after "#", emoji after ":".

import { avatar } from "./avatars.js";
import { el, freshId } from "./dom.js";
import { findEmoji } from "./emoji.js";
import { icon } from "./icons.js";
import { userName, world } from "./store.js";

const MARKS = [
  [/^\/([\w-]*)$/, commands],
  [/(?:^|\s)@([\p{L}\d._-]*)$/u, people],
  [/(?:^|\s)#([\p{L}\d_-]*)$/u, channels],
  [/(?:^|\s):([a-z0-9_+-]{2,})$/, emoji],
];

function commands(query) {
  return world.commands.filter((one) => one.command.startsWith(`/${query}`)).map((one) => ({
    mark: icon("bolt"), words: el("span", { class: "menu-words" }, el("span", {}, el("strong", {}, one.command), one.usage_hint && el("span", { class: "usage" }, ` ${one.usage_hint}`)), el("small", {}, one.description)),
    text: `${one.command} `,
  }));
}

function people(query) {
  const wanted = query.toLowerCase();
  const fits = (user) => !user.deleted && (user.name.toLowerCase().startsWith(wanted) || (user.real_name ?? "").toLowerCase().includes(wanted));
  return [...world.users.values()].filter(fits).slice(0, 8).map((user) => ({
    mark: avatar(user, 22), words: el("span", { class: "menu-words" }, el("span", {}, el("strong", {}, userName(user.id)), ` ${user.name}`), user.title && el("small", {}, user.title)), text: `@${user.name} `,
  }));
}

function channels(query) {
  const found = world.channels.filter((one) => one.kind !== "im" && one.name.startsWith(query)).slice(0, 8);
  return found.map((one) => ({ mark: icon("hash"), words: one.name, text: `#${one.name} ` }));
}

function emoji(query) {
  return findEmoji(query).map(([name, picture]) => ({ mark: el("span", {}, picture), words: `:${name}:`, text: picture }));
}

/** Suggestions above a text field; `node` goes before it. `handles(event)` answers whether a key was for the list. */
export class Suggestions {
  constructor(field) {
    Object.assign(this, { field, found: [], active: 0, from: 0, id: freshId("suggestions") });
    this.node = el("div", { id: this.id, class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-controls": this.id, "aria-expanded": "false" };
    for (const [name, value] of Object.entries(roles)) field.setAttribute(name, value);
    field.addEventListener("input", () => this.look());
    field.addEventListener("blur", () => this.hide());
  }

  look() {
    const typed = this.field.value.slice(0, this.field.selectionStart);
    this.found = [];
    this.active = 0;
    for (const [pattern, source] of MARKS) {
      const match = pattern.exec(typed);
      if (!match) continue;
      this.found = source(match[1]);
      this.from = typed.length - match[1].length - 1;
      break;
    }
    this.draw();
  }

  draw() {
    this.node.hidden = this.found.length === 0;
    this.field.setAttribute("aria-expanded", String(!this.node.hidden));
    this.node.replaceChildren(...this.found.map((one, index) => this.row(one, index)));
    if (this.node.hidden) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `${this.id}-${this.active}`);
    this.node.children[this.active]?.scrollIntoView({ block: "nearest" });
  }

  row(one, index) {
    const active = index === this.active;
    return el("div", { class: active ? "picker-option active" : "picker-option", role: "option", id: `${this.id}-${index}`, "aria-selected": String(active),
      onpointerdown: (event) => event.preventDefault(), onclick: () => this.take(index) }, one.mark, one.words);
  }

  take(index) {
    this.field.setRangeText(this.found[index].text, this.from, this.field.selectionStart, "end");
    this.field.focus();
    this.hide();
    this.field.dispatchEvent(new Event("input"));
  }

  hide() {
    this.found = [];
    this.draw();
  }

  handles(event) {
    if (this.node.hidden) return false;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const whole = event.key === "Enter" && this.field.value.trim() === this.found[this.active].text.trim();
    if (move) {
      this.active = (this.active + move + this.found.length) % this.found.length;
      this.draw();
    } else if (event.key === "Escape" || whole) this.hide();
    else if (event.key === "Tab" || event.key === "Enter") this.take(this.active);
    else return false;
    return !whole;
  }
}
