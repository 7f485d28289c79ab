// Small menus that open beside the control they belong to, worked by arrow keys, Enter and Escape.

import { el } from "./dom.js";
import { QUICK, emojiText, findEmoji } from "./emoji.js";

let open = null;

/** Closes whatever menu is open; `refocus` puts the keyboard back on its anchor. */
export function closeMenu(refocus = false) {
  if (!open) return;
  const { node, anchor, stop } = open;
  open = null;
  stop();
  node.remove();
  if (anchor.hasAttribute("aria-expanded")) anchor.setAttribute("aria-expanded", "false");
  if (refocus && anchor.isConnected) anchor.focus();
}

/** A menu of items {label, detail?, mark?, danger?, chosen()} or {heading} beside `anchor`. */
export function openMenu(anchor, items, label) {
  const rows = items.filter(Boolean).map((item) => (item.heading ? el("div", { class: "menu-heading", role: "presentation" }, item.heading) : row(item)));
  const node = el("div", { class: "menu", role: "menu", "aria-label": label }, rows);
  node.addEventListener("keydown", (event) => walk(event, node));
  place(node, anchor);
  node.querySelector("[role=menuitem]")?.focus();
}

function row(item) {
  return el("button", { class: item.danger ? "menu-item danger" : "menu-item", role: "menuitem", type: "button", tabindex: "-1", onclick: () => {
    closeMenu(true);
    item.chosen();
  } }, item.mark, el("span", { class: "menu-words" }, el("span", {}, item.label), item.detail && el("small", {}, item.detail)));
}

function walk(event, node) {
  const items = [...node.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    items[next % items.length]?.focus();
  } else if (event.key === "Tab") closeMenu();
}

/** Puts a floating panel beside its anchor, inside the dialog the anchor is in, and closes it when the attention leaves. */
function place(node, anchor) {
  closeMenu();
  (anchor.closest("dialog") ?? document.body).append(node);
  const from = anchor.getBoundingClientRect();
  const size = node.getBoundingClientRect();
  const below = from.bottom + 6 + size.height <= innerHeight || from.top < size.height;
  node.style.left = `${Math.max(8, Math.min(from.left, innerWidth - size.width - 8))}px`;
  node.style.top = `${Math.max(8, Math.min(below ? from.bottom + 6 : from.top - size.height - 6, innerHeight - size.height - 8))}px`;
  if (anchor.hasAttribute("aria-haspopup")) anchor.setAttribute("aria-expanded", "true");
  const away = (event) => {
    if (!node.contains(event.target) && !anchor.contains(event.target)) closeMenu();
  };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    closeMenu(true);
  };
  document.addEventListener("pointerdown", away, true);
  document.addEventListener("keydown", escape, true);
  open = { node, anchor, stop: () => {
    document.removeEventListener("pointerdown", away, true);
    document.removeEventListener("keydown", escape, true);
  } };
}

/** A panel to choose an emoji from; `chosen(name)`. */
export function openEmoji(anchor, chosen) {
  const grid = el("div", { class: "emoji-grid" });
  const pick = (name) => {
    closeMenu(true);
    chosen(name);
  };
  const show = (query) => {
    const found = query ? findEmoji(query, 48) : [...QUICK.map((name) => [name, emojiText(name)]), ...findEmoji("", 60).filter(([name]) => !QUICK.includes(name))].slice(0, 48);
    grid.replaceChildren(...found.map(([name, picture]) => el("button", { type: "button", class: "emoji-button", "aria-label": name, title: `:${name}:`, onclick: () => pick(name) }, picture)));
  };
  const search = el("input", { type: "search", class: "field", placeholder: "Search emoji", "aria-label": "Search emoji", oninput: () => show(search.value.trim()) });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") grid.firstChild?.click();
  });
  show("");
  place(el("div", { class: "menu emoji-panel", role: "dialog", "aria-label": "Choose an emoji" }, search, grid), anchor);
  search.focus();
}
