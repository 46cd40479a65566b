// The stage: hears Python, keeps what it was told, and draws it once a screen.

// The curves of one plan, and what its districts and schools are like now.
class PlanData {
  constructor(stride, months) {
    this.stride = stride;
    this.data = new Float32Array(stride * months);
    this.rows = 0;
    this.cards = [];
    this.marks = [];
    this.story = "";
    this.districts = null;
    this.schools = null;
  }

  value(row, column) {
    return this.data[row * this.stride + column];
  }

  // False where months are missing in between.
  take(given, curves, districts, schools) {
    if (given.first > this.rows) return false;
    this.data.set(floats(curves), given.first * this.stride);
    this.rows = given.first + given.rows;
    Object.assign(this, { story: given.story ?? "", cards: given.cards ?? [], marks: given.marks ?? [] });
    this.districts = floats(districts);
    if (schools.byteLength) this.schools = new Uint8Array(aligned(schools));
    return true;
  }
}

class StageView {
  constructor(model, el) {
    this.model = model;
    this.id = `stage${Math.random().toString(36).slice(2)}`; // each stage on a page may be a module of its own
    this.world = {
      setup: null, words: null, theme: themeAt(el), plans: [], bands: {}, marks: [], hover: null, aim: null, rows: 0,
      column: (name) => this.columns.get(name),
      marksOf: (facet) => this.world.marks.filter((mark) => mark.plans.includes(facet)),
    };
    this.asked = false;
    this.pending = null; // the frame to acknowledge once it is drawn
    this.scheduled = 0;
    this.endings = [];
    this.sizes = new ResizeObserver(() => this.resized());
    this.drawAll = this.drawAll.bind(this);
    this.build(el);
    this.hear();
    this.ask();
  }

  build(el) {
    this.date = make("p", { class: "date", "data-testid": "date" });
    this.story = make("div", { class: "story", "data-testid": "story", hidden: true });
    this.heading = make("h2", { class: "unseen" });
    this.cards = make("div", { class: "cards", hidden: true });
    this.panels = make("div", { class: "panels" });
    this.waiting = make("p", { class: "panel waiting" });
    this.marksTitle = make("h3");
    this.marksList = make("ol", { class: "marks" });
    this.marksPanel = make("section", { class: "panel panel-marks", "data-testid": "marks" }, make("header", { class: "panel-head" }, this.marksTitle), this.marksList);
    this.readout = make("div", { class: "readout", hidden: true, "aria-hidden": "true", "data-testid": "readout" });
    this.live = make("div", { class: "unseen", "aria-live": "polite", "data-testid": "live" });
    this.menu = make("div", { class: "menu", role: "menu", hidden: true });
    this.el = make("div", { class: "stage", "data-testid": "stage", role: "region" }, this.heading, this.date, this.story, this.cards, this.panels, this.readout, this.menu, this.live);
    this.charts = makeCharts();
    this.map = new SchoolMap();
    this.map.shade = this.model.get("shade") || "adoption";
    this.mapPanel = new MapPanel(this, this.map);
    const { using, reached, funnel, money, ...others } = this.charts;
    this.all = [this.mapPanel, ...[using, reached, funnel, money, ...Object.values(others)].map((chart) => new Panel(this, chart))];
    this.panels.append(...this.all.map((panel) => panel.el), this.waiting, this.marksPanel);
    this.el.dataset.theme = this.world.theme.name;
    this.el.dataset.ready = "false";
    el.append(this.el);
    this.sizes.observe(this.el);
  }

  // On the page at last: only now its theme is known.
  attach() {
    this.attached = true;
    this.endings.push(watchTheme(this.el, () => this.setTheme(themeAt(this.el))));
    this.setTheme(themeAt(this.el));
  }

  hear() {
    const on = (target, name, heard) => {
      target.addEventListener(name, heard);
      this.endings.push(() => target.removeEventListener(name, heard));
    };
    this.onMessage = (message, buffers) => this.take(message, buffers);
    this.onShade = () => this.setShade(this.model.get("shade"), true);
    this.model.on("msg:custom", this.onMessage);
    this.model.on("change:shade", this.onShade);
    on(window, "beforeprint", () => this.setPrinting(true));
    on(window, "afterprint", () => this.setPrinting(false));
    on(document, "pointerdown", (event) => this.menu.hidden || this.menu.contains(event.target) || this.closeMenu());
    on(document, "visibilitychange", () => document.hidden && this.acknowledge());
    this.el.addEventListener("keydown", (event) => event.key === "Escape" && this.escape());
  }

  close() {
    cancelAnimationFrame(this.scheduled);
    this.sizes.disconnect();
    for (const end of this.endings) end();
    this.model.off("msg:custom", this.onMessage);
    this.model.off("change:shade", this.onShade);
    this.el.remove();
  }

