// Draws the interactive elements that are not lists of choices: buttons, text fields, dates and times.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { ask } from "./dialog.js";
import { CHOICES } from "./choices.js";
import { openMenu } from "./menus.js";
import { plainWords, textObject } from "./mrkdwn.js";
import { richTextOf, typedOf } from "./richtext.js";
import { myZone } from "./store.js";
import { shortMoment } from "./time.js";

/**
 * A node for one element. `seat` says where it sits: {surface, block, label, describedby, input: true inside an
 * input block}; `surface` has `form` and `act(blockId, action)`.
 */
export function element(spec, seat) {
  const draw = DRAWERS[spec.type] ?? CHOICES[spec.type];
  return draw ? draw(spec, seat) : el("pre", { class: "code unknown" }, JSON.stringify(spec, null, 1));
}

const STATELESS = new Set(["button", "workflow_button", "overflow", "feedback_buttons", "icon_button"]);

/** Keeps a new value and tells the bot, as Slack does: after a confirm, and not inside plain input blocks. */
export async function changed(spec, seat, payload) {
  const { surface, block } = seat;
  if (spec.confirm && !(await ask(spec.confirm))) return surface.redraw?.();
  const whole = { type: spec.type, ...payload };
  if (!STATELESS.has(spec.type)) surface.form.set(block.block_id, spec.action_id, whole);
  if (!seat.input || block.dispatch_action) return surface.act(block.block_id, { action_id: spec.action_id, ...whole });
  return undefined;
}

function button(spec, seat) {
  const node = el("button", {
    type: "button", class: `button ${spec.style ?? ""}`, "aria-label": spec.accessibility_label, title: spec.url,
    "data-key": `${seat.block.block_id}/${spec.action_id}`, "data-action": spec.action_id,
  }, textObject(spec.text));
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-busy") === "true") return;
    if (spec.url) window.open(spec.url, "_blank", "noopener");
    node.setAttribute("aria-busy", "true");
    await changed(spec, seat, { value: spec.value, text: spec.text });
    node.removeAttribute("aria-busy");
  });
  return node;
}

function overflow(spec, seat) {
  const node = el("button", { type: "button", class: "icon-button framed", "aria-label": `More choices${seat.label ? `: ${seat.label}` : ""}`, "aria-haspopup": "menu", "aria-expanded": "false", "data-action": spec.action_id }, icon("dots"));
  node.addEventListener("click", () => openMenu(node, spec.options.map((option) => ({
    label: plainWords(option.text), detail: option.description && plainWords(option.description),
    chosen: () => (option.url ? window.open(option.url, "_blank", "noopener") : null, changed(spec, seat, { selected_option: option })),
  })), "More choices"));
  return node;
}

const TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text", plain_text_input: "text" };

function textInput(spec, seat) {
  const start = seat.surface.form.start(seat.block.block_id, spec.action_id, { type: spec.type, value: spec.initial_value ?? null });
  const field = el(spec.multiline ? "textarea" : "input", {
    class: "field", type: spec.multiline ? null : TYPES[spec.type], rows: spec.multiline ? 4 : null, value: start.value ?? "",
    placeholder: plainWords(spec.placeholder), "aria-label": seat.label, "aria-describedby": seat.describedby, maxlength: spec.max_length,
    inputmode: spec.type === "number_input" ? (spec.is_decimal_allowed ? "decimal" : "numeric") : null, "data-autofocus": spec.focus_on_load,
    "data-key": `${seat.block.block_id}/${spec.action_id}`,
  });
  const keep = () => seat.surface.form.set(seat.block.block_id, spec.action_id, { type: spec.type, value: field.value === "" ? null : field.value });
  const triggers = spec.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  field.addEventListener("input", () => {
    keep();
    if (triggers.includes("on_character_entered")) tellBot(spec, seat, field);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || spec.multiline || event.isComposing) return;
    event.preventDefault();
    if (seat.block.dispatch_action || !seat.input) tellBot(spec, seat, field);
    else seat.surface.submit?.();
  });
  return spec.max_length && spec.multiline ? el("div", {}, field, counter(field, spec.max_length)) : field;
}

const tellBot = (spec, seat, field) =>
  (seat.block.dispatch_action || !seat.input) && seat.surface.act(seat.block.block_id, { action_id: spec.action_id, type: spec.type, value: field.value });

function counter(field, max) {
  const node = el("small", { class: "counter" });
  const show = () => (node.textContent = field.value.length > max * 0.8 ? `${max - field.value.length} left` : "");
  field.addEventListener("input", show);
  show();
  return node;
}

