// What is common to all pictures: a name and a note, one for each plan or one for all; and to charts: a plot with years along it,
// marks of what happened, and the month that is read.

const SMALL = 11;
const DASH = [7, 4];
const DOTS = [2, 3];

// Round steps between two values, about `count` of them.
/** @param {number} low @param {number} high @param {number} count */
function ticks(low, high, count, sizes = [1, 2, 5, 10]) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = sizes.map((n) => n * power).find((size) => size >= rough * 0.999) ?? 10 * power;
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) found.push(Number((k * step).toPrecision(12)));
  return found;
}

// The next of 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, ... so that an axis moves seldom, and by much when it does.
/** @param {number} value */
function roomy(value) {
  if (!(value > 0)) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((n) => n * power).find((size) => size >= value * 0.9999) ?? 10 * power;
}

// What fills a panel. Its words are those of its key; `facets` is how many stand side by side.
class Picture {
  /** @param {string} key @param {number} height @param {string} testid */
  constructor(key, height, testid = `chart-${key}`) {
    this.key = key;
    this.height = height;
    this.testid = testid;
  }

  /** @type {(world: World) => string} */
  named() {
    return `chart_${this.key}`;
  }

  /** @param {World} world */
  title(world) {
    return world.words.text(this.named(world));
  }

  /** @param {World} world */
  note(world) {
    return world.words.text(`${this.named(world)}_unit`);
  }

  /** @type {(world: World) => number} */
  facets(world) {
    return world.plans.length;
  }

  /** @type {(width: number, world: World) => number} */
  heightFor() {
    return this.height;
  }

  // Room for the name of a plan over its half.
  /** @param {World} world */
  head(world) {
    return this.facets(world) > 1 ? 18 : 0;
  }

  // The name of a plan over its half.
  /** @param {Pen} pen @param {World} world @param {number} facet */
  drawHead(pen, world, facet) {
    if (this.head(world)) pen.text(world.words.plan(facet), 2, 12, { color: world.theme.plans[facet], size: 12, weight: 600 });
  }
}

// A picture with years along it, of which months are read. One makes `plot(pen, width, height, world)`.
class Chart extends Picture {
  /** @param {Pen} pen @param {number} x @param {number} width @param {number} height @param {World} world */
  rowAt(pen, x, width, height, world) {
    return this.plot(pen, width, height, world).row(x);
  }
}

// Shares of a whole on each other, month by month. One has `layers(world)`, `share(plan, row, layer)` and `said(world, value)`.
class StackedChart extends Chart {
  /** @type {Picture["draw"]} */
  draw(pen, width, height, world, facet) {
    const layers = this.layers(world);
    const plot = this.plot(pen, width, height, world, layers);
    if (!plot.roomy()) return;
    this.drawHead(pen, world, facet);
    this.names(pen, width, world, layers);
    plot.axes();
    const plan = world.plans[facet];
    stacked(plot, plan, layers, (row, layer) => this.share(plan, row, layer), world);
    plot.marks(world.marksOf(facet), false);
    this.beside(plot, width, world, layers, plan);
    if (world.hover !== null) plot.crosshair(world.hover);
  }

  /** @type {(pen: Pen, width: number, world: World, layers: Layer[]) => void} */
  names() {}

  /** @type {(plot: Plot, width: number, world: World, layers: Layer[], plan: PlanData) => void} */
  beside() {}

  /** @type {Chart["read"]} */
  read(world, row, facet) {
    const plan = world.plans[facet];
    if (row >= plan.rows) return [];
    return this.layers(world)
      .map((layer) => ({ name: layer.name, fill: layer.fill, hatch: layer.hatch, value: this.said(world, this.share(plan, row, layer)) }))
      .reverse();
  }
}

// Layers on each other, from the bottom.
/**
 * @param {Plot} plot @param {PlanData} plan @param {Layer[]} layers @param {(row: number, layer: Layer) => number} value
 * @param {World} world
 */
