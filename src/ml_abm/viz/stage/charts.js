// The charts: lines of one or two outcomes, each for one or two plans; what the programme adds to one; and who pays, stacked.

class LineChart extends Chart {
  /**
   * @param {string} key
   * @param {{ unit: string, lines?: Line[], range?: [number, number], least?: number, labelled?: boolean }} about no range: one that grows
   */
  constructor(key, { unit, lines = [], range, least = 0, labelled = false }) {
    super(key, 190);
    this.unit = unit;
    this.lines = lines;
    this.fixed = range;
    this.labelled = labelled;
    this.grown = new GrowingRange(least);
  }

  /** @type {(world: World) => number} */
  facets() {
    return 1;
  }

  /** @type {(world: World) => Observed[]} */
  points() {
    return [];
  }

  /** @type {(world: World) => number} */
  factor() {
    return 1;
  }

  /** @type {(world: World) => Line[]} */
  linesOf() {
    return this.lines;
  }

  // Every line of every plan, with its look.
  /** @param {World} world @returns {Series[]} */
  series(world) {
    const several = world.plans.length > 1;
    return world.plans.flatMap((plan, p) =>
      this.linesOf(world).map((line) => ({
        plan,
        p,
        column: world.column(line.outcome(world)),
        outcome: line.outcome(world),
        thin: line.thin,
        color: world.theme.plans[p],
        dash: line.dash ?? (line.thin ? DOTS : p ? DASH : undefined),
        width: line.thin ? 1.75 : 2.25,
        name: [several && world.words.plan(p), line.name && world.words.text(line.name)].filter(Boolean).join(": "),
      })),
    );
  }

  /** @param {World} world @param {Series} one @param {number} row */
  at(world, one, row) {
    return one.plan.value(row, one.column) * this.factor(world);
  }

  // A curve may have nothing to say yet: fidelity where no one uses it.
  /** @type {(world: World, plan: PlanData, row: number) => boolean} */
  missing() {
    return false;
  }

  /** @param {World} world @param {Series[]} series */
  range(world, series) {
    if (this.fixed) return this.fixed;
    let low = 0;
    let high = 0;
    for (const one of series) {
      for (let row = 0; row < one.plan.rows; row += 1) {
        const value = this.at(world, one, row);
        if (value < low) low = value;
        if (value > high) high = value;
      }
      const band = world.bands[one.p]?.[one.outcome];
      for (const edge of band?.low ?? []) low = Math.min(low, edge * this.factor(world));
      for (const edge of band?.high ?? []) high = Math.max(high, edge * this.factor(world));
    }
    for (const point of this.points(world)) high = Math.max(high, point.value);
    return this.grown.of(world.setup.run, low * 1.04, high * 1.04);
  }

  /** @param {Pen} pen @param {number} width @param {number} height @param {World} world @param {Series[]} series */
  plot(pen, width, height, world, series = this.series(world)) {
    const head = legend(null, world, this.entries(world, series), 0, 0, width - 12);
    const marks = roomForMarks(world.marks, width - 90, world.setup.months);
    return new Plot(pen, world, {
      left: 42, top: head + marks + 4, width: width - 42 - 46, height: height - head - marks - 26,
      range: this.range(world, series), unit: this.unit,
    });
  }

  /** @param {World} world @param {Series[]} series */
  entries(world, series) {
    /** @type {Entry[]} */
    const named = series.length > 1 ? series.map(({ name, color, dash, width }) => ({ name, color, dash, width })) : [];
    if (this.points(world).length) named.push({ name: world.words.text("data"), color: world.theme.ink, dot: true });
    return named;
  }

  /** @type {Picture["draw"]} */
  draw(pen, width, height, world) {
    const series = this.series(world);
    const plot = this.plot(pen, width, height, world, series);
    if (!plot.roomy()) return;
    legend(pen, world, this.entries(world, series), 2, 8, width - 12);
    plot.axes();
    plot.marks(world.marks, this.labelled);
    for (const one of series) this.band(plot, world, one);
    if (this.lines.length === 2 && world.plans.length === 1) this.between(plot, world, series);
    for (const one of series) this.curve(plot, world, one);
    this.last(plot, world, series);
    for (const point of this.points(world)) {
      pen.circle(plot.x(point.month), plot.y(point.value), 4, { fill: world.theme.surface, stroke: world.theme.ink, width: 1.75 });
    }
    if (world.hover !== null) this.drawReading(plot, world, series, world.hover);
  }

