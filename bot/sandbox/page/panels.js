// What stands beside the conversation: the thread, and one of the workspace's tools (time machine, trouble, tour).

import { on, place, tell } from "./store.js";
import { followThread, threadAt, threadPanel } from "./thread.js";
import { timePanel } from "./timemachine.js";
import { tourPanel } from "./tour.js";
import { followTrouble, troublePanel } from "./trouble.js";

const MAKERS = { time: timePanel, trouble: troublePanel, tour: tourPanel };

/** Keeps both side columns; answers {toggle(name), open()} for the bar. */
export function mountPanels({ aside, tools }) {
  let thread = null;
  let threadKey = "";
  let tool = null;
  let name = "";

  function drawThread() {
    const key = threadAt() && `${place.team}/${place.user}/${place.channel}/${threadAt()}`;
    if (key === threadKey) return;
    threadKey = key;
    thread = key ? threadPanel() : null;
    aside.hidden = !thread;
    aside.replaceChildren(...(thread ? [thread.node] : []));
    if (thread && !document.querySelector("dialog[open]")) thread.focus();
  }

  function toggle(wanted) {
    tool?.leave?.();
    name = wanted === name ? "" : wanted;
    tool = name ? MAKERS[name](() => toggle(name)) : null;
    tools.hidden = !tool;
    tools.replaceChildren(...(tool ? [tool.node] : []));
    tool?.draw?.();
    tool?.watch?.();
    tell("panels");
  }

  on("place", drawThread);
  on("clock", () => name === "time" && tool.draw());
  on("log", () => tool?.drawLog?.());
  followThread(() => thread);
  followTrouble(() => (name === "trouble" ? tool : null));
  setInterval(() => name === "time" && tool.draw(), 1000);
  return { toggle, open: () => name };
}
