// The stage: hears Python, keeps what it was told, and draws it once a screen.

/** @type {Setup} */
const NO_RUN = {
  kind: "setup", run: -1, title: "", source: "", lang: "en", texts: {}, numbers: { decimal: ".", thousands: ",", grouped_from: 4, percent: "{n}%", point: "{n}", points: "{n}", money: "{n}", large: [], short: [] }, columns: [], less: [], funders: [], barriers: [], months: 0,
  startYear: 0, teachers: 0, observed: [], counts: "", countsFactor: 1, places: false, names: [],
};

/** @implements {Stage} */
class StageView {
  id = `stage${Math.random().toString(36).slice(2)}`; // each stage on a page may be a module of its own
  asked = false;
  attached = false;
  /** @type {Answer | null} */
  pending = null; // the frame to acknowledge once it is drawn
  scheduled = 0;
  cardKeys = "";
  marksKey = "";
  /** @type {Map<string, number>} */
  columns = new Map();
  /** @type {(() => void)[]} */
  endings = [];
  sizes = new ResizeObserver(() => this.resized());
  // what stands on the page, from top to bottom
  heading = make("h2", { class: "unseen" });
  date = make("p", { class: "date", "data-testid": "date" });
  story = make("div", { class: "story", "data-testid": "story", hidden: true });
  cards = make("div", { class: "cards", hidden: true });
  panels = make("div", { class: "panels" });
  waiting = make("p", { class: "panel waiting" });
  marksTitle = make("h3");
  marksList = make("ol", { class: "marks" });
  readout = make("div", { class: "readout", hidden: true, "aria-hidden": "true", "data-testid": "readout" });
  menu = make("div", { class: "menu", role: "menu", hidden: true });
  /** @type {Panel<Picture> | null} */
  menuOf = null;
  live = make("div", { class: "unseen", "aria-live": "polite", "data-testid": "live" });
  el = make("div", { class: "stage", "data-testid": "stage", role: "region" }, this.heading, this.date, this.story, this.cards, this.panels, this.readout, this.menu, this.live);
  map = new SchoolMap();
  mapPanel = new MapPanel(this, this.map);
  /** @type {Panel<Picture>[]} */
  all = [this.mapPanel, ...makeCharts().map((chart) => new Panel(this, chart))];

  /** @param {Model} model @param {HTMLElement} el */
  constructor(model, el) {
    this.model = model;
    /** @type {World} */
    this.world = {
      setup: NO_RUN, words: new Words(NO_RUN), theme: themeAt(el), plans: [], bands: {}, marks: [], hover: null, aim: null, rows: 0,
      column: (name) => this.columns.get(name) ?? NaN,
      marksOf: (facet) => this.world.marks.filter((mark) => mark.plans.includes(facet)),
    };
    this.drawAll = this.drawAll.bind(this);
    this.map.shade = shadeOf(this.model.get("shade")) ?? "adoption";
    const marksPanel = make("section", { class: "panel panel-marks", "data-testid": "marks" }, make("header", { class: "panel-head" }, this.marksTitle), this.marksList);
    this.panels.append(...this.all.map((panel) => panel.el), this.waiting, marksPanel);
    this.el.dataset.theme = this.world.theme.name;
    this.el.dataset.ready = "false";
    el.append(this.el);
    this.sizes.observe(this.el);
    this.hear();
    this.ask();
  }

  // On the page at last: only now its theme is known.
  attach() {
    this.attached = true;
    this.endings.push(watchTheme(this.el, () => this.setTheme(themeAt(this.el))));
    this.setTheme(themeAt(this.el));
  }

  hear() {
    /** @type {(target: EventTarget, name: string, heard: (event: Event) => void) => void} */
    const on = (target, name, heard) => {
      target.addEventListener(name, heard);
      this.endings.push(() => target.removeEventListener(name, heard));
    };
    /** @type {(message: Message, buffers: Bytes[]) => void} */
    const onMessage = (message, buffers) => this.take(message, buffers);
    const onShade = () => this.showShade(this.model.get("shade"));
    this.model.on("msg:custom", onMessage);
    this.model.on("change:shade", onShade);
    this.endings.push(() => this.model.off("msg:custom", onMessage), () => this.model.off("change:shade", onShade));
    on(window, "beforeprint", () => this.setPrinting(true));
    on(window, "afterprint", () => this.setPrinting(false));
    on(document, "pointerdown", (event) => this.menu.hidden || this.menu.contains(/** @type {Node} */ (event.target)) || this.closeMenu());
    on(document, "visibilitychange", () => document.hidden && this.acknowledge());
    this.el.addEventListener("keydown", (event) => event.key === "Escape" && this.escape());
  }