  /** @param {Plot} plot @param {World} world @param {Series} one */
  curve(plot, world, one) {
    /** @type {number[]} */
    let points = [];
    for (let row = 0; row < one.plan.rows; row += 1) {
      if (this.missing(world, one.plan, row)) {
        plot.pen.line(points, one);
        points = [];
      } else points.push(plot.x(row), plot.y(this.at(world, one, row)));
    }
    plot.pen.line(points, one);
  }

  /** @param {Plot} plot @param {World} world @param {Series} one */
  band(plot, world, one) {
    const band = world.bands[one.p]?.[one.outcome];
    if (!band || one.thin) return;
    const scaled = (/** @type {number} */ value) => plot.y(value * this.factor(world));
    const points = band.low.flatMap((value, row) => [plot.x(row), scaled(value)]);
    for (let row = band.high.length - 1; row >= 0; row -= 1) points.push(plot.x(row), scaled(band.high[row]));
    plot.pen.clip(plot.left, plot.top - 1, plot.width + 1, plot.height + 2, () => plot.pen.area(points, { fill: one.color, alpha: 0.18 }));
  }

  // What is between the true and the reported.
  /** @param {Plot} plot @param {World} world @param {Series[]} series */
  between(plot, world, [one, other]) {
    const points = [];
    for (let row = 0; row < one.plan.rows; row += 1) points.push(plot.x(row), plot.y(this.at(world, one, row)));
    for (let row = one.plan.rows - 1; row >= 0; row -= 1) points.push(plot.x(row), plot.y(this.at(world, other, row)));
    plot.pen.area(points, { fill: one.color, alpha: 0.1 });
  }

  /** @param {Plot} plot @param {World} world @param {Series[]} series */
  last(plot, world, series) {
    const row = world.rows - 1;
    if (row < 0) return;
    const labels = [];
    for (const one of series) {
      if (this.missing(world, one.plan, row) || row >= one.plan.rows) continue;
      const value = this.at(world, one, row);
      if (!one.thin) plot.pen.circle(plot.x(row), plot.y(value), 3.5, { fill: one.color, stroke: world.theme.surface, width: 1.5 });
      labels.push({ y: plot.y(value), text: this.said(world, value, true), color: one.color, weight: one.thin ? 400 : 600 });
    }
    const beside = this.points(world).filter((point) => point.month >= row - 1 && point.month <= row + 6).map((point) => plot.x(point.month));
    ends(plot.pen, world, labels, Math.max(plot.x(row), ...beside), plot.top, plot.bottom);
  }

  /** @param {World} world @param {number} value @param {boolean} short */
  said(world, value, short = false) {
    if (this.unit === "SD/year" && short) return world.words.significant(value);
    return world.words.value(value, this.unit);
  }

  /** @param {Plot} plot @param {World} world @param {Series[]} series @param {number} row */
  drawReading(plot, world, series, row) {
    plot.crosshair(row);
    for (const one of series) {
      if (row < one.plan.rows && !this.missing(world, one.plan, row)) {
        plot.pen.circle(plot.x(row), plot.y(this.at(world, one, row)), 4, { fill: world.theme.surface, stroke: one.color, width: 2 });
      }
    }
  }

  // What is said of one month: names and values.
  /** @type {Chart["read"]} */
  read(world, row) {
    /** @type {Reading[]} */
    const said = this.series(world)
      .filter((one) => row < one.plan.rows)
      .map((one) => ({
        name: one.name || this.title(world),
        color: one.color,
        dash: one.dash,
        value: this.missing(world, one.plan, row) ? NOTHING : this.said(world, this.at(world, one, row)),
      }));
    for (const point of this.points(world)) {
      if (Math.abs(point.month - row) <= Math.max(1, world.setup.months / 80)) {
        said.push({ name: world.words.text("data"), color: world.theme.ink, dot: true, value: world.words.number(point.value), note: point.source });
      }
    }
    return said;
  }
}

// What the programme adds, against the same schools without it: nothing is a line at zero, and more has a plus.
class AddedChart extends LineChart {
  /** @param {World} world @param {number} value @param {boolean} short */
  said(world, value, short = false) {
    const { words } = world;
    if (this.unit === "points") return short ? words.inPoints(value, true) : words.points(value, true);
    return short ? words.number(value, 1, true) : words.value(value, this.unit, true);
  }
}

// The three reaches, with the dashes of those that are not counted by the points.
/** @type {Record<string, { name: string, dash: number[] }>} */
const REACHES = {
  schools_ever: { name: "line_ever", dash: DOTS },
  schools_enrolled: { name: "line_listed", dash: DASH },
  schools_in_use: { name: "line_used", dash: [10, 3, 2, 3] },
};

