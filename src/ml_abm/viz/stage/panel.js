// What is a panel? A head with a title and a way to save it, and a canvas for each plan.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

// Changes a text only where it is another, so that nothing is laid out again for nothing.
/** @param {Node} node @param {string} text */
function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @template {Picture} C */
class Panel {
  /** @param {Stage} stage @param {C} chart */
  constructor(stage, chart) {
    this.stage = stage;
    this.chart = chart;
    this.title = make("h3", { id: `${stage.id}-${chart.key}` });
    this.note = make("p", { class: "panel-note" });
    this.tools = make("div", { class: "panel-tools" });
    this.body = make("div", { class: "panel-body" });
    this.el = make(
      "section",
      { class: `panel panel-${chart.key}`, "data-testid": chart.testid, "aria-labelledby": this.title.id },
      make("header", { class: "panel-head" }, make("div", { class: "panel-words" }, this.title, this.note), this.tools),
      this.body,
    );
    /** @type {Facet[]} */
    this.facets = [];
    this.saver = this.saveButton();
    this.tools.append(this.saver);
  }

  saveButton() {
    const saver = make("button", { type: "button", class: "save", "aria-haspopup": "menu", "aria-expanded": "false", "data-testid": `save-${this.chart.key}`, onclick: () => this.stage.openMenu(this) });
    saver.innerHTML =
      '<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="M8 1.5v8.2M4.6 6.6 8 10l3.4-3.4M2 11.5v3h12v-3" fill="none" stroke="currentColor" stroke-width="1.6"/></svg>';
    return saver;
  }

  // A canvas for each plan; the listeners are those of the stage, one set a canvas.
  /** @param {World} world */
  fit(world) {
    const wanted = this.chart.facets(world);
    for (const facet of this.facets.splice(wanted)) {
      this.stage.sizes.unobserve(facet.el);
      facet.el.remove();
    }
    while (this.facets.length < wanted) this.addFacet();
    this.body.classList.toggle("two", wanted === 2);
    say(this.title, this.chart.title(world));
    say(this.note, this.chart.note(world));
    this.saver.setAttribute("aria-label", `${world.words.text("save")}: ${this.chart.title(world)}`);
    this.saver.title = world.words.text("save");
    for (const facet of this.facets) this.giveHeight(facet, world);
  }

  addFacet() {
    const k = this.facets.length;
    const canvas = make("canvas", { tabindex: this.chart instanceof Chart ? "0" : false, role: "img" });
    const facet = { canvas, el: make("div", { class: "facet" }, canvas), pen: new CanvasPen(contextOf(canvas)), width: 0, height: 0, ratio: 0, given: 0 };
    this.stage.listen(this, k, canvas);
    this.facets.push(facet);
    this.body.append(facet.el);
    this.stage.sizes.observe(facet.el);
  }

  /** @param {Facet} facet @param {World} world */
  giveHeight(facet, world) {
    const width = facet.el.clientWidth;
    const height = Math.round(this.chart.heightFor(width, world));
    if (facet.given !== height) {
      facet.given = height;
      facet.el.style.minHeight = `${height}px`;
    }
  }

  // Takes the size that it has on the screen.
  /** @param {Facet} facet */
  measure(facet) {
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    const { clientWidth: width, clientHeight: height } = facet.el;
    if (facet.width === width && facet.height === height && facet.ratio === ratio) return;
    Object.assign(facet, { width, height, ratio });
    facet.canvas.width = Math.round(width * ratio);
    facet.canvas.height = Math.round(height * ratio);
  }

  /** @param {World} world */
  draw(world) {
    this.facets.forEach((facet, k) => {
      this.measure(facet);
      const context = facet.pen.context;
      context.setTransform(facet.ratio, 0, 0, facet.ratio, 0, 0);
      context.clearRect(0, 0, facet.width, facet.height);
      if (facet.width > 0) this.chart.draw(facet.pen, facet.width, facet.height, world, k);
    });
  }

  // How facets lie in the panel, for a picture of it.
  layout() {
    const origin = this.body.getBoundingClientRect();
    const facets = this.facets.map((facet) => {
      const box = facet.el.getBoundingClientRect();
      return { x: box.left - origin.left, y: box.top - origin.top, width: facet.width, height: facet.height };
    });
    return { width: Math.ceil(origin.width), height: Math.ceil(origin.height), facets };
  }