  close() {
    cancelAnimationFrame(this.scheduled);
    this.sizes.disconnect();
    for (const end of this.endings) end();
    this.el.remove();
  }

  // Python

  ask() {
    if (this.asked) return;
    this.asked = true;
    this.model.send({ kind: "ready" });
  }

  /** @param {Message} message @param {Bytes[]} buffers */
  take(message, buffers) {
    if (message.kind === "setup") this.setUp(message, buffers);
    else if (message.kind === "frame") this.takeFrame(message, buffers);
    else if (message.kind === "bands") this.world.bands[message.plan] = message.outcomes;
    else if (message.kind === "picked") this.showPick(message.district ?? null, message.school ?? null);
    else if (message.kind === "names") this.takeNames(message);
    this.request();
  }

  /** @param {Setup} setup @param {Bytes[]} buffers */
  setUp(setup, buffers) {
    this.asked = false;
    const { world } = this;
    world.setup = setup;
    world.words = new Words(setup);
    world.plans = [];
    world.bands = {};
    world.marks = [];
    world.hover = null;
    world.aim = null;
    world.rows = 0;
    this.columns = new Map(setup.columns.map((name, k) => [name, k]));
    this.map.settle(setup, buffers);
    this.el.lang = setup.lang;
    this.el.setAttribute("aria-label", world.words.text("label"));
    say(this.heading, world.words.text("label"));
    say(this.waiting, world.words.text("waiting"));
    this.hideReadout();
  }

  /** @param {Frame} message @param {Bytes[]} buffers */
  takeFrame(message, buffers) {
    const { world } = this;
    this.pending = { kind: "drawn", run: message.run, month: message.month };
    if (world.setup.run !== message.run) return this.ask();
    const count = world.plans.length;
    const whole = message.plans.every((given, p) => {
      world.plans[p] ||= new PlanData(world.setup.columns.length + world.setup.funders.length + 1, world.setup.months);
      const [curves, districts, schools] = buffers.slice(3 * p);
      return world.plans[p].take(given, curves, districts, schools);
    });
    if (!whole) return this.ask();
    world.plans.length = message.plans.length;
    world.rows = Math.max(...world.plans.map((plan) => plan.rows));
    world.marks = merged(world.plans);
    if (count !== world.plans.length) this.fit();
    return this.sayFrame(message);
  }

  /** @param {NamesMessage} message */
  takeNames({ first, names }) {
    this.map.schoolNames = { first, names };
    if (this.world.setup !== NO_RUN) this.mapPanel.showPicked(this.world);
  }

  fit() {
    this.el.classList.toggle("compared", this.world.plans.length > 1);
    this.el.dataset.ready = "true";
    for (const panel of this.all) panel.fit(this.world);
  }

  // Words

  /** @param {Frame} message */
  sayFrame(message) {
    const { words, setup, plans, rows } = this.world;
    const key = message.month ? "date_now" : "date_start";
    say(this.date, words.text(key, { date: words.date(rows - 1), month: words.number(message.month), months: words.number(setup.months) }));
    this.story.hidden = !plans.some((plan) => plan.story);
    this.story.setAttribute("aria-live", message.playing ? "off" : "polite");
    while (this.story.children.length > plans.length) this.story.lastChild?.remove();
    while (this.story.children.length < plans.length) this.story.append(make("p", {}, make("strong"), make("span")));
    plans.forEach((plan, p) => {
      const [name, text] = this.story.children[p].children;
      say(name, plans.length > 1 ? `${words.plan(p)}. ` : "");
      name.className = `plan-${p}`;
      say(text, plan.story);
    });
    this.el.classList.toggle("before", !message.month);
    this.sayCards();
    this.sayMarks();
    if (!message.playing || message.month % 12 === 0) for (const panel of this.all) panel.describe(this.world);
  }

