// Cards with a chart, and the same numbers as a table. Chart.js draws; what is here says what and in which colours.

import { h, table } from "../dom.js";

const CHARACTER = 7; // pixels, of the labels' font

const drawn = new Set();
const scheme = matchMedia("(prefers-color-scheme: dark)");
scheme.addEventListener("change", () => drawn.forEach((chart) => chart.repaint()));

/** Forget the charts of the view that is about to go. */
export function clear() {
  drawn.forEach((chart) => chart.destroy());
  drawn.clear();
}

/**
 * A card. `labels` and each series' `values` belong together; a series is {name, values, type?, dashed?, show?}, where
 * `show` says how the table spells a number. `summary` is the chart in one sentence; `empty` what to say without data.
 */
export function chartCard({ title, note, rowName, labels, names = labels, series, summary, empty, across, unit, csv }) {
  const heading = h("h2", {}, title);
  const explained = note ? h("p", { class: "soft" }, note) : null;
  if (!series.some(({ values }) => values.some((value) => value > 0))) {
    return h("section", { class: "card" }, heading, explained, h("p", { class: "empty" }, empty));
  }
  const canvas = h("canvas", { role: "img", "aria-label": `${title}. ${summary}` });
  const frame = h("div", { class: "chart" }, canvas);
  if (across) frame.style.height = `${Math.max(160, labels.length * 44 + 70)}px`;
  const card = h(
    "section",
    { class: "card" },
    h("div", { class: "card-head" }, heading, csv),
    explained,
    h("div", { class: "scroll" }, frame),
    numbers(title, rowName, names, series),
  );
  // A canvas needs its place on the page to know its size.
  queueMicrotask(() => draw(canvas, { labels, names, series, across, unit }));
  return card;
}

function numbers(title, rowName, names, series) {
  const columns = [
    { name: rowName, of: (row) => names[row] },
    ...series.map(({ name, values, show = String }) => ({ name, number: true, of: (row) => show(values[row]) })),
  ];
  const rows = names.map((_, row) => row);
  const box = h("div", { class: "scroll table", tabindex: "0", role: "region", "aria-label": `${title}, as a table` });
  box.append(table(title, columns, rows));
  return h("details", {}, h("summary", {}, "Show as a table"), box);
}

function draw(canvas, plan) {
  const chart = new Chart(canvas, { data: { labels: plan.labels, datasets: [] }, options: {} });
  chart.repaint = () => {
    chart.data.datasets = plan.series.map((each, place) => dataset(each, place, plan.across));
    chart.options = options(plan);
    chart.update("none");
  };
  chart.repaint();
  drawn.add(chart);
}

function dataset({ name, values, type = "bar", dashed = false, fill = false }, place, across) {
  const colour = paint(`--series-${place + 1}`);
  const bar = { type: "bar", backgroundColor: colour, borderRadius: 3, maxBarThickness: across ? 16 : 28 };
  const line = {
    type: "line",
    borderColor: colour,
    backgroundColor: fill ? paint(`--series-${place + 1}-soft`) : colour,
    borderDash: dashed ? [6, 4] : [],
    borderWidth: 2,
    fill: fill && "origin",
    pointRadius: values.length > 45 ? 0 : 2.5,
    pointHoverRadius: 5,
  };
  return { label: name, data: values, ...(type === "line" ? line : bar) };
}

function options({ names, series, across, unit }) {
  const text = { color: paint("--text-soft"), font: { family: "system-ui, sans-serif", size: 12 } };
  const values = {
    beginAtZero: true,
    grid: { color: paint("--line") },
    border: { display: false },
    ticks: { ...text, precision: unit ? undefined : 0, maxTicksLimit: 6 },
    title: { display: Boolean(unit), text: unit, ...text },
  };
  const places = {
    grid: { display: false },
    border: { color: paint("--line") },
    ticks: { ...text, maxRotation: 0, autoSkip: !across, autoSkipPadding: 14, ...(across && { callback: beginning }) },
    // Without it, the bars at both ends are cut in half.
    offset: series.some(({ type = "bar" }) => type === "bar"),
  };
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    indexAxis: across ? "y" : "x",
    interaction: { mode: "index", intersect: false, axis: across ? "y" : "x" },
    scales: across ? { x: values, y: places } : { x: places, y: values },
    plugins: {
      legend: {
        display: series.length > 1,
        position: "top",
        align: "end",
        labels: { ...text, boxWidth: 14, boxHeight: 4, generateLabels: plainLabels },
      },
      tooltip: {
        callbacks: {
          title: ([item]) => names[item.dataIndex],
          label: ({ datasetIndex, raw }) => `${series[datasetIndex].name}: ${(series[datasetIndex].show ?? String)(raw)}`,
        },
      },
    },
  };
}

/** A label's beginning, as long as two fifths of the chart's width have room for: Chart.js would cut it off. */
function beginning(value) {
  const label = this.getLabelForValue(value);
  const room = Math.min(34, Math.floor((this.chart.width * 0.4) / CHARACTER));
  return label.length > room ? `${label.slice(0, room - 1)}…` : label;
}

/** A swatch of its colour for each series, whatever it is drawn as. */
function plainLabels(chart) {
  const labels = Chart.defaults.plugins.legend.labels.generateLabels(chart);
  return labels.map((label) => ({ ...label, fillStyle: paint(`--series-${label.datasetIndex + 1}`), lineWidth: 0 }));
}

function paint(variable) {
  return getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
}