function richTextInput(spec, seat) {
  const start = seat.surface.form.start(seat.block.block_id, spec.action_id, { type: spec.type, rich_text_value: spec.initial_value ?? null });
  const field = el("textarea", { class: "field", rows: 5, value: typedOf(start.rich_text_value), placeholder: plainWords(spec.placeholder), "aria-label": seat.label, "aria-describedby": seat.describedby, "data-autofocus": spec.focus_on_load });
  field.addEventListener("input", () => seat.surface.form.set(seat.block.block_id, spec.action_id, { type: spec.type, rich_text_value: richTextOf(field.value) }));
  const wrap = (mark) => () => {
    field.setRangeText(`${mark}${field.value.slice(field.selectionStart, field.selectionEnd)}${mark}`, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input"));
    field.focus();
  };
  const tool = (name, mark, sample) => el("button", { type: "button", class: "tool", "aria-label": name, onclick: wrap(mark) }, sample);
  return el("div", { class: "rich-input" }, el("div", { class: "tools", role: "toolbar", "aria-label": "Formatting" },
    tool("Bold", "*", el("strong", {}, "B")), tool("Italic", "_", el("em", {}, "i")), tool("Strikethrough", "~", el("s", {}, "S")), tool("Code", "`", "<>")), field);
}

const picked = (kind, initial, key) => (spec, seat) => {
  const start = seat.surface.form.start(seat.block.block_id, spec.action_id, { type: spec.type, [key]: spec[initial] ?? null });
  const field = el("input", { class: "field narrow", type: kind, value: start[key] ?? "", "aria-label": seat.label || plainWords(spec.placeholder) || "Choose", "aria-describedby": seat.describedby, "data-autofocus": spec.focus_on_load });
  field.addEventListener("change", () => changed(spec, seat, { [key]: field.value || null }));
  return field;
};

/** Epoch seconds of a wall time in a zone, for the field that takes both date and time. */
function instantOf(local, zone) {
  const guess = Date.parse(`${local}Z`) / 1000;
  const shown = Date.parse(`${wallTime(guess, zone)}Z`) / 1000;
  return guess - (shown - guess);
}

function wallTime(seconds, zone) {
  return new Date(seconds * 1000).toLocaleString("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).replace(" ", "T");
}

function dateTime(spec, seat) {
  const start = seat.surface.form.start(seat.block.block_id, spec.action_id, { type: spec.type, selected_date_time: spec.initial_date_time ?? null });
  const zone = myZone();
  const field = el("input", { class: "field narrow", type: "datetime-local", value: start.selected_date_time ? wallTime(start.selected_date_time, zone) : "", "aria-label": seat.label || "Date and time", title: zone && start.selected_date_time ? shortMoment(start.selected_date_time, zone) : null, "aria-describedby": seat.describedby });
  field.addEventListener("change", () => changed(spec, seat, { selected_date_time: field.value ? instantOf(field.value, zone) : null }));
  return field;
}

function fileInput(spec, seat) {
  const field = el("input", { class: "field", type: "file", multiple: (spec.max_files ?? 10) > 1, accept: (spec.filetypes ?? []).map((one) => `.${one}`).join(","), "aria-label": seat.label, "aria-describedby": seat.describedby });
  field.addEventListener("change", () => {
    const files = [...field.files].slice(0, spec.max_files ?? 10).map((file) => ({ name: file.name, mimetype: file.type, size: file.size }));
    seat.surface.form.set(seat.block.block_id, spec.action_id, { type: spec.type, files });
  });
  return field;
}

function feedback(spec, seat) {
  const one = (choice) => el("button", { type: "button", class: "button small", "aria-label": choice.accessibility_label, onclick: () => changed(spec, seat, { value: choice.value, text: choice.text }) }, textObject(choice.text));
  return el("span", { class: "feedback" }, spec.positive_button && one(spec.positive_button), spec.negative_button && one(spec.negative_button));
}

function iconButton(spec, seat) {
  return el("button", { type: "button", class: "icon-button framed", "aria-label": spec.accessibility_label ?? plainWords(spec.text), title: plainWords(spec.text), "data-action": spec.action_id, onclick: () => changed(spec, seat, { value: spec.value }) }, icon(spec.icon === "trash" ? "trash" : "dots"));
}

const DRAWERS = {
  button,
  workflow_button: button,
  overflow,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  rich_text_input: richTextInput,
  datepicker: picked("date", "initial_date", "selected_date"),
  timepicker: picked("time", "initial_time", "selected_time"),
  datetimepicker: dateTime,
  file_input: fileInput,
  feedback_buttons: feedback,
  icon_button: iconButton,
};
