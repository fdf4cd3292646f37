// Draws what stands above the lanes: the overview of the whole run with its brush, the phases and cases, the marks, the log, the axis.

// The overview counts in columns of so many pixels.
const timelineBin = 3;

// TimelineHead is the rows above the lanes. A row that has nothing to show is not there.
class TimelineHead {
  constructor(model) {
    this.model = model;
    this.log = model.marks.map((mark, i) => ({ mark, i })).filter(({ mark }) => timelineMark(mark.kind).log);
    this.flags = model.marks.map((mark, i) => ({ mark, i })).filter(({ mark }) => !timelineMark(mark.kind).log);
    this.rows = {};
    let y = 0;
    const row = (name, height, there = true) => {
      if (!there) return;
      this.rows[name] = { y, height };
      y += height;
    };
    row('overview', 46);
    row('axis', 24);
    row('phases', 17, model.phases.length > 0 && model.cases.length === 0); // each case has the same ones
    row('cases', 17, model.cases.length > 0);
    row('marks', 17, this.flags.length > 0);
    row('log', 15, this.log.length > 0);
    this.height = y + 3;
  }

  // row is which row stands at y.
  row(y) {
    return Object.keys(this.rows).find((name) => y >= this.rows[name].y && y < this.rows[name].y + this.rows[name].height) ?? '';
  }

  // density is how many publishes were accepted and how many refused, in each of so many columns of the run.
  density(width) {
    if (this.dense?.width === width) return this.dense;
    const columns = Math.max(1, Math.ceil(width / timelineBin));
    const good = new Float32Array(columns);
    const bad = new Float32Array(columns);
    const worst = new Int16Array(columns).fill(-1);
    const per = columns / (this.model.end * 1.01);
    const rightly = timelineKind('classes', 'rightly');
    const ended = timelineKind('outcomes', 'ended-by-server');
    // What stands for several is spread over its time.
    const add = (into, from, to, n, kind) => {
      const a = Math.min(columns - 1, Math.max(0, Math.floor(from * per)));
      const b = n > 1 ? Math.min(columns - 1, Math.max(a, Math.floor(to * per))) : a;
      for (let c = a; c <= b; c++) {
        into[c] += n / (b - a + 1);
        if (kind > worst[c]) worst[c] = kind;
      }
    };
    for (const { bars, ticks } of this.model.lanes) {
      for (let i = 0; i < bars.size; i++) {
        if (bars.kind[i] <= ended) add(good, bars.from[i], bars.to[i], bars.n[i], -1);
      }
      for (let i = 0; i < ticks.size; i++) {
        if (ticks.kind[i] !== rightly) add(bad, ticks.from[i], ticks.to[i], ticks.n[i], ticks.kind[i]);
      }
    }
    // Of a run in which nobody was refused, the hunger of its players hangs there.
    if (!bad.some((n) => n > 0)) {
      for (const { dry } of this.model.lanes.flatMap((lane) => lane.players)) {
        for (let i = 0; i < dry.size; i++) add(bad, dry.from[i], dry.to[i], dry.n[i], -1);
      }
    }
    let most = 1;
    for (let c = 0; c < columns; c++) most = Math.max(most, good[c], bad[c]);
    this.dense = { width, good, bad, worst, most };
    return this.dense;
  }

