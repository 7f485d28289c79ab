// The bot's Home tab as one person sees it.

import { act, read } from "./api.js";
import { blocksNode } from "./blocks.js";
import { trying } from "./dialog.js";
import { coalesce, el, swap } from "./dom.js";
import { surfaceFor } from "./surface.js";
import { world } from "./store.js";

/** The tab: `node` to show, `open()` when somebody turns to it, `refresh()` when it changed. */
export function mountHome() {
  const node = el("div", { class: "home", role: "region", "aria-label": "Home", tabindex: "0" });
  let sign = "";

  async function reread() {
    if (!node.isConnected) return;
    const answer = await trying(() => read("home"));
    if (answer) draw(answer.view);
  }

  function draw(view) {
    const now = JSON.stringify(view ?? null) + world.me;
    if (now === sign && node.childElementCount) return;
    sign = now;
    if (!view) swap(node, el("p", { class: "empty" }, `${world.bot.name || "The bot"} has not drawn its Home yet.`));
    else {
      const surface = surfaceFor({ type: "view", view_id: view.id });
      surface.form.keepOnly(view.blocks);
      swap(node, el("div", { class: "home-page" }, blocksNode(view.blocks, surface)));
    }
  }

  return {
    node,
    refresh: coalesce(reread, 120),
    open: async () => {
      sign = "";
      node.replaceChildren(el("p", { class: "empty", "aria-busy": "true" }, "One moment…"));
      await reread();
      await trying(() => act("home/open"));
      await reread();
    },
  };
}
