// The shapes that Python and the scripts of the picture hand to each other. Messages are those of ../frame.py, which says what they mean.

type Bytes = DataView<ArrayBuffer>;

// --- messages from Python, and what the browser answers

// The table of a language: `language_table` of `foundation/numbers_in_words.py`. Steps of large numbers: from where on, and their forms.
interface Numbers {
  decimal: string;
  thousands: string;
  grouped_from: number;
  percent: string;
  point: string;
  points: string;
  money: string;
  large: [number, string, string][];
  short: [number, string][];
}

interface Setup {
  kind: "setup";
  run: number;
  title: string;
  source: string;
  lang: string;
  texts: Record<string, string>;
  numbers: Numbers;
  columns: string[];
  less: string[];
  funders: { name: string; public: boolean }[];
  barriers: string[];
  months: number;
  startYear: number;
  teachers: number;
  observed: Observed[];
  counts: string;
  countsFactor: number;
  places: boolean;
  names: string[];
}

interface Observed {
  month: number;
  value: number;
  source: string;
}

interface Frame {
  kind: "frame";
  run: number;
  month: number;
  playing: boolean;
  over: boolean;
  plans: Given[];
}

// New months of one plan. The story and cards are the page's own: Mesa's page has marks alone.
interface Given {
  first: number;
  rows: number;
  story?: string;
  cards?: Card[];
  marks?: Happened[];
}

interface Card {
  key: string;
  value: number | string;
  unit: string;
  change: number | null;
  since: "year" | "ever";
  good: boolean | null;
  note: string;
}

interface Happened {
  month: number;
  kind: "event" | "lever";
  says: string;
}

interface Band {
  low: number[];
  high: number[];
}

interface BandsMessage {
  kind: "bands";
  plan: number;
  outcomes: Record<string, Band>;
}

interface PickedMessage {
  kind: "picked";
  district: number | null;
  school: number | null;
}

interface NamesMessage {
  kind: "names";
  first: number;
  names: string[];
}

type Message = Setup | Frame | BandsMessage | PickedMessage | NamesMessage;
type Answer =
  | { kind: "ready" }
  | { kind: "drawn"; run: number; month: number }
  | { kind: "pick"; district?: number; school?: number };

// What anywidget hands over: the state shared with Python, and messages both ways.
interface Model {
  get(name: "shade"): string;
  set(name: "shade", value: string): void;
  save_changes(): void;
  send(answer: Answer): void;
  on(name: "msg:custom", heard: (message: Message, buffers: Bytes[]) => void): void;
  on(name: "change:shade", heard: () => void): void;
  off(name: "msg:custom", heard: (message: Message, buffers: Bytes[]) => void): void;
  off(name: "change:shade", heard: () => void): void;
}

// --- what the stage keeps, and every picture is drawn from

type Shade = "adoption" | "fidelity" | "strain";

interface Theme {
  name: string;
  surface: string;
  ink: string;
  soft: string;
  grid: string;
  axis: string;
  land: string;
  link: string;
  empty: string;
  plans: string[];
  ramps: Record<Shade, string[]>;
  barriers: string[];
  payers: string[];
  public: string;
  unmet: string;
  halo: string;
}

// What happened, in one plan or in both.
interface Mark extends Happened {
  plans: number[];
  number: number;
}

// A district, or one of its schools.
interface Place {
  district: number;
  school?: number;
}

interface World {
  setup: Setup;
  words: Words;
  theme: Theme;
  plans: PlanData[];
  bands: Record<number, Record<string, Band>>; // by plan and outcome
  marks: Mark[];
  hover: number | null; // the month that is read
  aim: (Place & { facet: number }) | null; // what the pointer is at
  rows: number;
  column(name: string): number;
  marksOf(facet: number): Mark[];
}

// --- drawing

type Points = number[] | Float32Array; // flat: x0, y0, x1, y1, ...

interface Stroke {
  color: string;
  width?: number;
  dash?: number[];
  alpha?: number;
}

interface Fill {
  fill?: string;
  hatch?: string;
  alpha?: number;
}

interface Letters {
  color: string;
  size?: number;
  weight?: number;
  anchor?: "start" | "middle" | "end";
  halo?: string;
}

interface Pen {
  kept(key: string, width: number, height: number, draw: (pen: Pen) => void): void;
  at(x: number, y: number, draw: () => void): void;
  clip(x: number, y: number, width: number, height: number, draw: () => void): void;
  line(points: Points, stroke: Stroke): void;
  area(points: Points, fill: Fill): void;
  rect(x: number, y: number, width: number, height: number, look: Fill & { stroke?: string; radius?: number }): void;
  circle(x: number, y: number, radius: number, look: { fill?: string; stroke?: string; width?: number; alpha?: number }): void;
  dots(points: Points, radius: number, look: { fill: string; alpha?: number }): void;
  strokes(points: Points, look: { color: string; width?: number; alpha?: number }): void;
  text(text: string, x: number, y: number, letters: Letters): void;
}

// A name in a legend, with the look of what it names.
interface Entry extends Fill {
  name: string;
  color?: string;
  width?: number;
  dash?: number[];
  dot?: boolean;
}

// One value that is read out, with its name and look.
interface Reading extends Entry {
  value: string;
  note?: string;
}

// A part of a whole that is stacked.
interface Layer extends Fill {
  column: number;
  name: string;
}

// One curve of a chart: the key of its text, and which outcome.
interface Line {
  outcome: (world: World) => string;
  name?: string;
  thin?: boolean;
  dash?: number[];
}

// That curve of one plan, as it looks.
interface Series extends Stroke {
  plan: PlanData;
  p: number;
  column: number;
  outcome: string;
  thin?: boolean;
  name: string;
}

interface Frame2d {
  left: number;
  top: number;
  width: number;
  height: number;
  range: [number, number];
  unit: string;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

// How places become pixels: the whole system, or the district that is picked.
interface View {
  key: string;
  scale: number;
  dx: number;
  dy: number;
  xy: Float32Array;
  dot: number;
  picked: number | null;
}

// A canvas of a panel: one for each plan, or one for all.
interface Facet {
  canvas: HTMLCanvasElement;
  el: HTMLElement;
  pen: CanvasPen;
  width: number;
  height: number;
  ratio: number;
  given: number; // px of height that it was given
}

type Sign = Intl.NumberFormatOptions["signDisplay"];

// What each picture has to bring, which its base class asks for.
interface Picture {
  draw(pen: Pen, width: number, height: number, world: World, facet: number): void;
}

interface Chart {
  plot(pen: Pen, width: number, height: number, world: World): Plot;
  read(world: World, row: number, facet: number): Reading[];
}

interface StackedChart {
  layers(world: World): Layer[];
  plot(pen: Pen, width: number, height: number, world: World, layers?: Layer[]): Plot;
  share(plan: PlanData, row: number, layer: Layer): number;
  said(world: World, value: number): string;
}

// What panels ask of the stage that they stand on.
interface Stage {
  id: string;
  sizes: ResizeObserver;
  listen(panel: Panel<Picture>, facet: number, canvas: HTMLCanvasElement): void;
  openMenu(panel: Panel<Picture>): void;
  pick(district: number | null, school: number | null): void;
  setShade(shade: string): void;
}

type Attributes = Record<string, string | number | boolean | (() => void)>;
