// What was told of a plan so far, and what happened in all of them.

// The curves of one plan, and what its districts and schools are like now.
class PlanData {
  /** @param {number} stride @param {number} months */
  constructor(stride, months) {
    this.stride = stride;
    this.data = new Float32Array(stride * months);
    this.rows = 0;
    /** @type {Card[]} */
    this.cards = [];
    /** @type {Happened[]} */
    this.marks = [];
    this.story = "";
    /** @type {Float32Array | null} */
    this.districts = null;
    /** @type {Uint8Array | null} */
    this.schools = null;
  }

  /** @param {number} row @param {number} column */
  value(row, column) {
    return this.data[row * this.stride + column];
  }

  // What a district is coloured by, or one of its schools; NaN where nothing was told yet.
  /** @param {number} district @param {number | undefined} school @param {number} shade */
  shaded(district, school, shade) {
    if (school === undefined) return this.districts?.[3 * district + shade] ?? NaN;
    return (this.schools?.[3 * school + shade] ?? NaN) / 255;
  }

  // False where months are missing in between.
  /** @param {Given} given @param {Bytes} curves @param {Bytes} districts @param {Bytes} schools */
  take(given, curves, districts, schools) {
    if (given.first > this.rows) return false;
    this.data.set(floats(curves), given.first * this.stride);
    this.rows = given.first + given.rows;
    this.story = given.story ?? "";
    this.cards = given.cards ?? [];
    this.marks = given.marks ?? [];
    this.districts = floats(districts);
    if (schools.byteLength) this.schools = new Uint8Array(aligned(schools));
    return true;
  }
}

// Marks of all plans with numbers in their order; the same mark of two plans is one.
/** @param {PlanData[]} plans @returns {Mark[]} */
function merged(plans) {
  /** @type {Map<string, Mark>} */
  const marks = new Map();
  plans.forEach((plan, p) => {
    for (const { month, kind, says } of plan.marks) {
      const key = `${month}|${says}`;
      const same = marks.get(key);
      if (!same) marks.set(key, { month, kind, says, plans: [p], number: 0 });
      else if (!same.plans.includes(p)) same.plans.push(p);
    }
  });
  return [...marks.values()].sort((a, b) => a.month - b.month).map((mark, k) => ({ ...mark, number: k + 1 }));
}
