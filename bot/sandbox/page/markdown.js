// Draws the markdown block: headings, lists, quotes, code, rules, tables and emphasis of ordinary Markdown.

import { el } from "./dom.js";
import { emojified, link } from "./mrkdwn.js";

/** Nodes of a Markdown text. */
export function markdown(text) {
  const nodes = [];
  const lines = text.split("\n");
  let at = 0;
  while (at < lines.length) {
    const [node, next] = (READERS.find(([begins]) => begins.test(lines[at]))?.[1] ?? paragraph)(lines, at);
    if (node) nodes.push(node);
    at = next;
  }
  return nodes;
}

const ITEM = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/;
const READERS = [
  [/^\s*$/, (lines, at) => [null, at + 1]],
  [/^```/, fence],
  [/^#{1,6}\s/, heading],
  [/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/, (lines, at) => [el("hr", { class: "divider" }), at + 1]],
  [/^>\s?/, quote],
  [ITEM, list],
  [/^\s*\|.*\|\s*$/, table],
];

function run(lines, at, pattern) {
  let end = at;
  while (end < lines.length && pattern.test(lines[end])) end += 1;
  return [lines.slice(at, end), end];
}

function fence(lines, at) {
  let end = at + 1;
  while (end < lines.length && !lines[end].startsWith("```")) end += 1;
  return [el("pre", { class: "code" }, lines.slice(at + 1, end).join("\n")), end + 1];
}

function heading(lines, at) {
  const [, marks, words] = /^(#+)\s+(.*)$/.exec(lines[at]);
  return [el("p", { class: `heading heading-${Math.min(marks.length, 3)}`, role: "heading", "aria-level": Math.min(marks.length + 2, 6) }, spans(words)), at + 1];
}

function quote(lines, at) {
  const [taken, next] = run(lines, at, /^>\s?/);
  return [el("blockquote", { class: "quote" }, markdown(taken.map((line) => line.replace(/^>\s?/, "")).join("\n"))), next];
}

function list(lines, at) {
  const ordered = Boolean(ITEM.exec(lines[at])[1]);
  const [taken, next] = run(lines, at, ITEM);
  return [el(ordered ? "ol" : "ul", { class: "rich-list" }, taken.map((line) => el("li", {}, spans(ITEM.exec(line)[2])))), next];
}

function table(lines, at) {
  const [taken, next] = run(lines, at, /^\s*\|.*\|\s*$/);
  const rows = taken.filter((line) => !/^[\s|:-]+$/.test(line)).map((line) => line.trim().slice(1, -1).split("|"));
  const cells = (row, tag) => row.map((cell) => el(tag, {}, spans(cell.trim())));
  const [head, ...body] = rows;
  return [
    el("div", { class: "table-frame" }, el("table", {}, el("thead", {}, el("tr", {}, cells(head, "th"))), el("tbody", {}, body.map((row) => el("tr", {}, cells(row, "td")))))),
    next,
  ];
}

function paragraph(lines, at) {
  let end = at + 1;
  while (end < lines.length && !READERS.some(([begins]) => begins.test(lines[end]))) end += 1;
  return [el("p", { class: "rich-section" }, spans(lines.slice(at, end).join("\n"))), end];
}

const SPANS = [
  [/`([^`]+)`/, (match) => el("code", { class: "code" }, match[1])],
  [/\*\*(?=\S)(.+?\S?)\*\*/, (match) => el("strong", {}, spans(match[1]))],
  [/~~(?=\S)(.+?)~~/, (match) => el("s", {}, spans(match[1]))],
  [/!?\[([^\]]*)\]\(([^)\s]+)\)/, (match) => link(match[2], spans(match[1]))],
  [/(?<![\w*])([*_])(?=\S)(.+?)\1(?![\w*])/, (match) => el("em", {}, spans(match[2]))],
  [/https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"]/, (match) => link(match[0])],
];

function spans(text) {
  let first = null;
  for (const [pattern, make] of SPANS) {
    const match = pattern.exec(text);
    if (match && (!first || match.index < first.match.index)) first = { match, make };
  }
  if (!first) return emojified(text);
  const { match, make } = first;
  return [...emojified(text.slice(0, match.index)), make(match), ...spans(text.slice(match.index + match[0].length))];
}