function stacked(plot, plan, layers, value, world) {
  const rows = plan.rows;
  if (!rows) return;
  const below = new Float64Array(rows);
  for (const layer of layers) {
    const points = [];
    for (let row = 0; row < rows; row += 1) points.push(plot.x(row), plot.y(below[row]));
    let any = false;
    for (let row = 0; row < rows; row += 1) {
      const more = value(row, layer);
      any ||= more > 0;
      below[row] += more;
    }
    if (!any) continue;
    for (let row = rows - 1; row >= 0; row -= 1) points.push(plot.x(row), plot.y(below[row]));
    if (rows === 1) points.push(plot.x(0) + 2, plot.y(below[0]));
    plot.pen.area(points, layer);
    const edge = [];
    for (let row = 0; row < rows; row += 1) edge.push(plot.x(row), plot.y(below[row]));
    plot.pen.line(edge, { color: layer.hatch || world.theme.surface, width: layer.hatch ? 1 : 0.75 });
  }
}

// Ranges that only grow while a run goes on.
class GrowingRange {
  constructor(least = 0) {
    this.least = this.high = least;
    this.low = 0;
    /** @type {number | null} */
    this.run = null;
  }

  /** @param {number} run @param {number} low @param {number} high @returns {[number, number]} */
  of(run, low, high) {
    if (this.run !== run) {
      this.run = run;
      this.high = this.least;
      this.low = 0;
    }
    this.high = Math.max(this.high, roomy(high));
    this.low = Math.min(this.low, -roomy(-low));
    return [this.low, this.high || 1];
  }
}

class Plot {
  /** @param {Pen} pen @param {World} world @param {Frame2d} frame */
  constructor(pen, world, { left, top, width, height, range, unit }) {
    this.pen = pen;
    this.world = world;
    this.left = left;
    this.top = top;
    this.width = width;
    this.height = height;
    this.unit = unit;
    this.low = range[0];
    this.high = range[1];
    this.right = left + width;
    this.bottom = top + height;
    this.last = Math.max(world.setup.months - 1, 1);
  }

  // Whether there is room to draw anything.
  roomy() {
    return this.height >= 20 && this.width >= 40;
  }

  /** @param {number} row */
  x(row) {
    return this.left + (row / this.last) * this.width;
  }

  /** @param {number} value */
  y(value) {
    return this.bottom - ((value - this.low) / (this.high - this.low)) * this.height;
  }

  /** @param {number} x */
  row(x) {
    return Math.round(((x - this.left) / this.width) * this.last);
  }

  axes() {
    const { pen, world } = this;
    const { theme, words } = world;
    for (const value of ticks(this.low, this.high, Math.max(2, Math.min(5, Math.floor(this.height / 32))), this.unit === "share" ? [2.5, 5, 10] : undefined)) {
      const y = Math.round(this.y(value)) + 0.5;
      pen.line([this.left, y, this.right, y], { color: Math.abs(value) < 1e-12 ? theme.axis : theme.grid });
      pen.text(words.tick(value, this.unit), this.left - 6, y + 3.5, { color: theme.soft, size: SMALL, anchor: "end" });
    }
    this.years();
  }

  years() {
    const { pen, world } = this;
    const { theme } = world;
    const years = (this.last + 1) / 12;
    const short = this.width < 200; // then '18 stands for 2018
    const step = [1, 2, 5, 10, 20, 50, 100].find((size) => (size / years) * this.width >= (short ? 30 : 46)) ?? 200;
    const start = world.setup.startYear;
    for (let year = Math.ceil(start / step - 1e-6) * step; year <= start + years; year += step) {
      const x = this.x((year - start) * 12);
      if (x > this.right + 1) break;
      pen.line([x, this.bottom, x, this.bottom + 4], { color: theme.axis });
      const anchor = x < this.left + 8 ? "start" : x > this.right - 12 ? "end" : "middle";
      const said = short ? `’${String(year % 100).padStart(2, "0")}` : String(Math.round(year));
      pen.text(said, anchor === "start" ? x - 4 : anchor === "end" ? x + 4 : x, this.bottom + 16, { color: theme.soft, size: SMALL, anchor });
    }
  }