  // Python

  ask() {
    if (this.asked) return;
    this.asked = true;
    this.model.send({ kind: "ready" });
  }

  take(message, buffers) {
    if (message.kind === "setup") this.setUp(message, buffers);
    else if (message.kind === "frame") this.takeFrame(message, buffers);
    else if (message.kind === "bands") this.world.bands[message.plan] = message.outcomes;
    else if (message.kind === "picked") this.showPick(message.district ?? null, message.school ?? null);
    else if (message.kind === "names") this.takeNames(message);
    this.request();
  }

  setUp(setup, buffers) {
    this.asked = false;
    const { world } = this;
    Object.assign(world, { setup, words: new Words(setup), plans: [], bands: {}, marks: [], hover: null, aim: null, rows: 0 });
    this.columns = new Map(setup.columns.map((name, k) => [name, k]));
    this.map.settle(setup, buffers);
    this.el.lang = setup.lang;
    this.el.setAttribute("aria-label", world.words.text("label"));
    say(this.heading, world.words.text("label"));
    say(this.waiting, world.words.text("waiting"));
    this.hideReadout();
  }

  takeFrame(message, buffers) {
    const { world } = this;
    this.pending = { kind: "drawn", run: message.run, month: message.month };
    if (!world.setup || world.setup.run !== message.run) return this.ask();
    const count = world.plans.length;
    const whole = message.plans.every((given, p) => {
      world.plans[p] ||= new PlanData(world.setup.columns.length + world.setup.funders.length + 1, world.setup.months);
      return world.plans[p].take(given, ...buffers.slice(3 * p, 3 * p + 3));
    });
    if (!whole) return this.ask();
    world.plans.length = message.plans.length;
    world.rows = Math.max(...world.plans.map((plan) => plan.rows));
    world.playing = message.playing;
    world.marks = merged(world.plans);
    if (count !== world.plans.length) this.fit();
    this.sayFrame(message);
    return true;
  }

  takeNames({ first, names }) {
    this.map.schoolNames = { first, names };
    if (this.world.setup) this.mapPanel.showPicked(this.world);
  }

  fit() {
    this.el.classList.toggle("compared", this.world.plans.length > 1);
    this.el.dataset.ready = "true";
    for (const panel of this.all) panel.fit(this.world);
  }

  // Words

