// Why not everybody? All teachers by the first thing that holds them back: through time, and this month as a bar with words.

const LABELS_FROM = 430; // px of width from which names stand beside the bar

class FunnelChart {
  constructor() {
    this.key = "funnel";
    this.testid = "funnel";
    this.unit = "share";
    this.height = 250;
  }

  title(world) {
    return world.words.text("chart_funnel");
  }

  note(world) {
    return world.words.text("chart_funnel_unit");
  }

  facets(world) {
    return world.plans.length;
  }

  layers(world) {
    return world.setup.barriers.map((name, k) => ({ column: world.column(name), name: world.words.text(name), fill: world.theme.barriers[k] }));
  }

  beside(width) {
    return width >= LABELS_FROM;
  }

  // Rows of names below the plot, where there is no room beside it.
  below(world, width) {
    return this.beside(width) ? 0 : 17 * Math.ceil(world.setup.barriers.length / (width >= 300 ? 2 : 1)) + 6;
  }

  heightFor(width, world) {
    return this.height + this.below(world, width);
  }

  plot(pen, width, height, world) {
    const head = world.plans.length > 1 ? 18 : 0;
    const room = this.beside(width) ? 196 : 34;
    const marks = roomForMarks(world.marks, width - 42 - room, world.setup.months);
    return new Plot(pen, world, {
      left: 42, top: head + marks + 4, width: width - 42 - room, height: height - head - marks - 26 - this.below(world, width),
      range: [0, 1], unit: "share",
    });
  }

  draw(pen, width, height, world, facet) {
    const plot = this.plot(pen, width, height, world);
    if (plot.height < 20 || plot.width < 40) return;
    planHead(pen, world, facet);
    const plan = world.plans[facet];
    const layers = this.layers(world);
    plot.axes();
    stacked(plot, plan, layers, (row, layer) => plan.value(row, layer.column), world);
    plot.marks(world.marksOf(facet), false);
    const row = Math.min(world.hover ?? plan.rows - 1, plan.rows - 1);
    if (row >= 0) this.bar(plot, plan, layers, row, world, this.beside(width));
    if (!this.beside(width)) this.names(plot, plan, layers, row, world, width);
    if (world.hover !== null) plot.crosshair(world.hover);
  }

  // One month, as a bar right of the plot.
  bar(plot, plan, layers, row, world, named) {
    const { pen } = plot;
    const left = plot.right + 8;
    let sum = 0;
    const labels = [];
    for (const layer of layers) {
      const share = plan.value(row, layer.column);
      const top = plot.y(sum + share);
      const height = plot.y(sum) - top;
      if (height > 0.2) pen.rect(left, top, 18, height, { fill: layer.fill });
      if (share >= 0.005) labels.push({ y: top + height / 2, share, layer });
      sum += share;
    }
    if (!named) return;
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
      const value = world.words.share(share);
      pen.text(value, left + 33, at + 4, { color: world.theme.ink, size: 12, weight: 600 });
      const begin = left + 33 + Math.max(32, widthOf(value, 12, 600) + 6);
      pen.text(fitting(layer.name, plot.right + 196 - begin, SMALL + 0.5), begin, at + 4, { color: world.theme.soft, size: SMALL + 0.5 });
    }
  }

  names(plot, plan, layers, row, world, width) {
    const columns = width >= 300 ? 2 : 1;
    const each = width / columns;
    const perColumn = Math.ceil(layers.length / columns);
    layers.forEach((layer, k) => {
      const x = 2 + each * Math.floor(k / perColumn);
      const y = plot.bottom + 38 + 17 * (k % perColumn);
      plot.pen.rect(x, y - 5, 10, 10, { fill: layer.fill, radius: 2 });
      const value = row >= 0 ? world.words.share(plan.value(row, layer.column)) : "";
      const begin = value ? x + 15 + Math.max(32, widthOf(value, SMALL, 600) + 5) : x + 15;
      plot.pen.text(value, x + 15, y + 4, { color: world.theme.ink, size: SMALL, weight: 600 });
      plot.pen.text(fitting(layer.name, x + each - begin - 4, SMALL), begin, y + 4, { color: world.theme.soft, size: SMALL });
    });
  }

  read(world, row, facet) {
    const plan = world.plans[facet];
    if (row >= plan.rows) return [];
    return this.layers(world)
      .map((layer) => ({ name: layer.name, fill: layer.fill, value: world.words.share(plan.value(row, layer.column)) }))
      .reverse();
  }

  rowAt(x, width, height, world) {
    return this.plot(null, width, height, world).row(x);
  }
}
