// The strip above the workspace: who you are, what time it is, and the tools of the local workspace.

import { el, swap } from "./dom.js";
import { avatar } from "./avatars.js";
import { icon } from "./icons.js";
import { openMenu } from "./menus.js";
import { addressOf, go, me, myZone, now, on, userName, world } from "./store.js";
import { JUMPS, comingUp, jump } from "./timemachine.js";
import { chooseTheme, themeIcon } from "./theme.js";
import { distance, shortMoment } from "./time.js";

/** Keeps the strip current; `panels` is {toggle(name), open()}. */
export function mountBar(root, panels) {
  const who = el("div", { class: "bar-group be", role: "group", "aria-label": "Be" });
  const clock = el("div", { class: "bar-group clock", role: "group", "aria-label": "Time machine" });
  const tools = el("div", { class: "bar-group tools-group", role: "group", "aria-label": "Tools" });
  root.append(who, clock, tools);
  const draw = () => {
    swap(who, faces());
    swap(clock, time(panels));
    swap(tools, toolButtons(panels));
  };
  const tick = () => {
    const node = clock.querySelector(".clock-now");
    if (node) node.textContent = shortMoment(now(), myZone());
    const next = clock.querySelector(".clock-next");
    if (next) next.textContent = nextWords();
  };
  on("state", draw);
  on("panels", draw);
  on("clock", tick);
  setInterval(tick, 1000);
}

const isManager = (user) => ["owner", "admin"].includes(user.role) || /manager|lead|head|director/i.test(user.title ?? "");

/** One of each kind of person, to be them with one click: [[kind, user]]. */
export function cast() {
  const people = [...world.users.values()].filter((user) => !user.deleted && user.role !== "bot" && user.role !== "external");
  const reps = people.filter((user) => user.role === "member" && !isManager(user));
  const found = [["Rep", reps[0]], ["Rep", reps[1]], ["Manager", people.find(isManager)], ["Guest", people.find((user) => user.role === "guest")]];
  return found.filter(([, user]) => user);
}

function faces() {
  const quick = cast();
  if (me() && !quick.some(([, user]) => user.id === world.me)) quick.unshift(["You", me()]);
  const other = world.teams.filter((team) => team.id !== world.team.id);
  return [
    el("span", { class: "bar-label" }, "Be"),
    quick.map(([kind, user]) => el("button", { type: "button", class: user.id === world.me ? "face current" : "face", "data-key": `be ${user.id}`, "aria-pressed": String(user.id === world.me),
      "aria-label": `Be ${userName(user.id)}, ${kind.toLowerCase()}`, title: `${userName(user.id)} · ${user.title || kind}`, onclick: () => go({ user: user.id, keep: true }) },
    avatar(user, 26), el("span", { class: "face-words" }, el("strong", {}, userName(user.id).split(" ")[0]), el("small", {}, kind)))),
    other.map((team) => el("button", { type: "button", class: "face", "data-key": `team ${team.id}`, "aria-label": `Go to the workspace ${team.name}`, title: `The workspace ${team.name}`, onclick: () => go({ team: team.id, user: "", channel: "" }) },
      icon("swap"), el("span", { class: "face-words" }, el("strong", {}, team.name), el("small", {}, "Workspace")))),
    el("button", { type: "button", class: "icon-button on-bar", "data-key": "everyone", "aria-label": "Everyone", title: "Everyone", "aria-haspopup": "menu", "aria-expanded": "false", onclick: (event) => openMenu(event.currentTarget, everyone(), "Be anyone") }, icon("people")),
  ];
}

function everyone() {
  const people = [...world.users.values()].filter((user) => user.role !== "bot");
  return [
    { heading: "Be" },
    ...people.map((user) => ({ label: userName(user.id), detail: [user.title, user.role === "member" ? "" : user.role, user.deleted ? "deactivated" : "", user.tz].filter(Boolean).join(" · "), mark: avatar(user, 24), chosen: () => go({ user: user.id, keep: true }) })),
    { heading: "Two people at once" },
    { label: "Open a second window", detail: "The same workspace; be somebody else there", mark: icon("window"), chosen: () => window.open(addressOf({ team: world.team.id }), "_blank") },
  ];
}

/** "Farah and Hema", "8 people": who is meant, short enough for the bar. */
function shortly(who) {
  const names = who.split(", ").map((name) => name.split(" ")[0]);
  if (names.length > 2) return `${names.length} people`;
  return names.join(" and ");
}

function nextWords() {
  const next = comingUp()[0];
  return next ? `Next: ${next.what}${next.who ? ` for ${shortly(next.who)}` : ""}, ${distance(next.at, now())}` : "Nothing is due";
}

function time(panels) {
  return [
    el("button", { type: "button", class: "clock-face", "data-key": "clock", "aria-expanded": String(panels.open() === "time"), onclick: () => panels.toggle("time") },
      icon("clock"), el("span", { class: "face-words" }, el("strong", { class: "clock-now" }, shortMoment(now(), myZone())), el("small", { class: "clock-next" }, nextWords()))),
    JUMPS.map(({ name, short, preset }) => el("button", { type: "button", class: "button small on-bar only-wide", "data-key": `jump ${preset}`, "aria-label": name, title: name, onclick: () => jump(preset) }, short)),
  ];
}

function toolButtons(panels) {
  const tool = (name, label, picture) => el("button", { type: "button", class: panels.open() === name ? "button small on-bar current" : "button small on-bar", "data-key": `tool ${name}`, "aria-expanded": String(panels.open() === name), onclick: () => panels.toggle(name) }, icon(picture), el("span", { class: "tool-words" }, label));
  return [tool("tour", "Story of a week", "map"), tool("trouble", "Trouble", "bug"),
    el("button", { type: "button", class: "icon-button on-bar", "data-key": "theme", "aria-label": "Light or dark", title: "Light or dark", onclick: chooseTheme }, icon(themeIcon()))];
}
