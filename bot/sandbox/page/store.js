// What the page knows: who is looking, at what, and the workspace as that person sees it.

/** The workspace as the acting person sees it; `users` maps ids to people. */
export const world = {
  team: { id: "", name: "" },
  teams: [],
  me: "",
  users: new Map(),
  channels: [],
  commands: [],
  shortcuts: [],
  bot: { id: "", name: "", connected: false },
  trouble: {},
  offset: 0,
};

/** Where the page stands; the same as the address's hash `#/team/user/channel/detail`. */
export const place = { team: "", user: "", channel: "", detail: "" };

const listeners = new Map();

/** Calls `listener` whenever `topic` is told; topics: become, state, place, event, views. */
export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

/** Tells everyone who listens to `topic`. */
export function tell(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

/** Takes over an answer of GET /_/state. */
export function learn(state) {
  Object.assign(world, {
    team: state.team,
    teams: state.teams ?? [state.team],
    me: state.me,
    users: new Map(state.users.map((user) => [user.id, user])),
    channels: state.channels,
    commands: state.commands ?? [],
    shortcuts: state.shortcuts ?? [],
    bot: state.bot ?? world.bot,
    trouble: state.trouble ?? {},
  });
  setClock(state.clock);
  tell("state");
}

/** Takes over what the workspace says about its clock. */
export function setClock(clock) {
  if (clock?.offset !== undefined) world.offset = clock.offset;
  else if (clock?.now !== undefined) world.offset = clock.now - Date.now() / 1000;
}

/** The workspace's time in epoch seconds. */
export const now = () => Date.now() / 1000 + world.offset;

/** The acting person, or undefined before the first answer. */
export const me = () => world.users.get(world.me);

/** The acting person's zone. */
export const myZone = () => me()?.tz;

/** How a person is called here. */
export function userName(id, otherwise) {
  const user = world.users.get(id);
  return user ? user.real_name || user.name : otherwise || id;
}

/** The channel with this id, if the acting person can see it. */
export const channelOf = (id) => world.channels.find((channel) => channel.id === id);

/** A channel's name without its sign; the other person's name for a DM. */
export function channelName(id) {
  const channel = channelOf(id);
  if (!channel) return id;
  return channel.kind === "im" ? userName(channel.user) : channel.name;
}

/** The DM with `user`, if there is one. */
export const dmWith = (user) => world.channels.find((channel) => channel.kind === "im" && channel.user === user);

/** Whoever wrote a message: a person, the bot, or a stand-in for a stranger. */
export function authorOf(message) {
  const known = world.users.get(message.user) ?? (message.bot_id ? world.users.get(world.bot.id) : undefined);
  if (known) return known;
  if (message.user === "USLACKBOT") return { id: message.user, name: "slackbot", real_name: "Slackbot" };
  if (message.bot_id) return { id: message.bot_id, real_name: message.username ?? world.bot.name, role: "bot" };
  return { id: message.user ?? "?", real_name: message.username ?? message.user ?? "Someone", role: "external" };
}

/** Goes somewhere by changing the address; what is not named stays, a new person or workspace starts afresh. */
export function go(target) {
  const fresh = ("team" in target && target.team !== place.team) || ("user" in target && target.user !== place.user);
  const base = fresh ? { team: place.team, user: "", channel: target.keep ? place.channel : "", detail: "" } : { ...place };
  if ("channel" in target && target.channel !== base.channel) base.detail = "";
  const { team, user, channel, detail } = { ...base, ...target };
  location.hash = addressOf({ team, user, channel, detail });
}

/** The hash of a place. */
export function addressOf({ team, user, channel, detail }) {
  const parts = [team, user, channel, detail].map((part) => encodeURIComponent(part ?? ""));
  while (parts.length && !parts.at(-1)) parts.pop();
  return `#/${parts.join("/")}`;
}

/** Reads the address into `place`; answers what changed. */
export function readAddress() {
  const [team = "", user = "", channel = "", detail = ""] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const changed = { person: team !== place.team || user !== place.user, channel: channel !== place.channel, detail: detail !== place.detail };
  Object.assign(place, { team, user, channel, detail });
  return changed;
}