  sayCards() {
    const { words, plans } = this.world;
    const keys = plans[0].cards.map((card) => card.key);
    this.cards.hidden = !keys.length;
    if (this.cardKeys !== `${keys}|${plans.length}|${words.lang}`) {
      this.cardKeys = `${keys}|${plans.length}|${words.lang}`;
      this.cards.replaceChildren(
        ...keys.map((key) =>
          make(
            "article",
            { class: "card", "data-testid": `card-${key}` },
            make("h3", {}, words.text(`card_${key}`)),
            make("p", { class: "card-values" }, ...plans.map((_, p) => make("span", { class: `plan-${p}` }))),
            make("p", { class: "card-note" }),
            make("p", { class: "card-change" }),
          ),
        ),
      );
    }
    plans[0].cards.forEach((card, k) => {
      const [, values, note, change] = this.cards.children[k].children;
      say(note, plans.length > 1 ? "" : card.note ?? "");
      plans.forEach((plan, p) => {
        say(values.children[p], plan.cards[k] ? words.value(plan.cards[k].value, plan.cards[k].unit) : "");
      });
      if (plans.length > 1) this.sayDifference(change, card, plans[1].cards[k]);
      else this.sayChange(change, card);
    });
  }

  /** @param {Element} node @param {Card} card */
  sayChange(node, { change, unit, good, since }) {
    const { words } = this.world;
    const [some, none] = since === "ever" ? ["change_ever", "change_ever_none"] : ["change", "change_none"];
    const said = change === null ? "" : words.difference(Math.abs(change), unit);
    const still = change !== null && said === words.difference(0, unit);
    const tone = change === null || still || good === null ? "" : good ? "good" : "bad";
    if (node.className !== `card-change ${tone}`) node.className = `card-change ${tone}`;
    if (change === null) return say(node, said);
    return say(node, still ? words.text(none) : `${change > 0 ? "▲" : "▼"} ${words.text(some, { value: said })}`);
  }

  /** @param {Element} node @param {Card} a @param {Card} [b] */
  sayDifference(node, a, b) {
    const { words } = this.world;
    node.className = "card-change";
    if (typeof a.value !== "number" || typeof b?.value !== "number") return say(node, "");
    const more = b.value - a.value;
    const said = words.difference(Math.abs(more), a.unit);
    const same = said === words.difference(0, a.unit);
    return say(node, same ? words.text("b_same") : words.text(more > 0 ? "b_higher" : "b_lower", { value: said }));
  }

  sayMarks() {
    const { words, marks, plans } = this.world;
    const key = `${words.lang}|${plans.length}|${JSON.stringify(marks)}`;
    if (key === this.marksKey) return;
    this.marksKey = key;
    say(this.marksTitle, words.text("marks"));
    const none = make("li", { class: "none" }, words.text("marks_none"));
    this.marksList.replaceChildren(
      ...(marks.length
        ? marks.map((mark) => {
            const who = plans.length > 1 && mark.plans.length === 1 ? make("strong", { class: `plan-${mark.plans[0]}` }, `${words.plan(mark.plans[0])} `) : "";
            return make("li", { class: mark.kind }, make("b", {}, String(mark.number)), make("time", {}, words.date(mark.month)), make("span", {}, who, mark.says));
          })
        : [none]),
    );
  }

  // Pictures

  request() {
    if (this.world.setup === NO_RUN || document.hidden) return this.acknowledge();
    this.scheduled ||= requestAnimationFrame(this.drawAll);
    return undefined;
  }

  drawAll() {
    this.scheduled = 0;
    if (this.world.plans.length) for (const panel of this.all) panel.draw(this.world);
    this.acknowledge();
  }

  acknowledge() {
    if (!this.pending) return;
    const message = this.pending;
    this.pending = null;
    this.model.send(message);
  }

  resized() {
    if (!this.attached && this.el.isConnected) this.attach();
    if (!this.world.plans.length) return;
    for (const panel of this.all) for (const facet of panel.facets) panel.giveHeight(facet, this.world);
    this.request();
  }

  /** @param {Theme} theme */
  setTheme(theme) {
    this.world.theme = theme;
    this.el.dataset.theme = theme.name;
    this.request();
  }

