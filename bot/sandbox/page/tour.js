// The guided tour: performs the story of a week on the page, one step at a time.

import { act, read } from "./api.js";
import { cast } from "./bar.js";
import { el, swap } from "./dom.js";
import { icon } from "./icons.js";
import { openDm } from "./sidebar.js";
import { STORY } from "./story.js";
import { channelOf, go, place, world } from "./store.js";
import { jump, newestLog } from "./timemachine.js";

const PATIENCE = 12_000;
let at = 0;
let busy = false;
let trouble = "";
const done = new Set();

/** The panel of the tour; `close` puts it away. */
export function tourPanel(close) {
  const body = el("div", { class: "panel-body", tabindex: "0", role: "region", "aria-label": "Steps of the story" });
  const node = el("section", { class: "panel tour", "aria-label": "Story of a week" },
    el("header", { class: "panel-head" }, el("h2", {}, "Story of a week"), el("button", { type: "button", class: "icon-button", "aria-label": "Close the tour", onclick: close }, icon("close"))), body);
  const steps = el("div", { class: "tour-steps" });
  const happened = el("ol", { class: "log" });
  body.append(steps, el("h3", {}, "What happened"), happened);
  const draw = () => swap(steps, content(perform, turn));
  const drawLog = () => swap(happened, newestLog(12));
  drawLog();
  const turn = (to) => {
    at = to;
    trouble = "";
    draw();
  };
  const perform = async () => {
    busy = true;
    trouble = "";
    draw();
    try {
      for (const deed of STORY[at].deeds) await play(deed);
      done.add(at);
    } catch (problem) {
      trouble = problem.message;
    }
    busy = false;
    draw();
    body.querySelector("[data-key='tour next']:not([hidden])")?.focus();
  };
  return { node, draw, drawLog };
}

function content(perform, turn) {
  const step = STORY[at];
  const last = at === STORY.length - 1;
  return [
    el("p", { class: "tour-count" }, `Step ${at + 1} of ${STORY.length}`),
    el("ol", { class: "tour-dots" }, STORY.map((one, index) => el("li", {}, el("button", { type: "button", class: ["tour-dot", done.has(index) && "done", index === at && "current"].filter(Boolean).join(" "), "aria-current": index === at ? "step" : null, "aria-label": `Step ${index + 1}: ${one.title}`, onclick: () => turn(index) }, done.has(index) ? icon("check") : String(index + 1))))),
    el("h3", { class: "tour-title" }, step.title),
    el("p", {}, step.text),
    done.has(at) && el("p", { class: "tour-look" }, icon("arrow"), el("span", {}, step.look)),
    trouble && el("p", { class: "error", role: "alert" }, trouble),
    el("div", { class: "button-row" },
      el("button", { type: "button", class: done.has(at) ? "button" : "button primary", "data-key": "tour do", disabled: busy, "aria-busy": String(busy), onclick: perform }, busy ? "Watch…" : done.has(at) ? "Do it again" : "Show me"),
      el("button", { type: "button", class: done.has(at) ? "button primary" : "button", "data-key": "tour next", hidden: last, disabled: busy, onclick: () => turn(at + 1) }, "Next step")),
    last && done.has(at) && el("p", { class: "hint" }, "That was a week. Now be anyone, and try it yourself."),
  ];
}

const fail = (words) => {
  throw new Error(words);
};

const pause = (time) => new Promise((resume) => setTimeout(resume, time));

async function waitFor(look, words, patience = PATIENCE) {
  const end = performance.now() + patience;
  while (performance.now() < end) {
    const found = await look();
    if (found) return found;
    await pause(120);
  }
  return fail(words);
}

const messages = async () => (await read("messages", { channel: place.channel, limit: 60 })).messages;
const main = () => document.getElementById("main");
const stands = (words) => [...main().querySelectorAll("article")].some((node) => node.textContent.includes(words));

