// Connects drawn blocks with the workspace: one surface for each message, modal and Home.

import { act } from "./api.js";
import { trying } from "./dialog.js";
import { Form } from "./forms.js";

const forms = new Map();

/** The form of a container, kept while the page stands so that an update does not empty it. */
export function formOf(key) {
  if (!forms.has(key)) forms.set(key, new Form());
  return forms.get(key);
}

/** Forgets a container's form. */
export const forget = (key) => forms.delete(key);

/** A surface for `container` as the API knows it ({type: "message" | "view", …}); `more` adds errors, files, submit. */
export function surfaceFor(container, more = {}) {
  const key = container.view_id ?? `${container.channel_id}/${container.message_ts}`;
  const form = formOf(key);
  return {
    form,
    channel: container.channel_id,
    act: (blockId, action) => trying(() => act("action", { container, block_id: blockId, action, state: { values: form.values } })),
    options: (blockId, actionId, value) =>
      trying(() => act("options", { container, block_id: blockId, action_id: actionId, value })).then((answer) => answer ?? { options: [] }),
    ...more,
  };
}
