// Draws every Block Kit block; one that is unknown shows its JSON rather than nothing.

import { el, freshId } from "./dom.js";
import { chart } from "./charts.js";
import { element } from "./elements.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";
import { link, plainWords, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

/**
 * A node for a list of blocks. `surface`: {form, act(blockId, action), options(blockId, actionId, query), files,
 * channel?, errors?: {block_id: words}, submit?()}.
 */
export const blocksNode = (blocks, surface) => el("div", { class: "blocks" }, blocks.map((block) => blockNode(block, surface)));

function blockNode(block, surface) {
  try {
    const node = (BLOCKS[block.type] ?? unknown)(block, surface);
    node.dataset.block = block.block_id ?? "";
    return node;
  } catch (problem) {
    console.error(`The ${block.type} block could not be drawn.`, problem);
    return unknown(block);
  }
}

function section(block, surface) {
  const name = freshId("section");
  const words = el("div", { class: "section-words", id: name },
    block.text && el("div", { class: "text" }, textObject(block.text)),
    block.fields && el("div", { class: "fields" }, block.fields.map((field) => el("div", { class: "text" }, textObject(field)))));
  const seat = { surface, block, label: block.text && plainWords(block.text).slice(0, 80) };
  const side = block.accessory && (block.accessory.type === "image" ? picture(block.accessory, surface, "accessory-image") : element(block.accessory, seat));
  return el("div", { class: "block section" }, words, side && el("div", { class: "accessory" }, side));
}

const actions = (block, surface) => el("div", { class: "block actions", role: "group" }, block.elements.map((one) => element(one, { surface, block })));

const context = (block, surface) => el("div", { class: "block context" }, block.elements.map((one) =>
  one.type === "image" ? picture(one, surface, "context-image") : el("span", { class: "text" }, textObject(one))));

function image(block, surface) {
  return el("figure", { class: "block image" }, block.title && el("figcaption", { class: "caption" }, textObject(block.title)), picture(block, surface, "block-image"));
}

/** An <img> of a URL or of one of the workspace's files; its words where it cannot be shown. */
function picture(spec, surface, kind) {
  const file = spec.slack_file && (surface.files ?? []).find((one) => one.id === spec.slack_file.id || one.url_private === spec.slack_file.url);
  const source = spec.image_url ?? localAddress(file?.url_private ?? spec.slack_file?.url) ?? (spec.slack_file?.id && `/_/file/${encodeURIComponent(spec.slack_file.id)}`);
  const node = el("img", { class: kind, src: source, alt: spec.alt_text ?? "", loading: "lazy" });
  node.addEventListener("error", () => node.replaceWith(el("span", { class: `${kind} picture-words`, title: source }, icon("file"), spec.alt_text || "A picture that cannot be shown here")), { once: true });
  return node;
}

/** A file's address on this server, whatever host it was written with. */
function localAddress(address) {
  if (!address) return undefined;
  const url = new URL(address, location.href);
  return url.pathname + url.search;
}

function input(block, surface) {
  const errorId = freshId("error");
  const hintId = freshId("hint");
  const problem = surface.errors?.[block.block_id];
  const describedby = [problem && errorId, block.hint && hintId].filter(Boolean).join(" ") || null;
  const label = plainWords(block.label);
  const node = element(block.element, { surface, block, label, describedby, input: true });
  const field = node.matches?.("input,textarea") ? node : node.querySelector?.("input,textarea");
  if (problem) field?.setAttribute("aria-invalid", "true");
  if (!block.optional && field && !["radio", "checkbox"].includes(field.type)) field.setAttribute("aria-required", "true");
  return el("div", { class: problem ? "block input wrong" : "block input" },
    el("div", { class: "label" }, textObject(block.label), block.optional && el("span", { class: "optional" }, " (optional)")),
    node,
    el("div", { class: "error", id: errorId, role: "alert", hidden: !problem }, problem),
    block.hint && el("div", { class: "hint", id: hintId }, textObject(block.hint)));
}

function table(block) {
  const settings = block.column_settings ?? [];
  const cell = (one, index, tag) => {
    const side = settings[index]?.align;
    const words = one?.type === "rich_text" ? richText(one) : one?.text ?? (one?.value !== undefined ? String(one.value) : "");
    return el(tag, { class: [side && `align-${side}`, settings[index]?.is_wrapped && "wrapped"].filter(Boolean).join(" ") || null }, words);
  };
  const [head = [], ...rows] = block.rows;
  return el("div", { class: "block table-frame", tabindex: "0", role: "region", "aria-label": block.caption ?? "Table" }, el("table", {},
    block.caption && el("caption", {}, block.caption),
    el("thead", {}, el("tr", {}, head.map((one, index) => cell(one, index, "th")))),
    el("tbody", {}, rows.map((row) => el("tr", {}, row.map((one, index) => cell(one, index, "td")))))));
}

function file(block, surface) {
  const found = (surface.files ?? []).find((one) => one.id === block.file_id || one.external_id === block.external_id);
  return el("div", { class: "block file" }, icon("file"), el("span", {}, found?.title ?? found?.name ?? block.external_id ?? "A file"));
}

function video(block) {
  return el("div", { class: "block video" },
    el("div", { class: "video-title" }, block.title_url ? link(block.title_url, textObject(block.title)) : textObject(block.title)),
    block.description && el("div", { class: "text" }, textObject(block.description)),
    el("a", { class: "video-still", href: /^https?:/.test(block.video_url) ? block.video_url : "#", target: "_blank", rel: "noopener noreferrer" }, icon("forward"), el("span", {}, block.alt_text)),
    (block.author_name || block.provider_name) && el("div", { class: "hint" }, [block.author_name, block.provider_name].filter(Boolean).join(" · ")));
}

function alertBlock(block) {
  return el("div", { class: `block alert ${block.level ?? "info"}`, role: "note" }, textObject(block.text));
}

const unknown = (block) => el("div", { class: "block unknown" },
  el("p", { class: "hint" }, `This page does not know the block “${block.type}”. It says:`),
  el("pre", { class: "code", tabindex: "0", "aria-label": `JSON of the ${block.type} block` }, JSON.stringify(block, null, 2)));

const BLOCKS = {
  section,
  actions,
  context_actions: actions,
  context,
  image,
  input,
  table,
  data_table: table,
  file,
  video,
  alert: alertBlock,
  divider: () => el("hr", { class: "block divider" }),
  header: (block) => el("div", { class: "block header", role: "heading", "aria-level": "3" }, textObject(block.text)),
  rich_text: (block) => el("div", { class: "block" }, richText(block)),
  markdown: (block) => el("div", { class: "block rich" }, markdown(block.text)),
  data_visualization: (block) => el("div", { class: "block" }, chart(block)),
};

/** The types of block that this page draws. */
export const KNOWN_BLOCKS = Object.keys(BLOCKS);
