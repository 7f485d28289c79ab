// Keeps what people put into the interactive elements of one message, modal or Home, in Slack's own shape.

/** The values of one surface: block_id -> action_id -> {type, value | selected_…}. */
export class Form {
  values = {};

  /** What an element holds now; undefined when it was never touched or set. */
  get(blockId, actionId) {
    return this.values[blockId]?.[actionId];
  }

  /** Keeps an element's whole payload. */
  set(blockId, actionId, payload) {
    (this.values[blockId] ??= {})[actionId] = payload;
  }

  /** Keeps a first value, unless the person already gave another. */
  start(blockId, actionId, payload) {
    if (!this.get(blockId, actionId)) this.set(blockId, actionId, payload);
    return this.get(blockId, actionId);
  }

  /** Forgets the elements that are no longer shown. */
  keepOnly(blocks) {
    const shown = new Set(blocks.map((block) => block.block_id));
    for (const blockId of Object.keys(this.values)) if (!shown.has(blockId)) delete this.values[blockId];
  }
}

const HELD = ["value", "rich_text_value", "selected_option", "selected_options", "selected_date", "selected_time", "selected_date_time",
  "selected_user", "selected_users", "selected_conversation", "selected_conversations", "selected_channel", "selected_channels", "files"];

/** Whether a payload holds an answer. */
export function isFilled(payload) {
  if (!payload) return false;
  return HELD.some((key) => {
    const held = payload[key];
    if (held === null || held === undefined || held === "") return false;
    return !Array.isArray(held) || held.length > 0;
  });
}

/** What is wrong with the inputs of a view before it is even sent: block_id -> words. */
export function problemsIn(blocks, form) {
  const problems = {};
  for (const block of blocks) {
    if (block.type !== "input") continue;
    const payload = form.get(block.block_id, block.element.action_id);
    const problem = isFilled(payload) ? sizeProblem(block.element, payload) : block.optional ? null : "Please complete this required field.";
    if (problem) problems[block.block_id] = problem;
  }
  return problems;
}

function sizeProblem(element, payload) {
  if (element.type === "number_input") return numberProblem(element, payload.value);
  if (element.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(payload.value)) return "This does not look like an email address.";
  if (element.type === "url_text_input" && !/^https?:\/\/\S+$/.test(payload.value)) return "Please give a whole address, beginning with https://.";
  const size = payload.value?.length ?? 0;
  if (element.min_length && size < element.min_length) return `Please write at least ${element.min_length} characters.`;
  if (element.max_length && size > element.max_length) return `Please write at most ${element.max_length} characters; these are ${size}.`;
  return null;
}

function numberProblem(element, typed) {
  const number = Number(typed);
  if (Number.isNaN(number) || (!element.is_decimal_allowed && !Number.isInteger(number))) return element.is_decimal_allowed ? "Please give a number." : "Please give a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value)) return `Please give ${element.min_value} or more.`;
  if (element.max_value !== undefined && number > Number(element.max_value)) return `Please give ${element.max_value} or less.`;
  return null;
}
