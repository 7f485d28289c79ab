// Turns Slack's mrkdwn into nodes: entities, mentions, dates, links, emphasis, quotes, code and emoji.

import { el } from "./dom.js";
import { emojiText } from "./emoji.js";
import { fillDate } from "./time.js";
import { channelName, now, userName, world } from "./store.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Undoes Slack's three entities. */
export const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** What somebody would type to get this text: names and addresses bare again, entities undone. */
export function typedAgain(text) {
  const bare = text.replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (whole, target, label) => {
    if (target.startsWith("@")) return `@${world.users.get(target.slice(1))?.name ?? label ?? target.slice(1)}`;
    if (target.startsWith("#")) return `#${label || channelName(target.slice(1))}`;
    if (target.startsWith("!")) return `@${target.slice(1)}`;
    return target;
  });
  return unescape(bare);
}

/** Nodes of mrkdwn `text`; `verbatim` leaves bare links and names as they are. */
export function mrkdwn(text, { verbatim = false } = {}) {
  const nodes = [];
  const parts = text.split(/```([\s\S]+?)```/);
  parts.forEach((part, index) => {
    if (index % 2) nodes.push(el("pre", { class: "code" }, unescape(part.replace(/^\n/, ""))));
    else nodes.push(...lines(part, verbatim));
  });
  return nodes;
}

/** Nodes of a text object: plain_text keeps every sign but emoji names, mrkdwn is read. */
export function textObject(text) {
  if (!text) return [];
  if (typeof text === "string") return [text];
  if (text.type === "mrkdwn") return mrkdwn(text.text, { verbatim: text.verbatim });
  return text.emoji === false ? [text.text] : emojified(unescape(text.text));
}

/** The words of a text object without markup, for labels. */
export const plainWords = (text) => textObject(text).map((node) => node.textContent ?? node).join("");

/** One line of words for previews: mrkdwn without its marks. */
export const preview = (text) => mrkdwn(text).map((node) => node.textContent ?? node).join(" ").replace(/\s+/g, " ").trim();

function lines(text, verbatim) {
  const nodes = [];
  let quote = null;
  const all = text.split("\n");
  all.forEach((line, index) => {
    const quoted = /^(?:&gt;|>)\s?/.exec(line);
    if (quoted) {
      if (!quote) nodes.push((quote = el("blockquote", { class: "quote" })));
      else quote.append("\n");
      quote.append(...inline(line.slice(quoted[0].length), verbatim));
      return;
    }
    const afterBlock = quote !== null;
    quote = null;
    if (index > 0 && !afterBlock) nodes.push("\n");
    nodes.push(...inline(line, verbatim));
  });
  return nodes;
}

const before = "(?<![\\p{L}\\p{N}])";
const after = "(?![\\p{L}\\p{N}])";
const RULES = [
  [/`([^`\n]+)`/u, (match) => [el("code", { class: "code" }, unescape(match[1]))]],
  [/<([^<>\n]+)>/u, (match, verbatim) => angled(match[1], verbatim)],
  [new RegExp(`${before}\\*(?=\\S)([^*\\n]*[^*\\s])\\*${after}`, "u"), (match, verbatim) => [el("strong", {}, inline(match[1], verbatim))]],
  [new RegExp(`${before}_(?=\\S)([^_\\n]*[^_\\s])_${after}`, "u"), (match, verbatim) => [el("em", {}, inline(match[1], verbatim))]],
  [new RegExp(`${before}~(?=\\S)([^~\\n]*[^~\\s])~${after}`, "u"), (match, verbatim) => [el("s", {}, inline(match[1], verbatim))]],
  [/:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/u, (match) => [emojiText(match[1])]],
  [/https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"]/u, (match, verbatim) => [verbatim ? match[0] : link(unescape(match[0]))]],
];

/** Nodes of one line of mrkdwn. */
function inline(text, verbatim) {
  const nodes = [];
  let rest = text;
  for (let found = nearest(rest); found; found = nearest(rest)) {
    const { match, make } = found;
    if (match.index) nodes.push(unescape(rest.slice(0, match.index)));
    nodes.push(...make(match, verbatim));
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest) nodes.push(unescape(rest));
  return nodes;
}

function nearest(text) {
  let first = null;
  for (const [pattern, make] of RULES) {
    const match = pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { match, make };
  }
  return first;
}

function angled(body, verbatim) {
  const [target, label] = split(body);
  if (target.startsWith("@")) return [mention(`@${userName(target.slice(1), label)}`, target.slice(1) === world.me)];
  if (target.startsWith("#")) return [mention(`#${label ?? channelName(target.slice(1))}`)];
  if (target.startsWith("!date^")) return [date(target.slice(6), label)];
  if (target.startsWith("!subteam^")) return [mention(label ?? "@group", true)];
  if (target.startsWith("!")) return [mention(`@${target.slice(1)}`, true)];
  if (/^(https?:|mailto:)/.test(target)) return [link(unescape(target), label && inline(label, verbatim))];
  return [unescape(`<${body}>`)];
}

function split(body) {
  const bar = body.indexOf("|");
  return bar < 0 ? [body, undefined] : [body.slice(0, bar), body.slice(bar + 1)];
}

/** A mention chip; `loud` when it calls the reader. */
export const mention = (text, loud = false) => el("span", { class: loud ? "mention mention-me" : "mention" }, text);

/** A link that leaves the page; anything but http, https and mail stays text. */
export function link(target, children) {
  if (!/^(https?:|mailto:)/i.test(target)) return el("span", {}, children ?? target);
  return el("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, children ?? target.replace(/^mailto:/, ""));
}

function date(body, fallback = "") {
  const [at, pattern, target] = body.split("^");
  const zone = world.users.get(world.me)?.tz;
  const text = fillDate(Number(at), pattern ?? "", zone, now()) ?? unescape(fallback);
  const node = el("time", { datetime: new Date(Number(at) * 1000).toISOString() }, text);
  return target ? link(unescape(target), node) : node;
}

/** Text with emoji names replaced by their pictures. */
export function emojified(text) {
  return [text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => emojiText(name))];
}