// Schools that ever joined, are on the list, and use it; or districts; beside the points that were really counted.
class ReachedChart extends LineChart {
  constructor() {
    super("reached", { unit: "schools", least: 10 });
  }

  // What the points count is the thick line; of two plans, that and where it is in use.
  /** @param {World} world @returns {Line[]} */
  linesOf(world) {
    const { counts } = world.setup;
    if (!(counts in REACHES)) return [{ outcome: () => counts }];
    return Object.keys(REACHES)
      .filter((outcome) => world.plans.length === 1 || outcome === counts || outcome === "schools_in_use")
      .map((outcome) => {
        const { name, dash } = REACHES[outcome];
        return outcome === counts ? { outcome: () => outcome, name } : { outcome: () => outcome, name, thin: true, dash };
      });
  }

  /** @param {World} world */
  named(world) {
    return world.setup.counts === "reach_districts" ? "chart_reached_districts" : "chart_reached";
  }

  /** @param {World} world */
  points(world) {
    return world.setup.observed;
  }

  /** @param {World} world */
  factor(world) {
    return world.setup.countsFactor;
  }
}

class FidelityChart extends LineChart {
  /** @type {LineChart["missing"]} */
  missing(world, plan, row) {
    return plan.value(row, world.column("adoption")) === 0;
  }
}

/** @type {(outcome: string) => Line[]} */
const only = (outcome) => [{ outcome: () => outcome }];

// Who pays each month, stacked, and on top the need that no one met.
class MoneyChart extends StackedChart {
  constructor() {
    super("money", 230);
    this.grown = new GrowingRange(1000);
  }

  /** @param {World} world */
  layers(world) {
    const { funders, columns } = world.setup;
    let other = 0;
    const { theme } = world;
    const payers = funders.map((funder, k) => ({
      column: columns.length + k,
      name: funder.name,
      fill: funder.public ? theme.public : theme.payers[other++ % theme.payers.length],
    }));
    const unmet = { column: columns.length + funders.length, name: world.words.text("line_unmet"), hatch: theme.unmet };
    return this.ever(world, unmet.column) ? [...payers, unmet] : payers;
  }

  // Whether a column was ever more than a dollar.
  /** @param {World} world @param {number} column */
  ever(world, column) {
    return world.plans.some((plan) => {
      for (let row = 0; row < plan.rows; row += 1) if (plan.value(row, column) > 1) return true;
      return false;
    });
  }

  /** @param {World} world @param {Layer[]} layers */
  range(world, layers) {
    let high = 0;
    for (const plan of world.plans) {
      for (let row = 0; row < plan.rows; row += 1) {
        let sum = 0;
        for (const layer of layers) sum += this.share(plan, row, layer);
        if (sum > high) high = sum;
      }
    }
    return this.grown.of(world.setup.run, 0, high * 1.02);
  }

  /** @type {StackedChart["plot"]} */
  plot(pen, width, height, world, layers = this.layers(world)) {
    const head = legend(null, world, layers, 0, 0, width - 12) + this.head(world);
    const marks = roomForMarks(world.marks, width - 70, world.setup.months);
    return new Plot(pen, world, {
      left: 48, top: head + marks + 4, width: width - 48 - 14, height: height - head - marks - 26,
      range: this.range(world, layers), unit: "USD",
    });
  }

  /** @type {StackedChart["names"]} */
  names(pen, width, world, layers) {
    legend(pen, world, layers, 2, 8 + this.head(world), width - 12);
  }

  /** @type {StackedChart["share"]} */
  share(plan, row, layer) {
    return Math.max(plan.value(row, layer.column), 0);
  }

  /** @type {StackedChart["said"]} */
  said(world, value) {
    return world.words.value(value, "USD");
  }
}

// All charts in the order of the page, but for the map.
/** @returns {Chart[]} */
function makeCharts() {
  return [
    new LineChart("using", { unit: "share", range: [0, 1], labelled: true, lines: only("adoption") }),
    new ReachedChart(),
    new FunnelChart(),
    new MoneyChart(),
    new FidelityChart("fidelity", {
      unit: "share",
      range: [0, 1],
      lines: [
        { outcome: () => "fidelity", name: "line_true" },
        { outcome: () => "reported_fidelity", name: "line_reported", thin: true },
      ],
    }),
    new AddedChart("hours", { unit: "h/week", least: 1, lines: only("workload_hours_added") }),
    new AddedChart("strain", { unit: "points", least: 0.01, lines: only("strain_added") }),
    new LineChart("learning", { unit: "SD/year", least: 0.1, lines: only("learning_sd") }),
  ];
}
