// Numbers, dates and names in the language of the setup. Numbers follow the rules of `numbers_in_words.py`, which sends its table of the language.

const NOTHING = "–"; // where there is no number
const ROUNDING_ERROR = 1e-11; // of a share: what is nearer to none or to all is so but for rounding

class Words {
  /** @param {Setup} setup */
  constructor(setup) {
    this.texts = setup.texts;
    this.lang = setup.lang || "en";
    this.numbers = setup.numbers;
    this.startYear = setup.startYear;
    this.dates = new Intl.DateTimeFormat(this.lang, { month: "long", year: "numeric", timeZone: "UTC" });
    /** @type {Map<string, Intl.NumberFormat>} */
    this.formats = new Map();
  }

  // A text with {words in braces} filled in; the key itself where there is none, so that a gap is seen.
  /** @param {string} key @param {Record<string, string>} [fill] */
  text(key, fill) {
    return this.fill(this.texts[key] ?? key, fill);
  }

  /** @param {string} text @param {Record<string, string>} [fill] */
  fill(text, fill) {
    return fill ? text.replace(/\{(\w+)\}/g, (all, /** @type {string} */ word) => fill[word] ?? all) : text;
  }

  /** @param {string} key */
  has(key) {
    return key in this.texts;
  }

  // A number with the signs of the language. It is rounded as a text, as people read it: 0.285 is 28.5 %, though no double is.
  /** @param {number} value @param {Intl.NumberFormatOptions} options @param {boolean} [sign] */
  written(value, options, sign) {
    if (Number.isNaN(value)) return NOTHING;
    const key = JSON.stringify(options);
    const format = this.formats.get(key) ?? new Intl.NumberFormat("en", { useGrouping: false, ...options });
    this.formats.set(key, format);
    const [whole = "", rest] = format.format(/** @type {any} */ (String(Math.abs(value)))).replace("%", "").split(".");
    const { decimal, thousands, grouped_from } = this.numbers;
    const grouped = whole.length >= grouped_from ? whole.replace(/\B(?=(\d{3})+$)/g, thousands) : whole;
    const text = rest ? grouped + decimal + rest : grouped;
    return this.signed(value, sign, text) + text;
  }

  /** @param {number} value @param {boolean | undefined} sign @param {string} text */
  signed(value, sign, text) {
    if (!/[1-9∞]/.test(text)) return "";
    return value < 0 ? "−" : sign ? "+" : "";
  }

  /** @param {string} form @param {string} n */
  say(form, n) {
    return n === NOTHING ? n : this.fill(form, { n });
  }

  // At most so many digits after the decimal sign; with `sign` a plus is written too.
  /** @param {number} value */
  number(value, digits = 0, sign = false) {
    return this.written(value, { maximumFractionDigits: digits }, sign);
  }

  // Two digits that count, three from 1,000 on.
  /** @param {number} value */
  significant(value, sign = false) {
    return this.written(value, { maximumSignificantDigits: Math.abs(value) >= 1000 ? 3 : 2 }, sign);
  }

  /** @param {number} share @param {number} [digits] */
  percent(share, digits) {
    const sides = [Math.abs(share), Math.abs(1 - share)];
    const near = Math.min(...sides);
    const little = digits === undefined && near > ROUNDING_ERROR && near < 0.02;
    const [before, value] = !little || near >= 0.0005 ? ["", share] : sides[0] < sides[1] ? ["<", 0.001] : [">", 0.999];
    const n = this.written(value, { style: "percent", maximumFractionDigits: digits ?? (little ? 1 : 0) });
    return before + this.say(this.numbers.percent, n);
  }

  // A difference of shares in percentage points: one digit below 10, whole from 10 on.
  /** @param {number} difference */
  inPoints(difference, sign = false) {
    return this.written(difference, { style: "percent", maximumFractionDigits: Math.abs(difference) < 0.1 ? 1 : 0 }, sign);
  }

  /** @param {number} difference */
  points(difference, sign = false) {
    const n = this.inPoints(difference, sign);
    return this.say(/^\D?1$/.test(n) ? this.numbers.point : this.numbers.points, n);
  }

  // US dollars: three digits that count, cents below 100.
  /** @param {number} usd */
  money(usd, sign = false) {
    const size = Math.abs(usd);
    const digits = size < 99.995 ? { maximumFractionDigits: 2 } : { maximumSignificantDigits: 3 };
    const rounded = Number(Intl.NumberFormat("en", { useGrouping: false, ...digits }).format(/** @type {any} */ (String(size))));
    const large = this.numbers.large.find(([least]) => rounded >= least);
    let n = this.written(large ? Number((rounded / large[0]).toPrecision(3)) : rounded, { maximumFractionDigits: 2 });
    if (large) n = this.say(n === "1" ? large[1] : large[2], n);
    else if (n.split(this.numbers.decimal)[1]?.length === 1) n += "0";
    return this.signed(usd, sign, n) + this.say(this.numbers.money, n);
  }

  // A number on an axis: 450K, 1.2M.
  /** @param {number} value */
  short(value) {
    const rounded = Number(value.toPrecision(3));
    const found = this.numbers.short.find(([least]) => Math.abs(rounded) >= Math.max(least, 10000));
    const n = this.written(found ? rounded / found[0] : rounded, { maximumSignificantDigits: 3 });
    return found ? this.say(found[1], n) : n;
  }

  // A value in one of the model's units; with `sign` a plus is written too.
  /** @param {number | string} value @param {string} unit */
  value(value, unit, sign = false) {
    if (typeof value === "string") return value;
    if (unit === "share") return this.percent(value);
    if (unit === "USD") return this.money(value, sign);
    if (unit === "h/week") return this.text("unit_hours", { value: this.number(value, 1, sign) });
    if (unit === "SD/year") return this.text("unit_sd", { value: this.significant(value, sign) });
    if (["schools", "teachers", "pupils", "districts", "months"].includes(unit)) return this.number(value, 0, sign);
    return this.significant(value, sign);
  }

  // A difference: of shares in percentage points.
  /** @param {number} value @param {string} unit */
  difference(value, unit, sign = false) {
    return unit === "share" ? this.points(value, sign) : this.value(value, unit, sign);
  }

  // Values on an axis: short.
  /** @param {number} value @param {string} unit */
  tick(value, unit) {
    if (unit === "share") return this.percent(value, 2);
    if (unit === "points") return this.number(100 * value, 1);
    return this.short(value);
  }

  // The month that is the row of curves `row`: "March 2019".
  /** @param {number} row */
  date(row) {
    const months = Math.round(this.startYear * 12) + Math.max(row, 0);
    return this.dates.format(Date.UTC(Math.floor(months / 12), months % 12, 15));
  }

  /** @param {number} index */
  plan(index) {
    return this.text(index ? "plan_b" : "plan_a");
  }
}
