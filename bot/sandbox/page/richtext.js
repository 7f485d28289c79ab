// Draws rich_text blocks: sections, lists, quotes, preformatted text and every child they may hold.

import { el } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { link, mention } from "./mrkdwn.js";
import { channelName, myZone, now, userName, world } from "./store.js";
import { fillDate } from "./time.js";

/** A node for a whole rich_text block. */
export const richText = (block) => el("div", { class: "rich" }, block.elements.map(part));

const PARTS = {
  rich_text_section: (node) => el("p", { class: "rich-section" }, children(node)),
  rich_text_quote: (node) => el("blockquote", { class: "quote" }, children(node)),
  rich_text_preformatted: (node) => el("pre", { class: "code" }, children(node)),
  rich_text_list: list,
};

function part(node) {
  return (PARTS[node.type] ?? unknown)(node);
}

function list(node) {
  const items = node.elements.map((item) => el("li", {}, children(item)));
  const props = { class: `rich-list indent-${Math.min(node.indent ?? 0, 8)}`, start: node.offset ? node.offset + 1 : null };
  return el(node.style === "ordered" ? "ol" : "ul", props, items);
}

const children = (node) => node.elements.map((child) => styled((CHILDREN[child.type] ?? unknown)(child), child.style));

const CHILDREN = {
  text: (child) => child.text,
  emoji: (child) => (child.unicode && !emojiOf(child.name) ? fromCodes(child.unicode) : emojiOf(child.name) ?? `:${child.name}:`),
  link: (child) => link(child.url, child.text || undefined),
  user: (child) => mention(`@${userName(child.user_id)}`, child.user_id === world.me),
  channel: (child) => mention(`#${channelName(child.channel_id)}`),
  usergroup: (child) => mention(`@${child.usergroup_id}`, true),
  broadcast: (child) => mention(`@${child.range}`, true),
  team: (child) => mention(child.team_id),
  color: (child) => [el("span", { class: "swatch", vars: { "--swatch": child.value }, "aria-hidden": "true" }), child.value],
  date: (child) => {
    const text = fillDate(child.timestamp, child.format, myZone(), now()) ?? child.fallback ?? "";
    const node = el("time", { datetime: new Date(child.timestamp * 1000).toISOString() }, text);
    return child.url ? link(child.url, node) : node;
  },
};

const fromCodes = (codes) => String.fromCodePoint(...codes.split("-").map((code) => parseInt(code, 16)));

const WRAPS = [["code", "code"], ["strike", "s"], ["underline", "u"], ["italic", "em"], ["bold", "strong"]];

function styled(node, style) {
  if (!style) return node;
  return WRAPS.reduce((inner, [name, tag]) => (style[name] ? el(tag, name === "code" ? { class: "code" } : {}, inner) : inner), node);
}

const unknown = (node) => el("code", { class: "code" }, JSON.stringify(node));

/** A rich_text block of what somebody typed with mrkdwn marks into a rich_text_input; null when it is empty. */
export function richTextOf(typed) {
  if (!typed.trim()) return null;
  const elements = [];
  for (const line of typed.split("\n")) {
    const bullet = /^\s*(?:[-•*]|(\d+)[.)])\s+(.*)$/.exec(line);
    if (bullet) addToList(elements, bullet[1] ? "ordered" : "bullet", pieces(bullet[2]));
    else addToSection(elements, pieces(line));
  }
  return { type: "rich_text", elements };
}

function addToList(elements, style, content) {
  const last = elements.at(-1);
  const item = { type: "rich_text_section", elements: content };
  if (last?.type === "rich_text_list" && last.style === style) last.elements.push(item);
  else elements.push({ type: "rich_text_list", style, elements: [item] });
}

function addToSection(elements, content) {
  const last = elements.at(-1);
  if (last?.type === "rich_text_section") last.elements.push({ type: "text", text: "\n" }, ...content);
  else elements.push({ type: "rich_text_section", elements: content });
}

const MARKS = { "*": "bold", _: "italic", "~": "strike", "`": "code" };

function pieces(line) {
  const found = [];
  let end = 0;
  for (const match of line.matchAll(/(?<!\w)([*_~`])(?=\S)([^\n]*?\S)\1(?!\w)/g)) {
    if (match.index > end) found.push({ type: "text", text: line.slice(end, match.index) });
    found.push({ type: "text", text: match[2], style: { [MARKS[match[1]]]: true } });
    end = match.index + match[0].length;
  }
  if (end < line.length) found.push({ type: "text", text: line.slice(end) });
  return found;
}

/** What a rich_text_input shows for its initial_value: the words, lists as lines. */
export function typedOf(block) {
  const words = (node) => (node.elements ? node.elements.map(words).join("") : node.text ?? (node.name ? `:${node.name}:` : ""));
  const lines = (block?.elements ?? []).map((node) =>
    node.type === "rich_text_list" ? node.elements.map((item) => `• ${words(item)}`).join("\n") : words(node));
  return lines.join("\n");
}
