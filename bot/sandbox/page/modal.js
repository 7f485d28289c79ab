// The bot's modals: the top of the stack in a dialog, with inputs, errors, Escape and the way back.

import { act, read } from "./api.js";
import { blocksNode } from "./blocks.js";
import { trying } from "./dialog.js";
import { coalesce, el, freshId } from "./dom.js";
import { problemsIn } from "./forms.js";
import { icon } from "./icons.js";
import { plainWords } from "./mrkdwn.js";
import { on, world } from "./store.js";
import { forget, surfaceFor } from "./surface.js";

/** Keeps a dialog as the workspace says the person's stack of views is. */
export function mountModals() {
  const modals = new Modals();
  on("become", () => {
    modals.take([]);
    modals.refresh();
  });
  on("event", (event) => {
    if (["view", "views_closed", "all"].includes(event.type) && (!event.user || event.user === world.me)) modals.refresh();
  });
}

class Modals {
  constructor() {
    Object.assign(this, { views: [], sign: "", errors: {}, back: null, titleId: freshId("modal") });
    this.dialog = el("dialog", { class: "modal", "aria-labelledby": this.titleId });
    this.refresh = coalesce(() => this.reread(), 60);
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.closeTop();
    });
    this.dialog.addEventListener("close", () => this.closed());
    document.body.append(this.dialog);
  }

  get top() {
    return this.views.at(-1);
  }

  get surface() {
    return surfaceFor({ type: "view", view_id: this.top.id }, { errors: this.errors, submit: () => this.submit(), redraw: () => this.draw() });
  }

  async reread() {
    const answer = await trying(() => read("views"));
    if (answer) this.take(answer.views);
  }

  /** Takes over the stack as it is now. */
  take(next) {
    for (const view of this.views) if (!next.some((one) => one.id === view.id)) forget(view.id);
    const sign = JSON.stringify(next.map((view) => [view.id, view.hash, view.blocks]));
    if (sign === this.sign) return;
    if (next.at(-1)?.id !== this.top?.id) this.errors = {};
    this.sign = sign;
    this.views = next;
    this.draw();
  }

  draw() {
    if (!this.top) {
      if (this.dialog.open) this.dialog.close();
      return;
    }
    const held = this.held();
    const { surface } = this;
    surface.form.keepOnly(this.top.blocks);
    this.dialog.replaceChildren(this.frame(this.top, blocksNode(this.top.blocks, surface)));
    if (!this.dialog.open) {
      this.back = document.activeElement;
      this.dialog.showModal();
    }
    this.settleFocus(held);
  }

  /** Which field the keyboard is in, and where in it. */
  held() {
    const focused = this.dialog.contains(document.activeElement) ? document.activeElement : null;
    return focused?.dataset.key ? { key: focused.dataset.key, at: focused.selectionStart } : null;
  }

  settleFocus(held) {
    const find = (selector) => this.dialog.querySelector(selector);
    const wrong = find("[aria-invalid]");
    const again = held && find(`[data-key="${CSS.escape(held.key)}"]`);
    const first = find("[data-autofocus]") ?? find(".modal-body :is(input,textarea,select)") ?? find(".modal-foot .primary, .modal-foot .button");
    (wrong ?? again ?? first)?.focus();
    if (again && !wrong && typeof held.at === "number") again.setSelectionRange(held.at, held.at);
  }

  frame(view, body) {
    const form = el("form", { class: "modal-frame", novalidate: true }, this.head(view), el("div", { class: "modal-body", tabindex: "-1" }, body), this.foot(view));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    return form;
  }

  head(view) {
    return el("header", { class: "modal-head" },
      this.views.length > 1 && el("button", { type: "button", class: "icon-button", "aria-label": "Back", onclick: () => this.closeTop() }, icon("back")),
      el("h2", { id: this.titleId }, plainWords(view.title)),
      el("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => this.closeTop(Boolean(view.clear_on_close)) }, icon("close")));
  }

  foot(view) {
    const submit = view.submit ? plainWords(view.submit) : null;
    const close = view.close ? plainWords(view.close) : submit ? "Cancel" : "Close";
    return el("footer", { class: "modal-foot" },
      el("span", { class: "modal-app" }, world.bot.name),
      el("button", { type: "button", class: "button", "data-key": "modal close", onclick: () => this.closeTop() }, close),
      submit && el("button", { type: "submit", class: "button primary", "data-key": "modal submit" }, submit));
  }

  async submit() {
    const view = this.top;
    const button = this.dialog.querySelector("[data-key='modal submit']");
    if (!view || button?.getAttribute("aria-busy") === "true") return;
    this.errors = problemsIn(view.blocks, this.surface.form);
    if (Object.keys(this.errors).length) {
      this.draw();
      return;
    }
    button?.setAttribute("aria-busy", "true");
    const answer = await trying(() => act("view/submit", { view_id: view.id, values: valuesOf(view, this.surface.form) }));
    button?.removeAttribute("aria-busy");
    if (answer?.errors && this.top?.id === view.id) {
      this.errors = answer.errors;
      this.draw();
    } else if (answer) this.refresh();
  }

  async closeTop(all = false) {
    const view = this.top;
    if (!view) return;
    const done = await trying(() => act("view/close", { view_id: view.id, ...(all ? { all } : {}) }));
    if (!done) this.take([]);
    this.refresh();
  }

  /** The browser closes a dialog on a second Escape whatever the page says: then the view goes, too. */
  closed() {
    if (this.top) this.closeTop();
    else if (this.back?.isConnected) this.back.focus();
    this.back = null;
  }
}

/** What is submitted: only elements that the view still has. */
function valuesOf(view, form) {
  const shown = new Set(view.blocks.map((block) => block.block_id));
  return Object.fromEntries(Object.entries(form.values).filter(([blockId]) => shown.has(blockId)));
}
