// Draws the elements that offer choices: select menus of every source, radio buttons and checkboxes.

import { el, freshId } from "./dom.js";
import { avatar } from "./avatars.js";
import { changed } from "./elements.js";
import { plainWords, textObject } from "./mrkdwn.js";
import { picker } from "./picker.js";
import { userName, world } from "./store.js";

const plain = (text) => ({ type: "plain_text", text });
const userOption = (id) => ({ text: plain(userName(id)), value: id, mark: () => avatar(world.users.get(id) ?? { id }, 20) });

function conversationOption(id) {
  const channel = world.channels.find((one) => one.id === id);
  if (!channel) return { text: plain(id), value: id };
  return channel.kind === "im" ? { ...userOption(channel.user), value: id } : { text: plain(`#${channel.name}`), value: id };
}

const people = () => [{ options: [...world.users.values()].filter((user) => !user.deleted).map((user) => userOption(user.id)) }];

function conversations(filter = {}) {
  const wanted = (channel) => !filter.include || filter.include.includes(channel.kind === "im" ? "im" : channel.kind);
  const bots = (channel) => !(filter.exclude_bot_users && channel.kind === "im" && world.users.get(channel.user)?.role === "bot");
  return [{ options: world.channels.filter((channel) => !channel.is_archived && wanted(channel) && bots(channel)).map((channel) => conversationOption(channel.id)) }];
}

const channels = () => [{ options: world.channels.filter((one) => one.kind === "public" && !one.is_archived).map((one) => conversationOption(one.id)) }];

const bare = ({ text, value, description }) => ({ text, value, ...(description ? { description } : {}) });

/** Where each kind of select takes its options from, and how its answer is called. */
const SOURCES = {
  static: { load: (spec) => (spec.option_groups ?? [{ options: spec.options ?? [] }]).map((group) => ({ label: group.label && plainWords(group.label), options: group.options })), one: "selected_option", many: "selected_options", initial: (spec) => spec.initial_option ?? spec.initial_options, show: (option) => option, keep: bare },
  external: { load: (spec, query, seat) => fromBot(spec, query, seat), one: "selected_option", many: "selected_options", initial: (spec) => spec.initial_option ?? spec.initial_options, show: (option) => option, keep: bare },
  users: { load: people, one: "selected_user", many: "selected_users", initial: (spec) => spec.initial_user ?? spec.initial_users, show: userOption, keep: (option) => option.value },
  conversations: { load: (spec) => conversations(spec.filter), one: "selected_conversation", many: "selected_conversations", initial: (spec, seat) => spec.initial_conversation ?? spec.initial_conversations ?? (spec.default_to_current_conversation ? seat.surface.channel : undefined), show: conversationOption, keep: (option) => option.value },
  channels: { load: channels, one: "selected_channel", many: "selected_channels", initial: (spec) => spec.initial_channel ?? spec.initial_channels, show: conversationOption, keep: (option) => option.value },
};

async function fromBot(spec, query, seat) {
  if (query.length < (spec.min_query_length ?? 3)) return [{ options: [] }];
  const answer = await seat.surface.options(seat.block.block_id, spec.action_id, query);
  return answer.option_groups?.map((group) => ({ label: plainWords(group.label), options: group.options })) ?? [{ options: answer.options ?? [] }];
}

function select(kind, multi) {
  const source = SOURCES[kind];
  const key = multi ? source.many : source.one;
  return (spec, seat) => {
    const initial = source.initial(spec, seat);
    const start = seat.surface.form.start(seat.block.block_id, spec.action_id, { type: spec.type, [key]: initial ?? (multi ? [] : null) })[key];
    const chosen = (Array.isArray(start) ? start : start ? [start] : []).map(source.show);
    return picker({
      label: seat.label || plainWords(spec.placeholder) || "Choose", placeholder: plainWords(spec.placeholder), multi, initial: chosen,
      max: spec.max_selected_items, describedby: seat.describedby, load: async (query) => source.load(spec, query, seat),
      changed: (options) => changed(spec, seat, { [key]: multi ? options.map(source.keep) : source.keep(options[0]) }),
    });
  };
}

/** Radio buttons and checkboxes: one row for each option. */
function boxes(type) {
  const many = type === "checkbox";
  const key = many ? "selected_options" : "selected_option";
  return (spec, seat) => {
    const initial = many ? spec.initial_options ?? [] : spec.initial_option ?? null;
    const held = seat.surface.form.start(seat.block.block_id, spec.action_id, { type: spec.type, [key]: initial })[key];
    const isOn = (option) => (many ? held : [held]).some((one) => one?.value === option.value);
    const name = freshId("group");
    const node = el("div", { class: "boxes", role: many ? "group" : "radiogroup", "aria-label": seat.label || "Choices", "aria-describedby": seat.describedby });
    node.append(...spec.options.map((option) => el("label", { class: "box" },
      el("input", { type, name, value: option.value, checked: isOn(option) }),
      el("span", {}, el("span", {}, textObject(option.text)), option.description && el("small", { class: "box-detail" }, textObject(option.description))))));
    node.addEventListener("change", () => {
      const on = spec.options.filter((option) => [...node.querySelectorAll("input:checked")].some((box) => box.value === option.value)).map(bare);
      changed(spec, seat, { [key]: many ? on : on[0] ?? null });
    });
    return node;
  };
}

/** Drawers by element type. */
export const CHOICES = {
  radio_buttons: boxes("radio"),
  checkboxes: boxes("checkbox"),
  ...Object.fromEntries(Object.keys(SOURCES).flatMap((kind) => [[`${kind}_select`, select(kind, false)], [`multi_${kind}_select`, select(kind, true)]])),
};