  sayFrame(message) {
    const { words, setup, plans, rows } = this.world;
    const key = message.month ? "date_now" : "date_start";
    say(this.date, words.text(key, { date: words.date(rows - 1), month: words.number(message.month), months: words.number(setup.months) }));
    this.story.hidden = !plans.some((plan) => plan.story);
    this.story.setAttribute("aria-live", message.playing ? "off" : "polite");
    while (this.story.children.length > plans.length) this.story.lastChild.remove();
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
      plans.forEach((plan, p) => say(values.children[p], plan.cards[k] ? words.value(plan.cards[k].value, plan.cards[k].unit) : ""));
      if (plans.length > 1) this.sayDifference(change, card, plans[1].cards[k]);
      else this.sayChange(change, card);
    });
  }

  sayChange(node, { change, unit, good, since }) {
    const { words } = this.world;
    const [some, none] = since === "ever" ? ["change_ever", "change_ever_none"] : ["change", "change_none"];
    const number = typeof change === "number";
    const said = number ? words.difference(Math.abs(change), unit) : "";
    const still = number && said === words.difference(0, unit);
    const tone = !number || still || typeof good !== "boolean" ? "" : good ? "good" : "bad";
    if (node.className !== `card-change ${tone}`) node.className = `card-change ${tone}`;
    if (!number) return say(node, said);
    return say(node, still ? words.text(none) : `${change > 0 ? "▲" : "▼"} ${words.text(some, { value: said })}`);
  }

  sayDifference(node, a, b) {
    const { words } = this.world;
    node.className = "card-change";
    if (typeof a?.value !== "number" || typeof b?.value !== "number") return say(node, "");
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
    if (!this.world.setup) return this.acknowledge();
    if (document.hidden) return this.acknowledge();
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

  setTheme(theme) {
    this.world.theme = theme;
    this.el.dataset.theme = theme.name;
    this.request();
  }

  // Paper is white and as wide as a page; it is drawn at once, for the browser does not wait.
  setPrinting(printing) {
    this.el.classList.toggle("printing", printing);
    this.setTheme(printing ? LIGHT : themeAt(this.el));
    if (!this.world.plans.length) return;
    for (const panel of this.all) {
      for (const facet of panel.facets) panel.giveHeight(facet, this.world);
      panel.draw(this.world);
    }
  }

  setShade(shade, heard) {
    if (!SHADES.includes(shade)) return;
    this.map.shade = shade;
    if (!heard) {
      this.model.set("shade", shade);
      this.model.save_changes();
    }
    if (this.world.plans.length) {
      this.mapPanel.showPicked(this.world);
      this.mapPanel.describe(this.world);
    }
    this.request();
  }

  // Hands

  listen(panel, facet, canvas) {
    const read = Boolean(panel.chart.rowAt);
    const move = (event) => (read ? this.readAt(panel, facet, event) : this.aimAt(panel, facet, event));
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerdown", move);
    canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.stopReading());
    canvas.addEventListener("blur", () => this.stopReading());
    if (read) canvas.addEventListener("keydown", (event) => this.readByKey(panel, facet, event));
    else canvas.addEventListener("click", (event) => this.pickAt(panel, facet, event));
  }

  readAt(panel, k, event) {
    const { world } = this;
    if (!world.rows) return;
    const facet = panel.facets[k];
    const row = panel.chart.rowAt(event.offsetX, facet.width, facet.height, world);
    const last = panel.chart.points?.(world).length ? world.setup.months : world.rows; // real points may lie ahead
    this.read(panel, k, Math.max(0, Math.min(row, last - 1)), event.offsetX, event.offsetY);
  }

  readByKey(panel, k, event) {
    const { world } = this;
    const far = event.shiftKey ? 12 : 1;
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

  read(panel, k, row, x, y) {
    const { world } = this;
    world.hover = row;
    const near = Math.max(0, world.setup.months / 100);
    const happened = world.marks.filter((mark) => Math.abs(mark.month - row) <= near);
    const foot = happened.map((mark) => `${mark.number}  ${mark.says}`).join("\n");
    this.showReadout(panel.facets[k].canvas, x, y, world.words.date(row), panel.chart.read(world, row, k), foot);
    this.request();
  }

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

  pickAt(panel, k, event) {
    const facet = panel.facets[k];
    const aim = this.map.find(event.offsetX, event.offsetY, facet.width, facet.height, this.world);
    if (aim) this.pick(aim.district, aim.school ?? null);
  }

  // Shows a district or a school and tells Python.
  pick(district, school) {
    this.showPick(district, school);
    const message = { kind: "pick" };
    if (district !== null) message.district = district;
    if (school !== null) message.school = school;
    this.model.send(message);
  }

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

  showReadout(canvas, x, y, head, said, foot) {
    const box = this.readout;
    box.replaceChildren(make("div", { class: "readout-head" }, head));
    for (const one of said) {
      const swatch = make("i", { class: one.fill || one.hatch ? "fill" : one.dot ? "dot" : one.dash ? "dash" : "line" });
      swatch.style.setProperty("--c", one.fill || one.hatch || one.color);
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

  openMenu(panel) {
    if (!this.menu.hidden && this.menuOf === panel) return this.closeMenu(true);
    this.closeMenu();
    this.menuOf = panel;
    const { words } = this.world;
    const item = (kind) =>
      make("button", { type: "button", role: "menuitem", "data-testid": `save-as-${kind}`, onclick: () => {
        this.closeMenu(true);
        save(panel, { ...this.world, hover: null, aim: null }, kind);
      } }, words.text(`save_${kind}`));
    this.menu.replaceChildren(item("png"), item("svg"));
    this.menu.hidden = false;
    const stage = this.el.getBoundingClientRect();
    const place = panel.saver.getBoundingClientRect();
    this.menu.style.left = `${Math.max(0, place.right - stage.left - this.menu.offsetWidth)}px`;
    this.menu.style.top = `${place.bottom - stage.top + 4}px`;
    panel.saver.setAttribute("aria-expanded", "true");
    this.menu.onkeydown = (event) => {
      const step = { ArrowDown: 1, ArrowUp: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const other = [...this.menu.children].find((child) => child !== document.activeElement);
      other.focus();
    };
    this.menu.firstChild.focus();
    return undefined;
  }

  closeMenu(back) {
    if (this.menu.hidden) return;
    this.menu.hidden = true;
    this.menuOf.saver.setAttribute("aria-expanded", "false");
    if (back) this.menuOf.saver.focus();
  }
}

// Marks of all plans with numbers in their order; the same mark of two plans is one.
function merged(plans) {
  const marks = new Map();
  plans.forEach((plan, p) => {
    for (const { month, kind, says } of plan.marks) {
      const key = `${month}|${says}`;
      if (marks.has(key)) {
        if (!marks.get(key).plans.includes(p)) marks.get(key).plans.push(p);
      } else marks.set(key, { month, kind, says, plans: [p] });
    }
  });
  return [...marks.values()].sort((a, b) => a.month - b.month).map((mark, k) => ({ ...mark, number: k + 1 }));
}

function render({ model, el }) {
  const stage = new StageView(model, el);
  return () => stage.close();
}
export default { render };
