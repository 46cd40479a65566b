// How is a picture taken away? The panel drawn once more with its title and source line: on a larger canvas, or as SVG.

const HEAD = 48;
const TAIL = 26;
const MARGIN = 16;

// Draws a panel as a page of its own with any pen; facets lie as they lie on the screen.
/** @param {Pen} pen @param {Panel<Picture>} panel @param {World} world */
function compose(pen, panel, world) {
  const { width, height, facets } = panel.layout();
  const { theme, words } = world;
  const whole = { width: width + 2 * MARGIN, height: height + HEAD + TAIL + MARGIN };
  pen.rect(0, 0, whole.width, whole.height, { fill: theme.surface });
  pen.text(fitting(panel.chart.title(world), width, 16, 600), MARGIN, 26, { color: theme.ink, size: 16, weight: 600 });
  pen.text(fitting(panel.chart.note(world), width, 11.5), MARGIN, 43, { color: theme.soft, size: 11.5 });
  facets.forEach((facet, k) => {
    pen.at(MARGIN + facet.x, HEAD + MARGIN / 2 + facet.y, () => panel.chart.draw(pen, facet.width, facet.height, world, k));
  });
  const source = `${world.setup.title} · ${words.date(world.rows - 1)} · ${world.setup.source}`;
  pen.text(fitting(source, width, 10.5), MARGIN, whole.height - 12, { color: theme.soft, size: 10.5 });
  return whole;
}

/** @param {Panel<Picture>} panel @param {World} world */
function asSvg(panel, world) {
  const pen = new SvgPen();
  const { width, height } = compose(pen, panel, world);
  const text = pen.file(width, height, `${panel.chart.title(world)} – ${world.setup.title}`);
  return Promise.resolve(new Blob([text], { type: "image/svg+xml" }));
}

/** @param {Panel<Picture>} panel @param {World} world @returns {Promise<Blob>} */
function asPng(panel, world) {
  const { width, height } = panel.layout();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * (width + 2 * MARGIN);
  canvas.height = 2 * (height + HEAD + TAIL + MARGIN);
  const context = contextOf(canvas);
  context.setTransform(2, 0, 0, 2, 0, 0);
  compose(new CanvasPen(context), panel, world);
  return new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("the browser made no picture"))), "image/png"),
  );
}

/** @param {Panel<Picture>} panel @param {World} world @param {"png" | "svg"} kind */
async function save(panel, world, kind) {
  const blob = await (kind === "svg" ? asSvg(panel, world) : asPng(panel, world));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${panel.chart.key}-${world.setup.title}`.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") + `.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
