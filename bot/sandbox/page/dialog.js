// Dialogs and passing notes: a question with two answers, and toasts.

import { el, freshId } from "./dom.js";
import { plainWords, textObject } from "./mrkdwn.js";

/** Asks a yes-or-no question; resolves to true for yes. Texts: Slack text objects or strings. */
export function ask({ title, text, confirm, deny, style }) {
  const name = freshId("ask");
  const node = el("dialog", { class: "dialog", "aria-labelledby": name },
    el("h2", { id: name, class: "dialog-title" }, textObject(title)),
    el("div", { class: "dialog-text" }, textObject(text)),
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", class: "button", onclick: () => node.close("no") }, plainWords(deny ?? "Cancel")),
      el("button", { type: "button", class: `button ${style ?? "primary"}`, autofocus: true, onclick: () => node.close("yes") }, plainWords(confirm ?? "Yes"))));
  document.body.append(node);
  node.showModal();
  return new Promise((answer) => node.addEventListener("close", () => {
    node.remove();
    answer(node.returnValue === "yes");
  }));
}

/** A note that goes away by itself; `kind` is "note" or "problem". */
export function toast(text, kind = "note") {
  const node = el("div", { class: `toast ${kind}` }, el("span", {}, text), el("button", { type: "button", class: "toast-close", "aria-label": "Dismiss", onclick: () => node.remove() }, "×"));
  document.getElementById("toasts").append(node);
  setTimeout(() => node.remove(), kind === "problem" ? 9000 : 4000);
}

/** Runs `work`; what the workspace refuses is shown in its own words. Answers undefined then. */
export async function trying(work) {
  try {
    return await work();
  } catch (problem) {
    toast(problem.message, "problem");
    return undefined;
  }
}
