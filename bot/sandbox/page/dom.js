// Builds elements; text only ever enters the page as text nodes.

const SVG = "http://www.w3.org/2000/svg";
const PROPERTIES = new Set(["value", "checked", "selected", "disabled", "hidden", "multiple", "indeterminate"]);

/** An HTML element. Props: attributes, `onclick` and the like, `vars` for CSS variables; children: nodes or text. */
export function el(name, props, ...children) {
  return dress(document.createElement(name), props, children);
}

/** An SVG element, built the same way. */
export function svg(name, props, ...children) {
  return dress(document.createElementNS(SVG, name), props, children);
}

function dress(node, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "vars") for (const [name, text] of Object.entries(value)) node.style.setProperty(name, text);
    else if (PROPERTIES.has(key)) node[key] = value;
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children) {
    if (child === undefined || child === null || child === false) continue;
    if (Array.isArray(child)) append(node, child);
    else node.append(child);
  }
}

/** Replaces a container's children and keeps the keyboard where it was (elements are known by `data-key`). */
export function swap(container, ...children) {
  const active = document.activeElement;
  const key = container.contains(active) ? active.dataset?.key : undefined;
  container.replaceChildren();
  append(container, children);
  if (key) container.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

let lastId = 0;

/** An id that no other element of this page has. */
export function freshId(prefix = "id") {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** Runs `work` soon, at most once per `gap` milliseconds and never twice at the same time. */
export function coalesce(work, gap) {
  let wanted = false;
  let busy = false;
  const run = async () => {
    busy = true;
    try {
      while (wanted) {
        wanted = false;
        await work();
        await new Promise((done) => setTimeout(done, gap));
      }
    } finally {
      busy = false;
    }
  };
  return () => {
    wanted = true;
    if (!busy) run();
  };
}
