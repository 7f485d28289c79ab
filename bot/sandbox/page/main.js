// Starts the page: reads the address, gets to know the workspace, and keeps everything in step with what happens.

import { listen, read } from "./api.js";
import { mountBar } from "./bar.js";
import { mountChat } from "./chat.js";
import { toast, trying } from "./dialog.js";
import { coalesce } from "./dom.js";
import { closeMenu } from "./menus.js";
import { mountModals } from "./modal.js";
import { mountPanels } from "./panels.js";
import { mountSidebar } from "./sidebar.js";
import { addressOf, channelOf, channelName, learn, on, place, readAddress, tell, world } from "./store.js";
import { startTheme } from "./theme.js";
import { followTime } from "./timemachine.js";

const QUIET = new Set(["reaction", "changed", "deleted", "view", "views_closed", "home", "clock", "happening"]);

const restate = coalesce(async () => {
  const asked = `${place.team}/${place.user}`;
  const state = await trying(() => read("state"));
  if (state && asked === `${place.team}/${place.user}`) learn(state);
}, 200);

/** Makes the address whole: a person who is there and a place that this person may see. */
function settle() {
  const target = { ...place, team: world.team.id, user: world.me };
  if (!channelOf(place.channel)) {
    const open = world.channels.filter((channel) => channel.kind !== "im" && channel.is_member && !channel.is_archived);
    const first = open.sort((a, b) => Number(b.latest ?? 0) - Number(a.latest ?? 0))[0] ?? world.channels[0];
    Object.assign(target, { channel: first?.id ?? "", detail: "" });
  }
  history.replaceState(null, "", addressOf(target));
  readAddress();
}

async function become() {
  closeMenu();
  const state = await stateOfSomebody();
  if (!state) return retry();
  document.body.classList.remove("away");
  Object.assign(place, { team: state.team.id, user: state.me });
  learn(state);
  settle();
  listen(heard, { lost, opened });
  tell("become");
  arrive();
  return undefined;
}

/** The state as the person of the address sees it; as anybody, where a new workspace knows neither person nor team. */
async function stateOfSomebody() {
  try {
    const state = await read("state");
    if (state.users.some((user) => user.id === state.me)) return state;
  } catch (problem) {
    if (problem.code === "unreachable") return null;
  }
  if (!place.team && !place.user) return null;
  Object.assign(place, { team: "", user: "", channel: "", detail: "" });
  return stateOfSomebody();
}

function retry() {
  document.body.classList.add("away");
  setTimeout(become, 1000);
}

/** The browser itself tries again, but not where the server refused: then it is another workspace. */
function lost(forGood) {
  document.body.classList.add("away");
  if (forGood) retry();
}

/** Whatever happened before the connection stood has to be read; a workspace that comes back may be another one. */
function opened(again) {
  if (again) {
    toast("The workspace is back.");
    become();
    return;
  }
  restate();
  tell("event", { type: "all" });
}

function heard(event) {
  if (!QUIET.has(event.type) || event.trouble) restate();
  tell("event", event);
}

function arrive() {
  const channel = channelOf(place.channel);
  document.body.classList.remove("sidebar-open");
  document.title = channel ? `${channel.kind === "im" ? "" : "#"}${channelName(channel.id)} · ${world.team.name}` : "Local workspace";
  tell("place");
}

function moved() {
  const changed = readAddress();
  if (changed.person) become();
  else if (!channelOf(place.channel)) read("state").then(learn).then(arrive, () => arrive());
  else arrive();
}

startTheme();
readAddress();
const panels = mountPanels({ aside: document.getElementById("aside"), tools: document.getElementById("tools") });
mountBar(document.getElementById("bar"), panels);
mountSidebar(document.getElementById("sidebar"));
mountChat(document.getElementById("main"));
mountModals();
followTime();
on("restate", restate);
addEventListener("hashchange", moved);
document.addEventListener("click", (event) => {
  if (!event.target.closest("#sidebar, .only-narrow")) document.body.classList.remove("sidebar-open");
});
become();
