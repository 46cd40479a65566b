// How are numbers, dates and names said? In the language of the setup, with its texts.

const NOTHING = "–"; // where there is no number

class Words {
  /** @param {Setup} setup */
  constructor(setup) {
    this.texts = setup.texts;
    this.lang = setup.lang || "en";
    this.startYear = setup.startYear;
    /** @type {Map<string, Intl.NumberFormat>} */
    this.formats = new Map();
    this.dates = new Intl.DateTimeFormat(this.lang, { month: "long", year: "numeric", timeZone: "UTC" });
  }

  // A text with {words in braces} filled in; the key itself where there is none, so that a gap is seen.
  /** @param {string} key @param {Record<string, string>} [fill] */
  text(key, fill) {
    const text = this.texts[key] ?? key;
    return fill ? text.replace(/\{(\w+)\}/g, (all, /** @type {string} */ word) => fill[word] ?? all) : text;
  }

  /** @param {number} value @param {Intl.NumberFormatOptions} options */
  number(value, options) {
    const key = JSON.stringify(options);
    const format = this.formats.get(key) ?? new Intl.NumberFormat(this.lang, options);
    this.formats.set(key, format);
    return format.format(value).replace("-", "−");
  }

  // A short difference: one digit, with its sign but for zero.
  /** @param {number} value */
  signed(value) {
    return this.number(value, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
  }

  /** @param {number} value @param {Sign} [sign] */
  count(value, sign) {
    /** @type {Intl.NumberFormatOptions} */
    const options = { maximumFractionDigits: 0, signDisplay: sign };
    if (Math.abs(value) >= 100000) Object.assign(options, { notation: "compact", maximumSignificantDigits: 3 });
    return this.number(value, options);
  }

  /** @param {number} value @param {Sign} [sign] */
  share(value, sign) {
    const small = value !== 0 && Math.abs(value) < 0.0195 ? 1 : 0;
    return this.number(value, { style: "percent", maximumFractionDigits: small, signDisplay: sign });
  }

  // The number of an amount: three digits that count.
  /** @param {number} value */
  dollars(value) {
    return this.number(value, { notation: "compact", maximumSignificantDigits: 3 });
  }

  // A value in one of the model's units.
  /** @param {number | string} value @param {string} unit @param {Sign} sign */
  value(value, unit, sign = "auto") {
    if (typeof value === "string") return value;
    if (unit === "share") return this.share(value, sign);
    if (unit === "USD") {
      const before = value < 0 ? "−" : value > 0 && sign === "exceptZero" ? "+" : "";
      return before + this.text("money", { value: this.dollars(Math.abs(value)) });
    }
    if (unit === "h/week") {
      if (Math.abs(value) < 0.05) value = 0; // not "-0.0"
      return this.text("unit_hours", { value: this.number(value, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: sign }) });
    }
    if (unit === "SD/year") {
      return this.text("unit_sd", { value: this.number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: sign }) });
    }
    if (["schools", "teachers", "pupils", "districts", "months"].includes(unit)) return this.count(value, sign);
    return this.number(value, { maximumSignificantDigits: 3, signDisplay: sign });
  }

  // A difference: of shares in percentage points.
  /** @param {number} value @param {string} unit @param {Sign} sign */
  difference(value, unit, sign = "auto") {
    if (unit !== "share") return this.value(value, unit, sign);
    const digits = Math.abs(value) < 0.0095 ? 1 : 0;
    const said = this.number(100 * value, { maximumFractionDigits: digits, signDisplay: sign });
    return this.text(/^\D?1$/.test(said) ? "unit_point" : "unit_points", { value: said });
  }

  // Values on an axis: short.
  /** @param {number} value @param {string} unit */
  tick(value, unit) {
    if (unit === "share") return this.number(value, { style: "percent", maximumFractionDigits: 0 });
    if (unit === "USD") return this.dollars(value);
    if (unit === "points") return this.number(100 * value, { maximumFractionDigits: 1 });
    if (unit === "h/week") return this.number(value, { maximumFractionDigits: 2 });
    return this.number(value, { notation: Math.abs(value) >= 10000 ? "compact" : "standard", maximumFractionDigits: 2 });
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
