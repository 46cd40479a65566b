// What is drawn with? The same few strokes on a canvas or as SVG, so that a saved drawing is the picture on the screen.
// Points are flat: [x0, y0, x1, y1, ...].

const FONT = "Roboto, system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif";
const ruler = contextOf(document.createElement("canvas"));
/** @type {Map<string, HTMLCanvasElement>} */
const hatches = new Map(); // a small canvas for each colour, made once

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws on no canvas");
  return context;
}

/** @param {string} color */
function hatchOf(color) {
  let tile = hatches.get(color);
  if (!tile) {
    tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const context = contextOf(tile);
    context.strokeStyle = color;
    context.lineWidth = 1.6;
    context.beginPath();
    for (const shift of [-8, 0, 8]) {
      context.moveTo(shift - 1, 9);
      context.lineTo(shift + 9, -1);
    }
    context.stroke();
    hatches.set(color, tile);
  }
  return tile;
}

/** @param {string} text @param {number} size @param {number} weight */
function widthOf(text, size, weight = 400) {
  ruler.font = `${weight} ${size}px ${FONT}`;
  return ruler.measureText(text).width;
}

/** @type {Map<string, string>} */
const clipped = new Map();

// A text cut to a width, with an ellipsis; "" where not even some letters fit.
/** @param {string} text @param {number} width @param {number} size @param {number} weight */
function fitting(text, width, size, weight = 400) {
  if (widthOf(text, size, weight) <= width) return text;
  const key = `${text}|${Math.round(width)}|${size}|${weight}`;
  let short = clipped.get(key);
  if (short === undefined) {
    if (clipped.size > 500) clipped.clear();
    let n = text.length - 1;
    while (n > 0 && widthOf(text.slice(0, n).trimEnd() + "…", size, weight) > width) n -= 1;
    short = n >= 4 ? text.slice(0, n).trimEnd() + "…" : "";
    clipped.set(key, short);
  }
  return short;
}

/** @implements {Pen} */
class CanvasPen {
  /** @param {CanvasRenderingContext2D} context */
  constructor(context) {
    this.context = context;
    this.keptKey = "";
    this.layer = document.createElement("canvas"); // where what is kept is drawn
  }

  // What stands still is drawn once, until its key is another.
  /** @type {Pen["kept"]} */
  kept(key, width, height, draw) {
    const c = this.context;
    const ratio = c.getTransform().a;
    if (this.keptKey !== `${key}|${ratio}`) {
      this.keptKey = `${key}|${ratio}`;
      this.layer.width = Math.round(width * ratio);
      this.layer.height = Math.round(height * ratio);
      const under = contextOf(this.layer);
      under.setTransform(ratio, 0, 0, ratio, 0, 0);
      draw(new CanvasPen(under));
    }
    c.drawImage(this.layer, 0, 0, width, height);
  }

  /** @type {Pen["at"]} */
  at(x, y, draw) {
    this.context.save();
    this.context.translate(x, y);
    draw();
    this.context.restore();
  }

  /** @type {Pen["clip"]} */
  clip(x, y, width, height, draw) {
    const c = this.context;
    c.save();
    c.beginPath();
    c.rect(x, y, width, height);
    c.clip();
    draw();
    c.restore();
  }

  /** @param {Points} points @param {boolean} closed */
  trace(points, closed) {
    const c = this.context;
    c.beginPath();
    for (let k = 0; k + 1 < points.length; k += 2) c.lineTo(points[k], points[k + 1]);
    if (closed) c.closePath();
  }

  /** @param {string} [fill] @param {string} [hatch] */
  filled(fill, hatch) {
    return (hatch && this.context.createPattern(hatchOf(hatch), "repeat")) || fill || "transparent";
  }

  /** @type {Pen["line"]} */
  line(points, { color, width = 1, dash, alpha = 1 }) {
    if (points.length < 4) return;
    const c = this.context;
    c.globalAlpha = alpha;
    c.strokeStyle = color;
    c.lineWidth = width;
    c.lineJoin = "round";
    c.lineCap = dash ? "butt" : "round";
    c.setLineDash(dash || []);
    this.trace(points, false);
    c.stroke();
    c.setLineDash([]);
    c.globalAlpha = 1;
  }

