// Where has it spread? Districts as bubbles by teachers over dots of schools; one district with its schools when it is picked.

/** @type {Shade[]} */
const SHADES = ["adoption", "fidelity", "strain"];
const STRAIN_STEPS = [0.2, 0.3, 0.4, 0.5];
const FOOT = 44; // px of height of the legend
const DISC = 2; // radius of a district's disc, of its bubble

// 0 is none; 1 to 5 are the steps of a ramp.
/** @param {number} value @param {Shade} shade */
function stepOf(value, shade) {
  if (shade === "strain") return 1 + STRAIN_STEPS.filter((edge) => value >= edge).length;
  return value <= 0 ? 0 : Math.min(5, 1 + Math.floor(value * 5));
}

// The shade of this name, if it is one.
/** @param {string} name */
function shadeOf(name) {
  return SHADES.find((shade) => shade === name);
}

// The same for all values in 1/255, looked up.
const stepsOf = (/** @type {Shade} */ shade) => Uint8Array.from({ length: 256 }, (_, k) => stepOf(k / 255, shade));
const STEPS = { adoption: stepsOf("adoption"), fidelity: stepsOf("fidelity"), strain: stepsOf("strain") };

/** @param {string} hex */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((k) => {
    const part = parseInt(hex.slice(k, k + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// The ink that is read best on a colour.
/** @param {string} hex */
function inkOn(hex) {
  const bright = luminance(hex);
  return 1.05 / (bright + 0.05) > (bright + 0.05) / 0.055 ? "#ffffff" : "#0b1520";
}

class SchoolMap extends Picture {
  constructor() {
    super("map", 430, "map");
    /** @type {Shade} */
    this.shade = "adoption";
    /** @type {{ district: number | null, school: number | null }} */
    this.picked = { district: null, school: null };
    /** @type {Map<string, View>} */
    this.views = new Map();
    /** @type {number[][]} */
    this.buckets = Array.from({ length: 6 }, () => []);
    this.real = false; // whether places are coordinates on a map
    this.districts = new Float32Array(); // x, y, radius
    this.teachers = new Int32Array(); // of each district
    this.links = new Int32Array(); // pairs of districts
    this.schools = new Float32Array(); // x, y
    this.first = new Int32Array(); // school of each district
    this.staff = new Uint16Array(); // of each school
    /** @type {string[]} */
    this.names = [];
    /** @type {{ first: number, names: string[] }} */
    this.schoolNames = { first: 0, names: [] };
    this.n = this.m = 0; // districts, schools
    /** @type {number[]} */
    this.order = []; // districts, the largest first
    /** @type {Box} */
    this.bounds = { left: 0, top: 0, right: 1, bottom: 1 };
  }

  // Takes the places of a setup.
  /** @param {Setup} setup @param {Bytes[]} buffers */
  settle(setup, buffers) {
    const [districts, teachers, links, schools, first, staff] = buffers;
    this.real = setup.places;
    this.districts = floats(districts);
    this.teachers = new Int32Array(aligned(teachers));
    this.links = new Int32Array(aligned(links));
    this.schools = floats(schools);
    this.first = new Int32Array(aligned(first));
    this.staff = new Uint16Array(aligned(staff));
    this.names = setup.names;
    this.schoolNames = { first: 0, names: [] };
    this.n = this.teachers.length;
    this.m = this.staff.length;
    this.order = [...this.teachers.keys()].sort((a, b) => this.teachers[b] - this.teachers[a]);
    this.bounds = this.box(0, this.n, 0, this.m);
    this.views.clear();
    if (this.picked.district !== null && this.picked.district >= this.n) this.picked = { district: null, school: null };
  }

  /** @param {number} from @param {number} to @param {number} firstSchool @param {number} lastSchool @returns {Box} */
  box(from, to, firstSchool, lastSchool) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    const take = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ r) => {
      left = Math.min(left, x - r);
      right = Math.max(right, x + r);
      top = Math.min(top, y - r);
      bottom = Math.max(bottom, y + r);
    };
    for (let i = from; i < to; i += 1) take(this.districts[3 * i], this.districts[3 * i + 1], this.districts[3 * i + 2] * (this.real ? 1 : DISC));
    for (let j = firstSchool; j < lastSchool; j += 1) take(this.schools[2 * j], this.schools[2 * j + 1], 0);
    return { left, top, right, bottom };
  }

  /** @param {World} world */
  note(world) {
    return world.words.text(this.real ? "legend_size" : "legend_layout");
  }

  // As high as the whole system needs at this width.
  /** @type {Picture["heightFor"]} */
  heightFor(width, world) {
    const box = this.bounds;
    const head = FOOT + 24 + this.head(world);
    return Math.max(230, Math.min(430, head + ((width - 12) * (box.bottom - box.top)) / (box.right - box.left)));
  }

  /** @param {number} i */
  lastSchool(i) {
    return i + 1 < this.n ? this.first[i + 1] : this.m;
  }

  // How places become pixels: the whole system, or one district.
  /** @param {number} width @param {number} height @param {World} world @returns {View} */
  view(width, height, world) {
    const i = this.picked.district;
    const key = `${width}|${height}|${i}|${world.plans.length}`;
    const known = this.views.get(key);
    if (known) return known;
    if (this.views.size > 8) this.views.clear();
    const box = i === null ? this.bounds : this.districtBox(i);
    const head = this.head(world);
    const pad = i !== null ? 22 : this.real ? 18 : 6;
    const room = { width: width - 2 * pad, height: height - FOOT - head - 2 * pad };
    const scale = Math.min(room.width / (box.right - box.left), room.height / (box.bottom - box.top));
    const dx = width / 2 - (scale * (box.left + box.right)) / 2;
    const dy = head + pad + room.height / 2 - (scale * (box.top + box.bottom)) / 2;
    const xy = new Float32Array(this.schools.length);
    for (let k = 0; k < xy.length; k += 2) {
      xy[k] = this.schools[k] * scale + dx;
      xy[k + 1] = this.schools[k + 1] * scale + dy;
    }
    const area = (scale * (box.right - box.left)) * (scale * (box.bottom - box.top));
    const shown = i === null ? this.m : this.lastSchool(i) - this.first[i];
    const dot = Math.min(i === null ? 2.6 : 9, Math.max(0.55, 0.27 * Math.sqrt(area / Math.max(shown, 1))));
    const view = { key, scale, dx, dy, xy, dot, picked: i };
    this.views.set(key, view);
    return view;
  }

  /** @param {number} i */
  districtBox(i) {
    const box = this.real ? this.box(0, 0, this.first[i], this.lastSchool(i)) : this.box(i, i + 1, 0, 0);
    const least = this.real ? Math.max(0.02, this.districts[3 * i + 2]) : 1e-4;
    if (box.right - box.left < least || !Number.isFinite(box.left)) {
      const x = this.districts[3 * i];
      Object.assign(box, { left: Math.min(box.left, x - least), right: Math.max(box.right, x + least) });
    }
    if (box.bottom - box.top < least) {
      const y = this.districts[3 * i + 1];
      Object.assign(box, { top: Math.min(box.top, y - least), bottom: Math.max(box.bottom, y + least) });
    }
    return box;
  }

  /** @param {View} view @param {number} i */
  place(view, i) {
    return [this.districts[3 * i] * view.scale + view.dx, this.districts[3 * i + 1] * view.scale + view.dy, Math.max(this.districts[3 * i + 2] * view.scale, 1.5)];
  }

  /** @type {Picture["draw"]} */
  draw(pen, width, height, world, facet) {
    if (width < 40) return;
    const view = this.view(width, height, world);
    const plan = world.plans[facet];
    const head = this.head(world);
    this.drawHead(pen, world, facet);
    pen.clip(0, head, width, height - FOOT - head, () => {
      pen.kept(`${view.key}|${world.theme.name}|${world.setup.run}`, width, height, (under) => this.ground(under, view, world));
      this.drawSchools(pen, view, plan, world);
      this.drawDistricts(pen, view, plan, world);
      if (view.picked !== null) {
        const top = head + 18;
        pen.text(this.name(world, { district: view.picked }), 8, top, { color: world.theme.ink, size: 14, weight: 600, halo: world.theme.halo });
        pen.text(this.size(world, { district: view.picked }), 8, top + 16, { color: world.theme.soft, size: 11.5, halo: world.theme.halo });
      }
      if (world.aim?.facet === facet) this.drawAim(pen, view, world, world.aim);
    });
    this.legend(pen, width, height, world);
  }

  // What stands still: the land and who looks to whom.
  /** @param {Pen} pen @param {View} view @param {World} world */
  ground(pen, view, world) {
    const { theme } = world;
    if (this.real) {
      pen.dots(view.xy, Math.max(7, Math.min(view.picked === null ? 26 : 15, view.scale * 0.03)), { fill: theme.land });
    } else {
      for (let i = 0; i < this.n; i += 1) {
        const [x, y, r] = this.place(view, i);
        pen.circle(x, y, r * DISC + Math.max(2.5, r * 0.22), { fill: theme.land });
      }
    }
    if (view.picked !== null) return;
    // nearer ones are seen better; in a thicket far ones are left out
    const far = Math.max(0.13, Math.min(1, 3.2 / Math.sqrt(this.n)));
    /** @type {number[]} */
    const near = [];
    /** @type {number[]} */
    const wide = [];
    for (let k = 0; k < this.links.length; k += 2) {
      const [a, b] = [this.links[k], this.links[k + 1]];
      const [ax, ay] = this.place(view, a);
      const [bx, by] = this.place(view, b);
      const long = Math.hypot(ax - bx, ay - by) / view.scale;
      if (long < far / 2) near.push(ax, ay, bx, by);
      else if (long < far) wide.push(ax, ay, bx, by);
    }
    pen.strokes(wide, { color: theme.link, width: 0.75, alpha: 0.3 });
    pen.strokes(near, { color: theme.link, width: 1, alpha: 0.6 });
  }

  /** @param {Pen} pen @param {View} view @param {PlanData} plan @param {World} world */
  drawSchools(pen, view, plan, world) {
    const values = plan.schools;
    if (!values) return;
    const at = SHADES.indexOf(this.shade);
    const steps = STEPS[this.shade];
    const colors = world.theme.ramps[this.shade];
    const [from, to] = view.picked === null ? [0, this.m] : [this.first[view.picked], this.lastSchool(view.picked)];
    for (const bucket of this.buckets) bucket.length = 0;
    for (let j = from; j < to; j += 1) this.buckets[steps[values[3 * j + at]]].push(view.xy[2 * j], view.xy[2 * j + 1]);
    this.buckets.forEach((bucket, step) => {
      if (view.picked !== null && view.dot > 2.5) pen.dots(bucket, view.dot + 1, { fill: world.theme.surface });
      pen.dots(bucket, view.dot, { fill: step ? colors[step] : world.theme.empty, alpha: step || view.picked !== null ? 1 : 0.8 });
    });
    const j = this.picked.school;
    if (j !== null) pen.circle(view.xy[2 * j], view.xy[2 * j + 1], view.dot + 3, { stroke: world.theme.ink, width: 2 });
  }

  /** @param {Pen} pen @param {View} view @param {PlanData} plan @param {World} world */
  drawDistricts(pen, view, plan, world) {
    const values = plan.districts;
    if (!values) return;
    const at = SHADES.indexOf(this.shade);
    const { theme, words } = world;
    const colors = theme.ramps[this.shade];
    const labels = [];
    for (const i of this.order) {
      const mine = view.picked === i;
      if (mine && this.real) continue; // its schools are what is looked at
      const [x, y, r] = this.place(view, i);
      const value = values[3 * i + at];
      const color = colors[stepOf(value, this.shade)];
      if (view.picked === null || mine) pen.circle(x, y, r, { fill: color, stroke: theme.surface, width: r > 4 ? 1 : 0.5 });
      else pen.circle(x, y, r, { stroke: theme.link, width: 1.5, alpha: 0.8 });
      if (r >= 14 && (view.picked === null || mine)) labels.push({ i, x, y, color, text: words.percent(value), size: Math.min(mine ? 22 : 13, 6 + r / 3) });
    }
    for (const { i, x, y, color, text, size } of labels) {
      if (this.covered(view, i, x, y, widthOf(text, size, 600) / 2)) continue;
      pen.text(text, x, y + size * 0.36, { color: inkOn(color), size, weight: 600, anchor: "middle" });
    }
    if (this.real) this.label(pen, view, world);
  }

  // Whether a smaller bubble of a real map lies on the middle of this one.
  /** @param {View} view @param {number} i @param {number} x @param {number} y @param {number} half */
  covered(view, i, x, y, half) {
    if (!this.real) return false;
    for (let k = this.order.indexOf(i) + 1; k < this.n; k += 1) {
      const [cx, cy, r] = this.place(view, this.order[k]);
      if (Math.abs(cx - x) < half + r && Math.abs(cy - y) < 6 + r) return true;
    }
    return false;
  }

  // Names of the biggest districts of a real system, where they do not cover each other.
  /** @param {Pen} pen @param {View} view @param {World} world */
  label(pen, view, world) {
    /** @type {number[][]} */
    const taken = [];
    let left = 8;
    for (const i of this.order) {
      if (!left) break;
      if (view.picked === i) continue;
      const [x, y, r] = this.place(view, i);
      const half = widthOf(this.names[i], 11, 500) / 2 + 3;
      const box = [x - half, y + r + 2, x + half, y + r + 16];
      if (taken.some(([a, b, c, d]) => box[0] < c && box[2] > a && box[1] < d && box[3] > b)) continue;
      taken.push(box);
      left -= 1;
      pen.text(this.names[i], x, y + r + 13, { color: world.theme.ink, size: 11, weight: 500, anchor: "middle", halo: world.theme.halo });
    }
  }

  /** @param {Pen} pen @param {View} view @param {World} world @param {Place} place */
  drawAim(pen, view, world, { district, school }) {
    if (school !== undefined) pen.circle(view.xy[2 * school], view.xy[2 * school + 1], view.dot + 2.5, { stroke: world.theme.ink, width: 1.75 });
    else {
      const [x, y, r] = this.place(view, district);
      pen.circle(x, y, r + 2, { stroke: world.theme.ink, width: 1.75 });
    }
  }

  /** @param {Pen} pen @param {number} width @param {number} height @param {World} world */
  legend(pen, width, height, world) {
    const { theme, words } = world;
    const colors = theme.ramps[this.shade];
    const says = words.text(`legend_${this.shade}`);
    const room = width - widthOf(says, SMALL) - 24 - widthOf(words.text("none"), SMALL) - 18;
    const long = Math.max(18, Math.min(34, room / 5));
    const y = height - FOOT + 12;
    let x = 4;
    if (this.shade !== "strain") {
      pen.rect(x, y, 14, 9, { fill: colors[0], radius: 2 });
      pen.text(words.text("none"), x, y + 23, { color: theme.soft, size: SMALL });
      x += Math.max(30, widthOf(words.text("none"), SMALL) + 18);
    }
    for (let step = 1; step <= 5; step += 1) pen.rect(x + long * (step - 1), y, long - 1.5, 9, { fill: colors[step], radius: 1 });
    const edges = this.shade === "strain" ? [null, ...STRAIN_STEPS, null] : [0, 0.2, 0.4, 0.6, 0.8, 1];
    edges.forEach((edge, k) => {
      if (edge !== null && (long >= 30 || k % 5 === 0 || this.shade === "strain")) {
        pen.text(words.tick(edge, "share"), x + long * k, y + 23, { color: theme.soft, size: SMALL, anchor: "middle" });
      }
    });
    const begin = x + 5 * long + 14;
    pen.text(fitting(says, width - begin, SMALL), begin, y + 8.5, { color: theme.soft, size: SMALL });
  }

  // What is at a point: a school of the district that is shown, or a district.
  /** @param {number} x @param {number} y @param {number} width @param {number} height @param {World} world @returns {Place | null} */
  find(x, y, width, height, world) {
    const view = this.view(width, height, world);
    if (view.picked !== null) {
      let [best, near] = [-1, Math.max(view.dot + 3, 9) ** 2];
      for (let j = this.first[view.picked]; j < this.lastSchool(view.picked); j += 1) {
        const apart = (view.xy[2 * j] - x) ** 2 + (view.xy[2 * j + 1] - y) ** 2;
        if (apart < near) [best, near] = [j, apart];
      }
      if (best >= 0) return { district: view.picked, school: best };
    }
    let [best, near] = [-1, 1];
    for (let i = 0; i < this.n; i += 1) {
      const [cx, cy, r] = this.place(view, i);
      const apart = Math.hypot(cx - x, cy - y) / Math.max(r + 1, 7);
      if (apart < near) [best, near] = [i, apart];
    }
    return best < 0 ? null : { district: best };
  }

  // What is said of a place.
  /** @param {World} world @param {Place} aim @param {number} facet */
  read(world, aim, facet) {
    const { words } = world;
    const plan = world.plans[facet];
    const { district, school } = aim;
    const value = (/** @type {number} */ k) => plan.shaded(district, school, k);
    const said = SHADES.map((shade, k) => ({
      name: words.text(`shade_${shade}`),
      fill: world.theme.ramps[shade][stepOf(value(k), shade)],
      value: shade === "fidelity" && value(0) === 0 ? NOTHING : words.percent(value(k)),
    }));
    return { head: this.name(world, aim), said, foot: this.size(world, aim) };
  }

  /** @param {World} world @param {Place} place */
  name(world, { district, school }) {
    if (school === undefined) return world.words.text("district", { name: this.names[district] });
    const { first, names } = this.schoolNames;
    return world.words.text("school", { name: names[school - first] ?? String(school - this.first[district] + 1) });
  }

  /** @param {World} world @param {Place} place */
  size(world, { district, school }) {
    const { words } = world;
    if (school !== undefined) return words.text("teachers", { n: words.number(this.staff[school]) });
    return words.text("teachers_schools", {
      n: words.number(this.teachers[district]), schools: words.number(this.lastSchool(district) - this.first[district]),
    });
  }
}

// A buffer as whole numbers of its own, wherever it lay in the message.
/** @param {Bytes} buffer */
function aligned(buffer) {
  return buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength);
}

/** @param {Bytes} buffer */
function floats(buffer) {
  return new Float32Array(aligned(buffer));
}
