// A small form in a dialog, for what the page itself has to ask.

import { el, freshId } from "./dom.js";

/** Asks for `fields` [{name, label, type?, value?, placeholder?, options?: [[value, words]]}]; null when cancelled. */
export function askFor(title, fields, confirm = "Save") {
  const name = freshId("form");
  const rows = fields.map((field) => ({ field, node: inputFor(field) }));
  const form = el("form", { method: "dialog", class: "form" }, rows.map(({ field, node }) => el("label", { class: field.type === "checkbox" ? "form-row inline" : "form-row" }, field.type === "checkbox" ? [node, field.label] : [field.label, node])),
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", class: "button", onclick: () => node.close("no") }, "Cancel"),
      el("button", { type: "submit", class: "button primary", value: "yes" }, confirm)));
  const node = el("dialog", { class: "dialog", "aria-labelledby": name }, el("h2", { id: name, class: "dialog-title" }, title), form);
  document.body.append(node);
  node.showModal();
  rows[0]?.node.focus();
  return new Promise((answer) => node.addEventListener("close", () => {
    node.remove();
    answer(node.returnValue === "yes" ? Object.fromEntries(rows.map(({ field, node: input }) => [field.name, valueOf(input)])) : null);
  }));
}

function inputFor(field) {
  if (field.options) return el("select", { class: "field" }, field.options.map(([value, words]) => el("option", { value, selected: value === field.value }, words)));
  if (field.type === "checkbox") return el("input", { type: "checkbox", checked: Boolean(field.value) });
  return el("input", { class: "field", type: field.type ?? "text", value: field.value ?? "", placeholder: field.placeholder });
}

const valueOf = (input) => (input.type === "checkbox" ? input.checked : input.value.trim());