  /** @type {Pen["area"]} */
  area(points, { fill, hatch, alpha = 1 }) {
    if (points.length < 6) return;
    const c = this.context;
    this.trace(points, true);
    c.globalAlpha = alpha;
    c.fillStyle = this.filled(fill, hatch);
    c.fill();
    c.globalAlpha = 1;
  }

  /** @type {Pen["rect"]} */
  rect(x, y, width, height, { fill, stroke, hatch, radius = 0, alpha = 1 }) {
    const c = this.context;
    c.globalAlpha = alpha;
    c.beginPath();
    if (radius) c.roundRect(x, y, width, height, radius);
    else c.rect(x, y, width, height);
    if (hatch || fill) {
      c.fillStyle = this.filled(fill, hatch);
      c.fill();
    }
    if (stroke) {
      c.lineWidth = 1;
      c.strokeStyle = stroke;
      c.stroke();
    }
    c.globalAlpha = 1;
  }

  /** @type {Pen["circle"]} */
  circle(x, y, radius, { fill, stroke, width = 1, alpha = 1 }) {
    const c = this.context;
    c.globalAlpha = alpha;
    c.beginPath();
    c.arc(x, y, radius, 0, 2 * Math.PI);
    if (fill) {
      c.fillStyle = fill;
      c.fill();
    }
    if (stroke) {
      c.lineWidth = width;
      c.strokeStyle = stroke;
      c.stroke();
    }
    c.globalAlpha = 1;
  }

  // Very many dots of one colour; small ones are squares, which no one sees and is ten times faster.
  /** @type {Pen["dots"]} */
  dots(points, radius, { fill, alpha = 1 }) {
    const c = this.context;
    c.globalAlpha = alpha;
    c.fillStyle = fill;
    if (radius < 1.6) {
      const side = radius * 1.8;
      for (let k = 0; k < points.length; k += 2) c.fillRect(points[k] - side / 2, points[k + 1] - side / 2, side, side);
    } else {
      c.beginPath();
      for (let k = 0; k < points.length; k += 2) {
        c.moveTo(points[k] + radius, points[k + 1]);
        c.arc(points[k], points[k + 1], radius, 0, 2 * Math.PI);
      }
      c.fill();
    }
    c.globalAlpha = 1;
  }

  // Very many lines of one colour: [x0, y0, x1, y1] each.
  /** @type {Pen["strokes"]} */
  strokes(points, { color, width = 1, alpha = 1 }) {
    const c = this.context;
    c.globalAlpha = alpha;
    c.strokeStyle = color;
    c.lineWidth = width;
    c.beginPath();
    for (let k = 0; k < points.length; k += 4) {
      c.moveTo(points[k], points[k + 1]);
      c.lineTo(points[k + 2], points[k + 3]);
    }
    c.stroke();
    c.globalAlpha = 1;
  }

  /** @type {Pen["text"]} */
  text(text, x, y, { color, size = 11, weight = 400, anchor = "start", halo }) {
    const c = this.context;
    c.font = `${weight} ${size}px ${FONT}`;
    c.textAlign = anchor === "middle" ? "center" : anchor;
    c.textBaseline = "alphabetic";
    if (halo) {
      c.strokeStyle = halo;
      c.lineWidth = 3;
      c.lineJoin = "round";
      c.strokeText(text, x, y);
    }
    c.fillStyle = color;
    c.fillText(text, x, y);
  }
}