  // What happened: a dashed line with its number, and its words where there is room for all of them.
  /** @param {Mark[]} marks @param {boolean} labelled */
  marks(marks, labelled) {
    const { pen, world } = this;
    const { theme } = world;
    const free = [-Infinity, -Infinity];
    marks.forEach((mark, k) => {
      const x = Math.round(this.x(mark.month)) + 0.5;
      if (x > this.right + 1) return;
      const color = mark.plans.length === 1 && world.plans.length === 2 ? theme.plans[mark.plans[0]] : theme.soft;
      pen.line([x, this.top - 4, x, this.bottom], { color, dash: [3, 3], alpha: 0.75 });
      const level = free.findIndex((end) => end <= x - 8);
      if (level < 0) return; // its number is in the list, its line is here
      const y = this.top - 11 - 15 * level;
      const text = String(mark.number);
      const half = 4.5 + widthOf(text, 9.5, 600) / 2;
      pen.rect(x - half, y - 6.5, 2 * half, 13, { fill: theme.surface, stroke: color, radius: 6.5 });
      pen.text(text, x, y + 3.4, { color, size: 9.5, weight: 600, anchor: "middle" });
      free[level] = x + half + 3;
      const next = marks[k + 1] ? this.x(marks[k + 1].month) - 10 : this.right + 30;
      const long = widthOf(mark.says, SMALL);
      if (labelled && long <= next - x - half - 6) {
        pen.text(mark.says, x + half + 4, y + 3.5, { color: theme.soft, size: SMALL });
        free[level] = x + half + 8 + long;
      }
    });
  }

  /** @param {number} row */
  crosshair(row) {
    const { pen, world } = this;
    const x = Math.round(this.x(row)) + 0.5;
    pen.line([x, this.top, x, this.bottom], { color: world.theme.ink, alpha: 0.55 });
  }
}

// Room above a plot for one or two rows of marks.
/** @param {Mark[]} marks @param {number} width @param {number} last */
function roomForMarks(marks, width, last) {
  const xs = marks.map((mark) => (mark.month / Math.max(last, 1)) * width);
  const close = xs.some((x, k) => k && x - xs[k - 1] < 17);
  return marks.length ? (close ? 34 : 20) : 6;
}

// Names of lines in rows; returns the height that they took. With no pen it only measures.
/** @param {Pen | null} pen @param {World} world @param {Entry[]} entries @param {number} x @param {number} y @param {number} width */
function legend(pen, world, entries, x, y, width) {
  const { theme } = world;
  let left = x;
  let line = 0;
  for (const entry of entries) {
    const long = 22 + widthOf(entry.name, SMALL) + 14;
    if (left > x && left + long - 14 > x + width) {
      left = x;
      line += 1;
    }
    const at = y + 16 * line;
    if (pen) {
      if (entry.fill || entry.hatch) pen.rect(left, at - 4.5, 14, 9, { fill: entry.fill, hatch: entry.hatch, stroke: entry.hatch, radius: 2 });
      else if (entry.dot) pen.circle(left + 7, at, 3.5, { fill: theme.surface, stroke: entry.color, width: 1.5 });
      else if (entry.color) pen.line([left, at, left + 16, at], { color: entry.color, width: entry.width || 2.25, dash: entry.dash, alpha: entry.alpha });
      pen.text(fitting(entry.name, width - 22, SMALL), left + 21, at + 3.8, { color: theme.soft, size: SMALL });
    }
    left += long;
  }
  return entries.length ? 16 * (line + 1) : 0;
}

// Values at the ends of lines, moved apart.
/**
 * @param {Pen} pen @param {World} world @param {{ y: number, text: string, color: string, weight: number }[]} labels
 * @param {number} x @param {number} top @param {number} bottom
 */
function ends(pen, world, labels, x, top, bottom) {
  const gap = 13;
  const sorted = labels.filter((label) => Number.isFinite(label.y)).sort((a, b) => a.y - b.y).map((label) => ({ ...label, at: label.y }));
  let floor = top + 4;
  for (const label of sorted) {
    label.at = Math.max(label.y, floor);
    floor = label.at + gap;
  }
  let ceiling = bottom + 4;
  for (const label of sorted.reverse()) {
    label.at = Math.min(label.at, ceiling);
    ceiling = label.at - gap;
  }
  for (const label of sorted) {
    pen.text(label.text, x + 7, label.at + 4, { color: label.color, size: 12, weight: label.weight, halo: world.theme.halo });
  }
}