  // Paper is white and as wide as a page; it is drawn at once, for the browser does not wait.
  /** @param {boolean} printing */
  setPrinting(printing) {
    this.el.classList.toggle("printing", printing);
    this.setTheme(printing ? LIGHT : themeAt(this.el));
    if (!this.world.plans.length) return;
    for (const panel of this.all) {
      for (const facet of panel.facets) panel.giveHeight(facet, this.world);
      panel.draw(this.world);
    }
  }

  // Colours the map anew, and tells Python.
  /** @param {string} shade */
  setShade(shade) {
    this.showShade(shade);
    this.model.set("shade", this.map.shade);
    this.model.save_changes();
  }

  /** @param {string} shade */
  showShade(shade) {
    const known = shadeOf(shade);
    if (!known) return;
    this.map.shade = known;
    if (this.world.plans.length) {
      this.mapPanel.showPicked(this.world);
      this.mapPanel.describe(this.world);
    }
    this.request();
  }

  // Hands

  /** @param {Panel<Picture>} panel @param {number} facet @param {HTMLCanvasElement} canvas */
  listen(panel, facet, canvas) {
    const read = panel.chart instanceof Chart;
    const move = (/** @type {PointerEvent} */ event) => (read ? this.readAt(panel, facet, event) : this.aimAt(panel, facet, event));
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerdown", move);
    canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.stopReading());
    canvas.addEventListener("blur", () => this.stopReading());
    if (read) canvas.addEventListener("keydown", (event) => this.readByKey(panel, facet, event));
    else canvas.addEventListener("click", (event) => this.pickAt(panel, facet, event));
  }

  /** @param {Panel<Picture>} panel @param {number} k @param {PointerEvent} event */
  readAt(panel, k, event) {
    const { world } = this;
    const { chart } = panel;
    if (!world.rows || !(chart instanceof Chart)) return;
    const facet = panel.facets[k];
    const row = chart.rowAt(facet.pen, event.offsetX, facet.width, facet.height, world);
    const last = chart instanceof LineChart && chart.points(world).length ? world.setup.months : world.rows; // real points may lie ahead
    this.read(panel, k, Math.max(0, Math.min(row, last - 1)), event.offsetX, event.offsetY);
  }

  /** @param {Panel<Picture>} panel @param {number} k @param {KeyboardEvent} event */
  readByKey(panel, k, event) {
    const { world } = this;
    const far = event.shiftKey ? 12 : 1;
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -far, ArrowRight: far, ArrowDown: -far, ArrowUp: far, PageDown: -12, PageUp: 12, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || !world.rows) return;
    event.preventDefault();
    const from = world.hover ?? world.rows - 1;
    const row = Math.max(0, Math.min(from + steps[event.key], world.rows - 1));
    const facet = panel.facets[k];
    this.read(panel, k, row, facet.width * 0.5, 30);
    panel.describe(world);
    say(this.live, panel.sentence(world, row, k));
  }

  /** @param {Panel<Picture>} panel @param {number} k @param {number} row @param {number} x @param {number} y */
  read(panel, k, row, x, y) {
    const { world } = this;
    if (!(panel.chart instanceof Chart)) return;
    world.hover = row;
    const near = Math.max(0, world.setup.months / 100);
    const happened = world.marks.filter((mark) => Math.abs(mark.month - row) <= near);
    const foot = happened.map((mark) => `${mark.number}  ${mark.says}`).join("\n");
    this.showReadout(panel.facets[k].canvas, x, y, world.words.date(row), panel.chart.read(world, row, k), foot);
    this.request();
  }

  /** @param {Panel<Picture>} panel @param {number} k @param {PointerEvent} event */
  aimAt(panel, k, event) {
    const { world } = this;
    const facet = panel.facets[k];
    if (!world.plans.length || !world.plans[k].districts || !world.plans[k].schools) return;
    const aim = this.map.find(event.offsetX, event.offsetY, facet.width, facet.height, world);
    facet.canvas.style.cursor = aim ? "pointer" : "default";
    world.aim = aim && { ...aim, facet: k };
    if (aim) {
      const { head, said, foot } = this.map.read(world, aim, k);
      this.showReadout(facet.canvas, event.offsetX, event.offsetY, head, said, foot);
    } else this.hideReadout();
    this.request();
  }

  /** @param {Panel<Picture>} panel @param {number} k @param {MouseEvent} event */
  pickAt(panel, k, event) {
    const facet = panel.facets[k];
    const aim = this.map.find(event.offsetX, event.offsetY, facet.width, facet.height, this.world);
    if (aim) this.pick(aim.district, aim.school ?? null);
  }

  // Shows a district or a school and tells Python.
  /** @param {number | null} district @param {number | null} school */
  pick(district, school) {
    this.showPick(district, school);
    /** @type {Extract<Answer, { kind: "pick" }>} */
    const message = { kind: "pick" };
    if (district !== null) message.district = district;
    if (school !== null) message.school = school;
    this.model.send(message);
  }

  /** @param {number | null} district @param {number | null} school */
  showPick(district, school) {
    this.map.picked = { district, school };
    this.world.aim = null;
    this.hideReadout();
    if (this.world.plans.length) {
      this.mapPanel.showPicked(this.world);
      this.mapPanel.describe(this.world);
    }
    this.request();
  }

  escape() {
    if (!this.menu.hidden) this.closeMenu(true);
    else if (this.world.hover !== null) this.stopReading();
    else if (this.map.picked.district !== null && this.mapPanel.el.contains(document.activeElement)) this.pick(null, null);
  }

  stopReading() {
    if (this.world.hover === null && !this.world.aim) return;
    this.world.hover = null;
    this.world.aim = null;
    this.hideReadout();
    this.request();
  }

  /** @param {HTMLElement} canvas @param {number} x @param {number} y @param {string} head @param {Reading[]} said @param {string} foot */
  showReadout(canvas, x, y, head, said, foot) {
    const box = this.readout;
    box.replaceChildren(make("div", { class: "readout-head" }, head));
    for (const one of said) {
      const swatch = make("i", { class: one.fill || one.hatch ? "fill" : one.dot ? "dot" : one.dash ? "dash" : "line" });
      swatch.style.setProperty("--c", one.fill || one.hatch || one.color || "");
      box.append(make("div", { class: "readout-row" }, swatch, make("span", {}, one.name), make("b", {}, one.value)));
      if (one.note) box.append(make("div", { class: "readout-note" }, one.note));
    }
    if (foot) box.append(make("div", { class: "readout-note" }, foot));
    box.hidden = false;
    const stage = this.el.getBoundingClientRect();
    const place = canvas.getBoundingClientRect();
    const [left, top] = [place.left - stage.left + x, place.top - stage.top + y];
    const right = left + 16 + box.offsetWidth < stage.width;
    box.style.left = `${Math.max(0, right ? left + 16 : left - 16 - box.offsetWidth)}px`;
    box.style.top = `${Math.max(0, top - box.offsetHeight / 2)}px`;
  }

  hideReadout() {
    this.readout.hidden = true;
  }

  /** @param {Panel<Picture>} panel */
  openMenu(panel) {
    if (!this.menu.hidden && this.menuOf === panel) return this.closeMenu(true);
    this.closeMenu();
    this.menuOf = panel;
    const { words } = this.world;
    const item = (/** @type {"png" | "svg"} */ kind) =>
      make("button", { type: "button", role: "menuitem", "data-testid": `save-as-${kind}`, onclick: () => {
        this.closeMenu(true);
        save(panel, { ...this.world, hover: null, aim: null }, kind);
      } }, words.text(`save_${kind}`));
    const items = [item("png"), item("svg")];
    this.menu.replaceChildren(...items);
    this.menu.hidden = false;
    const stage = this.el.getBoundingClientRect();
    const place = panel.saver.getBoundingClientRect();
    this.menu.style.left = `${Math.max(0, place.right - stage.left - this.menu.offsetWidth)}px`;
    this.menu.style.top = `${place.bottom - stage.top + 4}px`;
    panel.saver.setAttribute("aria-expanded", "true");
    this.menu.onkeydown = (event) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      items.find((one) => one !== document.activeElement)?.focus();
    };
    items[0].focus();
    return undefined;
  }

  /** @param {boolean} back whether the button has the focus again */
  closeMenu(back = false) {
    if (this.menu.hidden) return;
    this.menu.hidden = true;
    this.menuOf?.saver.setAttribute("aria-expanded", "false");
    if (back) this.menuOf?.saver.focus();
  }
}

/** @param {{ model: Model, el: HTMLElement }} given */
function render({ model, el }) {
  const stage = new StageView(model, el);
  return () => stage.close();
}
export default { render };