/** @type {Record<string, string>} */
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (/** @type {string} */ text) => text.replace(/[&<>"]/g, (letter) => ESCAPES[letter]);
const round = (/** @type {number} */ number) => Math.round(number * 100) / 100;

/** @implements {Pen} */
class SvgPen {
  constructor() {
    /** @type {string[]} */
    this.parts = [];
    /** @type {Map<string, string>} */
    this.defs = new Map();
  }

  /** @type {Pen["kept"]} */
  kept(_key, _width, _height, draw) {
    draw(this);
  }

  /** @type {Pen["at"]} */
  at(x, y, draw) {
    this.parts.push(`<g transform="translate(${round(x)} ${round(y)})">`);
    draw();
    this.parts.push("</g>");
  }

  /** @type {Pen["clip"]} */
  clip(x, y, width, height, draw) {
    const id = `clip${this.defs.size}`;
    this.defs.set(id, `<clipPath id="${id}"><rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"/></clipPath>`);
    this.parts.push(`<g clip-path="url(#${id})">`);
    draw();
    this.parts.push("</g>");
  }

  /** @param {Points} points @param {boolean} closed */
  trace(points, closed) {
    let path = "";
    for (let k = 0; k + 1 < points.length; k += 2) path += `${k ? "L" : "M"}${round(points[k])} ${round(points[k + 1])}`;
    return path + (closed ? "Z" : "");
  }

  /** @param {string} [fill] @param {string} [hatch] */
  filled(fill, hatch) {
    if (!hatch) return fill || "none";
    const id = `hatch${hatch.replace(/\W/g, "")}`;
    this.defs.set(
      id,
      `<pattern id="${id}" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M-1 9L9 -1M-9 9L1 -1M7 9L17 -1" stroke="${hatch}" stroke-width="1.6"/></pattern>`,
    );
    return `url(#${id})`;
  }

  /** @type {Pen["line"]} */
  line(points, { color, width = 1, dash, alpha = 1 }) {
    if (points.length < 4) return;
    const dashed = dash ? ` stroke-dasharray="${dash.join(" ")}"` : ' stroke-linecap="round"';
    this.parts.push(`<path d="${this.trace(points, false)}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linejoin="round" opacity="${alpha}"${dashed}/>`);
  }

  /** @type {Pen["area"]} */
  area(points, { fill, hatch, alpha = 1 }) {
    if (points.length < 6) return;
    this.parts.push(`<path d="${this.trace(points, true)}" fill="${this.filled(fill, hatch)}" opacity="${alpha}"/>`);
  }

  /** @type {Pen["rect"]} */
  rect(x, y, width, height, { fill, stroke, hatch, radius = 0, alpha = 1 }) {
    this.parts.push(
      `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="${radius}" fill="${this.filled(fill, hatch)}" stroke="${stroke || "none"}" opacity="${alpha}"/>`,
    );
  }

  /** @type {Pen["circle"]} */
  circle(x, y, radius, { fill, stroke, width = 1, alpha = 1 }) {
    this.parts.push(
      `<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}" fill="${fill || "none"}" stroke="${stroke || "none"}" stroke-width="${width}" opacity="${alpha}"/>`,
    );
  }

  // One path of points with round ends: small files, and still dots.
  /** @type {Pen["dots"]} */
  dots(points, radius, { fill, alpha = 1 }) {
    if (!points.length) return;
    let path = "";
    for (let k = 0; k < points.length; k += 2) path += `M${round(points[k])} ${round(points[k + 1])}h0`;
    this.parts.push(`<path d="${path}" stroke="${fill}" stroke-width="${round(2 * radius)}" stroke-linecap="round" opacity="${alpha}"/>`);
  }

  /** @type {Pen["strokes"]} */
  strokes(points, { color, width = 1, alpha = 1 }) {
    let path = "";
    for (let k = 0; k < points.length; k += 4) path += `M${round(points[k])} ${round(points[k + 1])}L${round(points[k + 2])} ${round(points[k + 3])}`;
    if (path) this.parts.push(`<path d="${path}" stroke="${color}" stroke-width="${width}" opacity="${alpha}"/>`);
  }

  /** @type {Pen["text"]} */
  text(text, x, y, { color, size = 11, weight = 400, anchor = "start", halo }) {
    const ring = halo ? ` paint-order="stroke" stroke="${halo}" stroke-width="3" stroke-linejoin="round"` : "";
    this.parts.push(
      `<text x="${round(x)}" y="${round(y)}" fill="${color}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"${ring}>${escaped(text)}</text>`,
    );
  }

  // The whole drawing as a file.
  /** @param {number} width @param {number} height @param {string} title */
  file(width, height, title) {
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT.replace(/"/g, "'")}">` +
      `<title>${escaped(title)}</title><defs>${[...this.defs.values()].join("")}</defs>${this.parts.join("\n")}</svg>`
    );
  }
}
