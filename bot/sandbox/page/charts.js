// Draws data_visualization blocks as SVG, each with its numbers as a table for those who do not see it.

import { el, freshId, svg } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 240;
const LEFT = 40;
const BOTTOM = 34;
const TOP = 10;
const colour = (index) => `series-${index % 6}`;

/** A figure for one block: title, picture, legend and the numbers behind a disclosure. */
export function chart(block) {
  const { chart: data, title } = block;
  const rows = data.type === "pie" ? pieRows(data) : seriesRows(data);
  const name = freshId("chart");
  const picture = svg(
    "svg",
    { viewBox: data.type === "pie" ? "0 0 240 240" : `0 0 ${WIDTH} ${HEIGHT}`, class: `chart chart-${data.type}`, role: "img", "aria-labelledby": name },
    svg("title", { id: name }, `${title}: ${spoken(rows)}`),
    data.type === "pie" ? pie(data) : plot(data),
  );
  const legend = data.type === "pie" ? data.segments.map((segment) => segment.label) : data.series.map((series) => series.name);
  return el("figure", { class: "chart-frame" }, [
    el("figcaption", { class: "chart-title" }, title),
    el("div", { class: "chart-body" }, picture, (legend.length > 1 || data.type === "pie") && el("ul", { class: "legend" }, legend.map((label, index) =>
      el("li", {}, el("span", { class: `dot ${colour(index)}`, "aria-hidden": "true" }), label)))),
    numbers(rows),
  ]);
}

const pieRows = (data) => [["", "Value"], ...data.segments.map((segment) => [segment.label, segment.value])];

function seriesRows(data) {
  const head = ["", ...data.series.map((series) => series.name)];
  return [head, ...categories(data).map((category) => [category, ...data.series.map((series) => valueAt(series, category))])];
}

const categories = (data) => data.axis_config?.categories ?? data.series[0]?.data.map((point) => point.label) ?? [];
const valueAt = (series, category) => series.data.find((point) => point.label === category)?.value ?? 0;

const spoken = ([head, ...rows]) =>
  rows.map(([label, ...values]) => `${label} ${values.map((value, index) => (values.length > 1 ? `${head[index + 1]} ${value}` : value)).join(", ")}`).join("; ");

function numbers([head, ...rows]) {
  return el("details", { class: "numbers" }, el("summary", {}, "Show the numbers"), el("table", {},
    el("thead", {}, el("tr", {}, head.map((cell) => el("th", { scope: "col" }, cell)))),
    el("tbody", {}, rows.map(([label, ...values]) => el("tr", {}, el("th", { scope: "row" }, label), values.map((value) => el("td", {}, String(value))))))));
}

function pie(data) {
  const total = data.segments.reduce((sum, segment) => sum + segment.value, 0) || 1;
  let turned = -Math.PI / 2;
  return data.segments.map((segment, index) => {
    const from = turned;
    turned += (segment.value / total) * 2 * Math.PI;
    return svg("path", { class: `slice ${colour(index)}`, d: slice(from, Math.min(turned, from + 2 * Math.PI - 0.0001)) },
      svg("title", {}, `${segment.label}: ${segment.value}`));
  });
}

function slice(from, to) {
  const at = (angle, radius) => `${(120 + radius * Math.cos(angle)).toFixed(2)} ${(120 + radius * Math.sin(angle)).toFixed(2)}`;
  const wide = to - from > Math.PI ? 1 : 0;
  return `M${at(from, 110)}A110 110 0 ${wide} 1 ${at(to, 110)}L${at(to, 58)}A58 58 0 ${wide} 0 ${at(from, 58)}Z`;
}

/** A round step of which about four span the axis; a whole one where the values are. */
function stepFor(span, whole) {
  const rough = span / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  const steps = [1, 2, 2.5, 5, 10].map((part) => part * size);
  return steps.find((step) => step >= rough && (!whole || Number.isInteger(step))) ?? Math.ceil(rough);
}

function plot(data) {
  const names = categories(data);
  const values = data.series.flatMap((series) => names.map((name) => valueAt(series, name)));
  const step = stepFor(Math.max(1, ...values) - Math.min(0, ...values), values.every(Number.isInteger));
  const top = Math.ceil(Math.max(1, ...values) / step) * step;
  const floor = Math.floor(Math.min(0, ...values) / step) * step;
  const y = (value) => HEIGHT - BOTTOM - ((value - floor) / (top - floor)) * (HEIGHT - BOTTOM - TOP);
  const room = (WIDTH - LEFT - 10) / Math.max(1, names.length);
  const x = (index) => LEFT + room * (index + 0.5);
  const draw = { bar: bars, line: (...all) => curves(...all, false), area: (...all) => curves(...all, true) }[data.type] ?? bars;
  return [grid(top, floor, step, y), labels(names, x, room), axisTitle(data), draw(data, names, x, y, room)];
}

function grid(top, floor, step, y) {
  return Array.from({ length: Math.round((top - floor) / step) + 1 }, (_, index) => floor + step * index).map((value) => [
    svg("line", { class: "grid", x1: LEFT, x2: WIDTH - 6, y1: y(value), y2: y(value) }),
    svg("text", { class: "tick", x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, String(Number(value.toFixed(2)))),
  ]);
}

function labels(names, x, step) {
  const room = Math.max(3, Math.floor(step / 6.4));
  const every = Math.max(1, Math.ceil(34 / step));
  return names.map((name, index) => index % every === 0 &&
    svg("text", { class: "tick", x: x(index), y: HEIGHT - BOTTOM + 16, "text-anchor": "middle" }, name.length > room * every ? `${name.slice(0, room * every - 1)}…` : name));
}

const axisTitle = (data) => data.axis_config?.x_label &&
  svg("text", { class: "tick", x: (WIDTH + LEFT) / 2, y: HEIGHT - 4, "text-anchor": "middle" }, data.axis_config.x_label);

function bars(data, names, x, y, step) {
  const width = Math.min(44, (step * 0.72) / data.series.length);
  return data.series.map((series, which) => names.map((name, index) => {
    const value = valueAt(series, name);
    const left = x(index) + width * (which - data.series.length / 2);
    const height = Math.abs(y(0) - y(value));
    return svg("rect", { class: colour(which), x: left + 1, y: Math.min(y(0), y(value)), width: Math.max(1, width - 2), height, rx: Math.min(3, height / 2) },
      svg("title", {}, `${series.name}, ${name}: ${value}`));
  }));
}

function curves(data, names, x, y, step, filled) {
  return data.series.map((series, which) => {
    const points = names.map((name, index) => `${x(index).toFixed(1)} ${y(valueAt(series, name)).toFixed(1)}`);
    const line = `M${points.join("L")}`;
    return [
      filled && svg("path", { class: `area ${colour(which)}`, d: `${line}L${x(names.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z` }),
      svg("path", { class: `curve ${colour(which)}`, d: line }),
      names.map((name, index) => svg("circle", { class: colour(which), cx: x(index), cy: y(valueAt(series, name)), r: 3.2 },
        svg("title", {}, `${series.name}, ${name}: ${valueAt(series, name)}`))),
    ];
  });
}
