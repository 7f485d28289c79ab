// The thread beside the channel.

import { el } from "./dom.js";
import { Composer } from "./composer.js";
import { icon } from "./icons.js";
import { ABOUT } from "./chat.js";
import { isMine } from "./message.js";
import { MessageList } from "./messagelist.js";
import { channelOf, go, on, place } from "./store.js";
import { titleOf } from "./sidebar.js";

/** Whether the address names a thread. */
export const threadAt = () => (/^\d+\.\d+$/.test(place.detail) ? place.detail : "");

/** The panel of the thread that the address names; `node` changes with it. */
export function threadPanel() {
  const channel = channelOf(place.channel);
  let writer = null;
  const list = new MessageList({ thread: true, edit: (message) => writer.edit(message) });
  writer = new Composer({ channel: place.channel, thread: threadAt(), label: "Reply…", last: () => list.messages.filter(isMine).at(-1) ?? null, sent: () => list.toEnd() });
  const node = el("section", { class: "panel thread", "aria-label": "Thread" },
    el("header", { class: "panel-head" }, el("h2", {}, "Thread"), el("span", { class: "panel-sub" }, titleOf(channel)),
      el("button", { type: "button", class: "icon-button", "aria-label": "Close the thread", onclick: () => go({ detail: "" }) }, icon("close"))),
    list.node, channel && !channel.is_archived && writer.node);
  list.show(place.channel, threadAt());
  return { node, list, focus: () => writer.focus() };
}

/** Lets a thread panel follow what happens. */
export function followThread(current) {
  on("event", (event) => {
    const panel = current();
    if (panel && (event.type === "all" || (ABOUT.has(event.type) && event.channel === place.channel))) panel.list.refresh();
  });
}