  draw(scene) {
    const { ctx, theme, left, width } = scene;
    ctx.fillStyle = theme.colour('panel');
    ctx.fillRect(0, 0, left + width, this.height);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, 0, width, this.height);
    ctx.clip();
    this.overview(scene);
    this.axis(scene);
    if (this.rows.phases) this.bands(scene, this.model.phases, this.rows.phases);
    if (this.rows.cases) this.bands(scene, this.model.cases, this.rows.cases);
    if (this.rows.marks) this.named(scene);
    if (this.rows.log) this.lines(scene);
    ctx.restore();
    if (left > 0) this.titles(scene);
    ctx.fillStyle = theme.colour('line');
    ctx.fillRect(0, this.height - 1, left + width, 1);
  }

  titles({ ctx, theme, left }) {
    const words = {
      overview: fs.t('timeline.row-overview'), axis: fs.t('timeline.row-axis'), phases: fs.t('timeline.row-phases'),
      cases: fs.t('timeline.row-cases'), marks: fs.t('timeline.row-marks'), log: fs.t('timeline.row-log'),
    };
    ctx.fillStyle = theme.colour('dim');
    for (const [name, { y, height }] of Object.entries(this.rows)) {
      ctx.fillText(words[name], 10, y + (name === 'axis' ? height - 9 : height / 2), left - 16);
    }
  }

  overview({ ctx, theme, left, width, view }) {
    const { y, height } = this.rows.overview;
    const { good, bad, worst, most } = this.density(width);
    const base = y + Math.round(height * 0.6);
    ctx.fillStyle = theme.colour('sunk');
    ctx.fillRect(left, y + 3, width, height - 6);
    const tall = (n, room) => (n > 0 ? Math.max(2, Math.sqrt(n / most) * room) : 0);
    ctx.fillStyle = theme.colour('bar-accepted');
    for (let c = 0; c < good.length; c++) {
      const h = tall(good[c], base - y - 5);
      if (h) ctx.fillRect(left + c * timelineBin, base - h, timelineBin - 0.5, h);
    }
    // Refusals hang below the line: one alone is still three pixels tall.
    for (let c = 0; c < bad.length; c++) {
      const h = tall(bad[c], y + height - 5 - base);
      if (!h) continue;
      ctx.fillStyle = theme.colour(worst[c] < 0 ? timelineDryLook.colour : timelineLook('classes', worst[c]).colour);
      ctx.fillRect(left + c * timelineBin, base + 1, timelineBin - 0.5, Math.max(3, h));
    }
    ctx.fillStyle = theme.colour('dim');
    ctx.fillRect(left, base, width, 1);
    const x = (t) => left + (t / view.end) * width;
    for (const { mark } of this.flags) {
      const look = timelineMark(mark.kind);
      if (!look.event) continue;
      ctx.fillStyle = theme.colour(look.colour);
      ctx.fillRect(Math.round(x(mark.at)), y + 3, 2, height - 6);
    }
    if (view.whole) return;
    // What is out of view is veiled; the brush has handles to take it by.
    const a = x(view.from);
    const b = Math.max(x(view.to), a + 2);
    ctx.fillStyle = theme.colour('panel');
    ctx.globalAlpha = 0.62;
    ctx.fillRect(left, y + 3, a - left, height - 6);
    ctx.fillRect(b, y + 3, left + width - b, height - 6);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = ctx.fillStyle = theme.colour('accent');
    ctx.lineWidth = 1;
    ctx.strokeRect(Math.round(a) + 0.5, y + 2.5, Math.max(1, Math.round(b - a) - 1), height - 5);
    for (const edge of [a, b]) {
      ctx.beginPath();
      ctx.roundRect(Math.round(edge) - 3, y + height / 2 - 8, 6, 16, 2);
      ctx.fill();
    }
  }

  axis({ ctx, theme, left, width, view, moments, measure }) {
    const { y, height } = this.rows.axis;
    ctx.fillStyle = theme.colour('dim');
    ctx.fillRect(left, y + height - 1, width, 1);
    let free = -Infinity;
    for (const t of moments.at) {
      const x = Math.round(left + ((t - view.from) / view.len) * width);
      ctx.fillStyle = theme.colour('dim');
      ctx.fillRect(x, y + height - 6, 1, 5);
      const text = fs.time(t, moments.digits);
      const w = measure(text);
      const at = Math.min(Math.max(x - w / 2, left + 1), left + width - w - 1);
      if (at < free) continue;
      ctx.fillStyle = theme.colour('fg');
      ctx.fillText(text, at, y + height - 13);
      free = at + w + 10;
    }
  }

  bands({ ctx, theme, left, width, view, measure }, spans, { y, height }) {
    spans.forEach((span, i) => {
      const a = Math.max(left, left + ((span.from - view.from) / view.len) * width);
      const b = Math.min(left + width, left + ((span.from + span.len - view.from) / view.len) * width);
      if (b < left || a > left + width) return;
      ctx.fillStyle = theme.colour('info');
      ctx.globalAlpha = i % 2 ? 0.3 : 0.17;
      ctx.fillRect(a, y + 2, Math.max(1, b - a), height - 3);
      ctx.globalAlpha = 1;
      ctx.fillRect(a, y + 2, 1, height - 3);
      const text = timelineFit(timelineSpanName(span), b - a - 8, measure);
      ctx.fillStyle = theme.colour('fg');
      if (text) ctx.fillText(text, a + 5, y + height / 2 + 1);
    });
  }

  // named are the flags of marks: as many as there is room for say what they are.
  named({ ctx, theme, left, width, view, measure }) {
    const { y, height } = this.rows.marks;
    const columns = new Map();
    for (const { mark } of this.flags) {
      const x = Math.round(left + ((mark.at - view.from) / view.len) * width);
      const end = left + ((mark.at + (mark.len || 0) - view.from) / view.len) * width;
      if (end < left || x > left + width) continue;
      const look = timelineMark(mark.kind);
      const at = Math.max(x, left);
      if (mark.len) {
        ctx.fillStyle = theme.colour(look.colour);
        ctx.globalAlpha = 0.25;
        ctx.fillRect(at, y + 3, Math.max(1, end - at), height - 5);
        ctx.globalAlpha = 1;
      }
      const had = columns.get(at);
      if (!had || timelineMark(had.kind).rank < look.rank) columns.set(at, mark);
    }
    // The worst take their room first.
    const taken = [];
    const ranked = [...columns].sort(([xa, a], [xb, b]) => timelineMark(b.kind).rank - timelineMark(a.kind).rank || xa - xb);
    for (const [x, mark] of ranked) {
      const look = timelineMark(mark.kind);
      ctx.fillStyle = theme.colour(look.colour);
      ctx.fillRect(x, y + 2, 2, height - 2);
      const text = look.word ? fs.t(look.word) : mark.kind;
      const w = measure(text) + 8;
      const at = x + w > left + width ? x - w : x;
      if (taken.some(([a, b]) => at < b && at + w > a)) continue;
      taken.push([at, at + w + 2]);
      ctx.beginPath();
      ctx.roundRect(at, y + 2, w, height - 4, [0, 3, 3, 0]);
      ctx.fill();
      ctx.fillStyle = theme.over(look.colour);
      ctx.fillText(text, at + 4, y + height / 2 + 0.5);
    }
  }

  lines({ ctx, theme, left, width, view }) {
    const { y, height } = this.rows.log;
    const columns = new Map();
    for (const { mark } of this.log) {
      if (mark.at < view.from || mark.at > view.to) continue;
      const x = Math.round(left + ((mark.at - view.from) / view.len) * width);
      const rank = timelineMark(mark.kind).rank;
      if (!columns.has(x) || timelineMark(columns.get(x)).rank < rank) columns.set(x, mark.kind);
    }
    for (const bad of [false, true]) {
      for (const [x, kind] of columns) {
        const look = timelineMark(kind);
        if (look.rank > 0 !== bad) continue;
        ctx.fillStyle = ctx.strokeStyle = theme.colour(look.colour);
        timelineShape(ctx, look.shape, x, y + height / 2, 3.2);
      }
    }
  }

  // across are the lines of the marks through the lanes, one a column, the worst of it.
  across({ ctx, theme, left, width, view }, top, bottom) {
    const columns = new Map();
    for (const { mark } of this.flags) {
      const look = timelineMark(mark.kind);
      const x = left + ((mark.at - view.from) / view.len) * width;
      const end = x + ((mark.len || 0) / view.len) * width;
      if (end < left || x > left + width) continue;
      if (mark.len) {
        ctx.fillStyle = theme.colour(look.colour);
        ctx.globalAlpha = 0.1;
        ctx.fillRect(Math.max(x, left), top, Math.min(end, left + width) - Math.max(x, left), bottom - top);
        ctx.globalAlpha = 1;
      }
      if (x < left) continue;
      const had = columns.get(Math.round(x));
      if (!had || had.rank < look.rank) columns.set(Math.round(x), look);
    }
    for (const [x, look] of columns) {
      ctx.strokeStyle = theme.colour(look.colour);
      ctx.lineWidth = look.width ?? 1;
      ctx.setLineDash(look.dash ?? []);
      ctx.globalAlpha = columns.size > width / 8 && !look.event ? 0.35 : 1;
      ctx.beginPath();
      ctx.moveTo(x + 0.5, top);
      ctx.lineTo(x + 0.5, bottom);
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
  }
}

// timelineFit shortens a text in its middle, where names differ least, until it is no wider than room. Nothing is left of it where
// not even four letters fit.
const timelineFit = (text, room, measure) => {
  text = timelinePlain(text);
  if (room < 12) return '';
  if (text.length < 400 && measure(text) <= room) return text;
  const letters = [...text.slice(0, 400)];
  const tail = [...text.slice(-400)];
  let low = 0;
  let high = Math.min(letters.length, 200);
  const cut = (n) => `${letters.slice(0, Math.ceil(n / 2)).join('')}…${n > 1 ? tail.slice(-Math.floor(n / 2)).join('') : ''}`;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(cut(middle)) <= room) low = middle;
    else high = middle - 1;
  }
  return low > 3 ? cut(low) : '';
};

// timelinePlain takes from a text what would turn the letters around it: marks of direction, and control characters.
const timelinePlain = (text) => String(text).replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