/** The people of the story, found by what they are in this workspace. */
function actor(role) {
  const people = cast();
  const reps = people.filter(([kind]) => kind === "Rep").map(([, user]) => user);
  const found = { rep: reps[0], colleague: reps[1] ?? reps[0], manager: people.find(([kind]) => kind === "Manager")?.[1] ?? reps[0] }[role];
  return found ?? fail("This workspace has nobody for that part. Start it with --demo.");
}

/** The team's channel: the one with the most of us in it, the bot included, general ones aside. */
function teamChannel() {
  const fits = world.channels.filter((one) => one.kind !== "im" && one.is_member && !one.is_archived && (one.members ?? []).includes(world.bot.id) && !["general", "random"].includes(one.name));
  return fits.sort((a, b) => b.members.length - a.members.length)[0] ?? fail("The bot is in no team's channel yet. Invite it to one first.");
}

const PLAYS = {
  be: async (role) => {
    const user = actor(role);
    if (world.me !== user.id) go({ user: user.id });
    await waitFor(() => world.me === user.id, "The switch to another person did not work.");
  },
  open: async (where) => {
    if (where === "dm") {
      await openDm(world.bot.id);
      await waitFor(() => channelOf(place.channel)?.user === world.bot.id, "The conversation with the bot did not open.");
      if (place.detail) go({ detail: "" });
    } else {
      const channel = teamChannel();
      go({ channel: channel.id, detail: "" });
      await waitFor(() => place.channel === channel.id, "The channel did not open.");
    }
    await pause(500);
  },
  until: async (words, { jumps, tries }) => {
    for (let count = 0; count < tries && !(await isNew(words)); count += 1) {
      await jump(jumps[count % jumps.length]);
      await pause(900);
    }
    if (!(await isNew(words))) fail("The question did not come. Is the bot running? The trouble panel can start it again.");
  },
  jump: async (presets) => {
    for (const preset of presets) {
      await jump(preset);
      await pause(1200);
    }
  },
  say: (text) => act("say", { channel: place.channel, text }),
  command: async (command, { text }) => {
    await act("command", { channel: place.channel, command, text });
  },
  thread: async (button) => {
    const found = await newestWith(button);
    go({ detail: found.thread_ts ?? found.ts });
    await pause(600);
  },
  others: async (stories) => {
    for (const [index, text] of stories.entries()) {
      const { channel } = await act("dm", { user: other(index).id });
      await act("say", { user: other(index).id, channel, text });
    }
    await pause(600);
  },
  reply: (text) => act("say", { channel: place.channel, text, thread_ts: place.detail }),
  click: async (name) => {
    const button = await waitFor(() => [...main().querySelectorAll("article button.button")].filter((node) => node.textContent.trim() === name).at(-1), `No button “${name}” came.`);
    button.click();
  },
  see: (words) => waitFor(() => stands(words), `“${words}” did not appear. The trouble panel may know why.`),
};

const newestWith = (words) => waitFor(async () => (await messages()).reverse().find((one) => !isReply(one) && JSON.stringify(one.blocks ?? []).includes(words)), `No message with “${words}” came.`);

const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;

/** The people who have no part of their own in the story. */
function other(index) {
  const parts = ["rep", "colleague", "manager"].map((role) => actor(role).id);
  const rest = teamChannel().members.map((id) => world.users.get(id)).filter((user) => user && ["member", "admin", "owner"].includes(user.role) && !user.deleted && !parts.includes(user.id));
  return rest[index % rest.length] ?? fail("There are too few people here for this step. Start it with --demo.");
}

/** Whether the newest words of the bot here hold `words`, and nobody answered them yet. */
async function isNew(words) {
  const bots = (await messages()).at(-1);
  return Boolean(bots?.bot_id) && JSON.stringify(bots).includes(words.slice(0, 40));
}

async function play(deed) {
  const [kind] = Object.keys(deed);
  await PLAYS[kind](deed[kind], deed);
}