  // The month that is read, or the last one, in words.
  /** @param {World} world */
  describe(world) {
    const row = Math.min(world.hover ?? world.rows - 1, world.rows - 1);
    this.facets.forEach((facet, k) => {
      const label = row < 0 ? world.words.text("no_data_yet") : this.sentence(world, row, k);
      facet.canvas.setAttribute("aria-label", `${this.chart.title(world)}, ${this.chart.note(world)}. ${label}`);
    });
  }

  /** @param {World} world @param {number} row @param {number} facet */
  sentence(world, row, facet) {
    if (!(this.chart instanceof Chart)) return "";
    const values = this.chart.read(world, row, facet).map((one) => `${one.name} ${one.value}`).join(", ");
    const plan = this.chart.facets(world) > 1 ? `${world.words.plan(facet)}, ` : "";
    return plan + world.words.text("read_out", { date: world.words.date(row), values }) + ` ${world.words.text("read_out_hint")}`;
  }
}

// The map's panel: what it is coloured by, a way to a district without a pointer, and back.
/** @extends {Panel<SchoolMap>} */
class MapPanel extends Panel {
  /** @param {Stage} stage @param {SchoolMap} chart */
  constructor(stage, chart) {
    super(stage, chart);
    this.shades = make("div", { class: "shades", role: "radiogroup", "data-testid": "shades" });
    this.tools.prepend(this.shades);
    this.back = make("button", { type: "button", class: "back", "data-testid": "back", hidden: true, onclick: () => stage.pick(null, null) });
    /** @type {HTMLSelectElement} */
    this.districts = make("select", { "data-testid": "districts", onchange: () => stage.pick(this.chosen(this.districts), null) });
    /** @type {HTMLSelectElement} */
    this.schools = make("select", { "data-testid": "schools", hidden: true, onchange: () => stage.pick(this.chart.picked.district, this.chosen(this.schools)) });
    this.el.append(make("div", { class: "map-foot" }, this.back, this.districts, this.schools));
  }

  /** @param {HTMLSelectElement} select */
  chosen(select) {
    return select.value === "" ? null : Number(select.value);
  }

  /** @param {World} world */
  fit(world) {
    super.fit(world);
    const { words } = world;
    say(this.back, `← ${words.text("back")}`);
    this.shades.setAttribute("aria-label", words.text("map_shade"));
    this.shades.replaceChildren(
      ...SHADES.map((shade) =>
        make(
          "label",
          {},
          make("input", { type: "radio", name: `${this.stage.id}-shade`, value: shade, "data-testid": `shade-${shade}`, onchange: () => this.stage.setShade(shade) }),
          make("span", {}, words.text(`shade_${shade}`)),
        ),
      ),
    );
    this.fill(this.districts, words.text("map_choose"), this.chart.names, 0);
    this.showPicked(world);
  }

  /** @param {HTMLSelectElement} select @param {string} first @param {string[]} names @param {number} offset */
  fill(select, first, names, offset) {
    select.setAttribute("aria-label", first);
    select.replaceChildren(make("option", { value: "" }, first), ...names.map((name, k) => make("option", { value: k + offset }, name)));
  }

  /** @param {World} world */
  showPicked(world) {
    const { district, school } = this.chart.picked;
    for (const input of this.shades.querySelectorAll("input")) input.checked = input.value === this.chart.shade;
    this.back.hidden = district === null;
    this.schools.hidden = district === null;
    this.districts.value = String(district ?? "");
    if (district !== null) {
      const first = this.chart.first[district];
      const names = Array.from({ length: this.chart.lastSchool(district) - first }, (_, k) => this.chart.name(world, { district, school: first + k }));
      this.fill(this.schools, world.words.text("map_school"), names, first);
      this.schools.value = String(school ?? "");
    }
  }

  /** @param {World} world */
  describe(world) {
    const shade = world.words.text(`shade_${this.chart.shade}`);
    const { district } = this.chart.picked;
    const where = district === null ? world.words.text("map_whole") : this.chart.name(world, { district });
    for (const facet of this.facets) facet.canvas.setAttribute("aria-label", `${this.chart.title(world)}: ${where}, ${shade}`);
  }
}
