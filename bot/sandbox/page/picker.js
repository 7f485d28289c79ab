// One searchable list for every select menu, single and multiple: a combobox with a listbox.

import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { plainWords } from "./mrkdwn.js";

/**
 * A picker's node. `load(query)` gives groups [{label?, options: [{text, value, description?, mark?}]}];
 * `changed(options)` is told the chosen options; `max` bounds how many.
 */
export const picker = (wishes) => new Picker(wishes).root;

class Picker {
  constructor({ label, placeholder, multi = false, initial = [], load, changed, max = Infinity, describedby }) {
    Object.assign(this, { label, multi, load, changed, max, chosen: [...initial], shown: [], active: -1 });
    const listId = freshId("list");
    this.chips = el("span", { class: "chips" });
    this.input = el("input", {
      class: "picker-input", role: "combobox", type: "text", autocomplete: "off", "aria-label": label, "aria-expanded": "false",
      "aria-controls": listId, "aria-autocomplete": "list", "aria-describedby": describedby, placeholder: placeholder || "Choose…",
    });
    this.list = el("div", { id: listId, class: "picker-list", role: "listbox", "aria-label": label, hidden: true, "aria-multiselectable": multi ? "true" : null });
    this.root = el("div", { class: multi ? "picker multi" : "picker" }, this.chips, this.input, icon("down"), this.list);
    this.position = this.position.bind(this);
    this.listen();
    this.settle();
  }

  listen() {
    this.input.addEventListener("keydown", (event) => {
      if (!this.pressed(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("input", () => (this.list.hidden ? this.open(this.input.value) : this.fill(this.input.value)));
    this.input.addEventListener("blur", () => this.close());
    this.root.addEventListener("pointerdown", (event) => {
      if (event.target !== this.root && !event.target.closest(".picker > .icon")) return;
      event.preventDefault();
      this.input.focus();
      this.open();
    });
  }

  /** Whether a key was for the list. */
  pressed(key) {
    const closed = this.list.hidden;
    if (key === "ArrowDown" || (key === "Enter" && closed)) closed ? this.open() : this.step(1);
    else if (key === "ArrowUp") this.step(-1);
    else if (key === "Enter") this.shown[this.active] && this.choose(this.shown[this.active]);
    else if (key === "Escape" && !closed) this.close();
    else if (key === "Backspace" && this.multi && !this.input.value && this.chosen.length) this.choose(this.chosen.at(-1));
    else return false;
    return true;
  }

  isChosen(option) {
    return this.chosen.some((one) => one.value === option.value);
  }

  settle() {
    if (this.multi) this.chips.replaceChildren(...this.chosen.map((option) => chip(option, () => this.choose(option))));
    this.input.value = this.multi || !this.chosen.length ? "" : plainWords(this.chosen[0].text);
  }

  choose(option) {
    if (!this.multi) this.chosen = [option];
    else if (this.isChosen(option)) this.chosen = this.chosen.filter((one) => one.value !== option.value);
    else if (this.chosen.length < this.max) this.chosen = [...this.chosen, option];
    this.settle();
    if (!this.multi) this.close();
    else if (!this.list.hidden) this.fill("");
    this.changed([...this.chosen]);
  }

  async fill(query) {
    const groups = await this.load(query);
    const fits = (option) => plainWords(option.text).toLowerCase().includes(query.toLowerCase());
    const kept = groups.map((group) => ({ ...group, options: group.options.filter(fits) })).filter((group) => group.options.length);
    this.shown = kept.flatMap((group) => group.options);
    this.active = Math.max(this.shown.length ? 0 : -1, this.multi ? -1 : this.shown.findIndex((option) => this.isChosen(option)));
    this.list.replaceChildren(...kept.map((group) => this.group(group)));
    if (!kept.length) this.list.append(el("p", { class: "picker-none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Nothing found"));
    this.point();
    this.position();
  }

  group(group) {
    return el("div", { role: "group", "aria-label": group.label || this.label },
      group.label && el("div", { class: "picker-group", role: "presentation" }, group.label),
      group.options.map((option) => this.row(option)));
  }

  row(option) {
    const chosen = this.isChosen(option);
    return el("div", {
      class: "picker-option", role: "option", id: freshId("option"), "aria-selected": String(chosen),
      onpointerdown: (event) => event.preventDefault(), onclick: () => this.choose(option),
    }, option.mark?.(), el("span", { class: "menu-words" }, el("span", {}, plainWords(option.text)), option.description && el("small", {}, plainWords(option.description))),
    chosen && icon("check"));
  }

  point() {
    const rows = [...this.list.querySelectorAll(".picker-option")];
    rows.forEach((row, index) => row.classList.toggle("active", index === this.active));
    if (rows[this.active]) this.input.setAttribute("aria-activedescendant", rows[this.active].id);
    else this.input.removeAttribute("aria-activedescendant");
    rows[this.active]?.scrollIntoView({ block: "nearest" });
  }

  step(by) {
    if (this.shown.length) this.active = (this.active + by + this.shown.length) % this.shown.length;
    this.point();
  }

  open(query = "") {
    if (!this.list.hidden) return;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    if (!this.multi) this.input.select();
    addEventListener("scroll", this.position, { capture: true, passive: true });
    this.fill(query);
  }

  /** The list floats beside its field, so that opening and closing it moves nothing else. */
  position() {
    const from = this.root.getBoundingClientRect();
    const below = from.bottom + this.list.offsetHeight + 8 <= innerHeight || from.top < this.list.offsetHeight + 8;
    this.list.style.left = `${Math.max(8, Math.min(from.left, innerWidth - this.list.offsetWidth - 8))}px`;
    this.list.style.minWidth = `${from.width}px`;
    this.list.style.top = `${below ? from.bottom + 4 : from.top - this.list.offsetHeight - 4}px`;
  }

  close() {
    removeEventListener("scroll", this.position, { capture: true });
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.settle();
  }
}

const chip = (option, remove) => el("span", { class: "chip" }, plainWords(option.text),
  el("button", { type: "button", "aria-label": `Remove ${plainWords(option.text)}`, onpointerdown: (event) => event.preventDefault(), onclick: remove }, "×"));
