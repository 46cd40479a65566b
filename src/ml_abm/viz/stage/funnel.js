// Why not everyone? All teachers by the first thing that holds them back: through time, and this month as a bar with words.

const LABELS_FROM = 430; // px of width from which names stand beside the bar
const FUNNEL_SMALL = SMALL + 0.5;

class FunnelChart extends StackedChart {
  constructor() {
    super("funnel", 250, "funnel");
  }

  /** @param {World} world */
  layers(world) {
    return world.setup.barriers.map((name, k) => ({ column: world.column(name), name: world.words.text(name), fill: world.theme.barriers[k] }));
  }

  /** @type {StackedChart["share"]} */
  share(plan, row, layer) {
    return plan.value(row, layer.column);
  }

  /** @type {StackedChart["said"]} */
  said(world, value) {
    return world.words.percent(value);
  }

  /** @param {number} width */
  wide(width) {
    return width >= LABELS_FROM;
  }

  /** @param {World} world @param {number} size */
  longest(world, size) {
    return Math.max(...this.layers(world).map((layer) => widthOf(layer.name, size)));
  }

  // Room right of the plot, for the bar and the names beside it.
  /** @param {World} world @param {number} width */
  room(world, width) {
    return this.wide(width) ? Math.min(Math.ceil(83 + this.longest(world, FUNNEL_SMALL)), Math.floor(width * 0.46)) : 34;
  }

  // Columns of names below the plot, where there is no room beside it.
  /** @param {World} world @param {number} width */
  columns(world, width) {
    return 53 + this.longest(world, SMALL) <= width / 2 ? 2 : 1;
  }

  /** @param {World} world @param {number} width */
  below(world, width) {
    return this.wide(width) ? 0 : 17 * Math.ceil(world.setup.barriers.length / this.columns(world, width)) + 6;
  }

  /** @type {Picture["heightFor"]} */
  heightFor(width, world) {
    return this.height + this.below(world, width);
  }

  /** @type {StackedChart["plot"]} */
  plot(pen, width, height, world) {
    const room = this.room(world, width);
    const marks = roomForMarks(world.marks, width - 42 - room, world.setup.months);
    const top = this.head(world) + marks + 4;
    return new Plot(pen, world, {
      left: 42, top, width: width - 42 - room, height: height - top - 22 - this.below(world, width), range: [0, 1], unit: "share",
    });
  }

  // The month that is read, or the last, in numbers.
  /** @type {StackedChart["beside"]} */
  beside(plot, width, world, layers, plan) {
    const row = Math.min(world.hover ?? plan.rows - 1, plan.rows - 1);
    if (row >= 0) this.bar(plot, plan, layers, row, world, width);
    if (!this.wide(width)) this.namesBelow(plot, plan, layers, row, world, width);
  }

  // One month, as a bar right of the plot.
  /** @param {Plot} plot @param {PlanData} plan @param {Layer[]} layers @param {number} row @param {World} world @param {number} width */
  bar(plot, plan, layers, row, world, width) {
    const { pen } = plot;
    const left = plot.right + 8;
    let sum = 0;
    const labels = [];
    for (const layer of layers) {
      const share = plan.value(row, layer.column);
      const top = plot.y(sum + share);
      const height = plot.y(sum) - top;
      if (height > 0.2) pen.rect(left, top, 18, height, { fill: layer.fill });
      if (share >= 0.005) labels.push({ y: top + height / 2, at: 0, share, layer });
      sum += share;
    }
    if (!this.wide(width)) return;
    let floor = plot.top + 2;
    labels.sort((a, b) => a.y - b.y);
    for (const label of labels) {
      label.at = Math.max(label.y, floor);
      floor = label.at + 15;
    }
    let ceiling = plot.bottom - 2;
    for (const label of [...labels].reverse()) {
      label.at = Math.min(label.at, ceiling);
      ceiling = label.at - 15;
    }
    for (const { y, at, share, layer } of labels) {
      pen.line([left + 19, y, left + 25, at, left + 29, at], { color: world.theme.axis, width: 0.75 });
      const value = world.words.percent(share);
      pen.text(value, left + 33, at + 4, { color: world.theme.ink, size: 12, weight: 600 });
      const begin = left + 33 + Math.max(32, widthOf(value, 12, 600) + 6);
      pen.text(fitting(layer.name, width - begin, FUNNEL_SMALL), begin, at + 4, { color: world.theme.soft, size: FUNNEL_SMALL });
    }
  }

  /** @param {Plot} plot @param {PlanData} plan @param {Layer[]} layers @param {number} row @param {World} world @param {number} width */
  namesBelow(plot, plan, layers, row, world, width) {
    const columns = this.columns(world, width);
    const each = width / columns;
    const perColumn = Math.ceil(layers.length / columns);
    layers.forEach((layer, k) => {
      const x = 2 + each * Math.floor(k / perColumn);
      const y = plot.bottom + 38 + 17 * (k % perColumn);
      plot.pen.rect(x, y - 5, 10, 10, { fill: layer.fill, radius: 2 });
      const value = row >= 0 ? world.words.percent(plan.value(row, layer.column)) : "";
      const begin = value ? x + 15 + Math.max(32, widthOf(value, SMALL, 600) + 5) : x + 15;
      plot.pen.text(value, x + 15, y + 4, { color: world.theme.ink, size: SMALL, weight: 600 });
      plot.pen.text(fitting(layer.name, x + each - begin - 4, SMALL), begin, y + 4, { color: world.theme.soft, size: SMALL });
    });
  }
}
