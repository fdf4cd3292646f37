// How things look on the timeline: colours of the theme, hatches, and shapes, so that nothing is told by colour alone.

// What each kind is drawn with. A shape is one of timelineShape.
const timelineLooks = {
  outcomes: {
    accepted: { colour: 'bar-accepted' },
    settling: { colour: 'bar-settling', hatch: 'dots' },
    contender: { colour: 'bar-contender', thin: true },
    undecided: { colour: 'bar-undecided', hatch: 'sparse' },
    'ended-by-server': { colour: 'bar-ended', hatch: 'back' },
  },
  classes: {
    busy: { colour: 'c-busy', shape: 'down' },
    duplicated: { colour: 'c-duplicated', shape: 'diamond' },
    disposing: { colour: 'c-disposing', shape: 'square' },
    'bad-name': { colour: 'c-bad-name', shape: 'cross' },
    denied: { colour: 'c-denied', shape: 'minus' },
    limit: { colour: 'c-limit', shape: 'up' },
    closed: { colour: 'c-closed', shape: 'ring' },
    timeout: { colour: 'c-timeout', shape: 'hourglass' },
    unreachable: { colour: 'c-unreachable', shape: 'plus' },
    rightly: { colour: 'c-rightly', shape: 'faint' },
  },
  states: {
    quick: { colour: 'gap-quick' },
    open: { colour: 'gap-open', open: true },
    late: { colour: 'gap-late', fill: true },
    stuck: { colour: 'gap-stuck', hatch: 'cross' },
  },
  plays: {
    playing: { colour: 'p-playing' },
    asking: { colour: 'p-asking', open: true },
    lingering: { colour: 'p-asking', hatch: 'sparse' },
    refused: { colour: 'p-refused', hatch: 'back' },
  },
};
const timelineDryLook = { colour: 'p-dry', hatch: 'stripes' };
const timelineStrange = { colour: 'fg', shape: 'square' };
const timelineLook = (list, kind) => timelineLooks[list][timelineWorst[list][kind]] ?? timelineStrange;

// What befalls the server, the harmless first: a line across all lanes. An event is one that n and p stop at; a log line stands in
// the row of the log.
const timelineMarks = {
  'log-warn': { colour: 'warn', shape: 'up', log: true, rank: 0, word: 'timeline.mark-log-warn' },
  'log-error': { colour: 'bad', shape: 'diamond', log: true, rank: 1, word: 'timeline.mark-log-error' },
  fault: { colour: 'info', dash: [5, 3], rank: 2, word: 'timeline.mark-fault' },
  trouble: { colour: 'warn', dash: [2, 3], rank: 3, word: 'timeline.mark-trouble' },
  restart: { colour: 'good', dash: [6, 2], rank: 4, event: true, word: 'timeline.mark-restart' },
  stopped: { colour: 'dim', dash: [2, 3], rank: 5, word: 'timeline.mark-stopped' },
  interrupted: { colour: 'warn', dash: [2, 3], rank: 6, word: 'timeline.mark-interrupted' },
  sanitizer: { colour: 'bad', dash: [1, 2], rank: 7, event: true, word: 'timeline.mark-sanitizer' },
  hung: { colour: 'bad', dash: [8, 3], rank: 8, event: true, word: 'timeline.mark-hung' },
  death: { colour: 'bad', width: 2, rank: 9, event: true, word: 'timeline.mark-death' },
};
const timelineMark = (kind) => timelineMarks[kind] ?? { colour: 'dim', dash: [2, 3], rank: 2, word: '' };

// On paper there is one theme: black on white, in colours that stay apart in grey.
const timelinePaper = {
  bg: '#fff', panel: '#fff', sunk: '#fff', fg: '#000', dim: '#444', line: '#bbb', accent: '#000', focus: '#000',
  good: '#0a6b33', bad: '#b00020', warn: '#8a5a00', info: '#44546a',
  'bar-accepted': '#8fb7c9', 'bar-ended': '#c05a00', 'bar-undecided': '#999', 'bar-contender': '#b59bd0', 'bar-settling': '#9ccfc2',
  'c-busy': '#c0203a', 'c-duplicated': '#8b0f7b', 'c-disposing': '#a05f00', 'c-bad-name': '#6b5a3a', 'c-denied': '#4b4db4', 'c-limit': '#1f6f76',
  'c-closed': '#b23a0a', 'c-timeout': '#705300', 'c-unreachable': '#000', 'c-rightly': '#888',
  'gap-quick': '#999', 'gap-late': '#b87800', 'gap-stuck': '#b00020', 'gap-open': '#7a20d0',
  'p-playing': '#7fbf9a', 'p-dry': '#b00020', 'p-refused': '#b23a0a', 'p-asking': '#888',
};

// TimelineTheme is the colours and hatches of the theme shown now, each looked up once.
class TimelineTheme {
  constructor(paper) {
    this.paper = paper;
    this.seen = new Map();
    this.hatches = new Map();
    if (!paper) this.all();
  }

  // all asks for every colour in one go: asked one by one the page would be styled anew for each, before the first picture.
  all() {
    const names = Object.keys(timelinePaper);
    const probes = names.map(() => fs.el('i'));
    const host = fs.el('div', { hidden: true }, probes);
    probes.forEach((probe, i) => (probe.style.color = `var(--${names[i]})`));
    document.body.append(host);
    names.forEach((name, i) => this.seen.set(name, getComputedStyle(probes[i]).color));
    host.remove();
  }

  colour(name) {
    if (this.paper) return timelinePaper[name] ?? '#000';
    if (!this.seen.has(name)) this.seen.set(name, fs.colour(name));
    return this.seen.get(name);
  }

  // over is black or white, whichever is better read on a colour.
  over(name) {
    const key = `over ${name}`;
    if (!this.seen.has(key)) {
      const [r, g, b] = timelineRGB(this.colour(name)).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
      const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
      this.seen.set(key, 1.05 / (light + 0.05) > (light + 0.05) / 0.05 ? '#fff' : '#000');
    }
    return this.seen.get(key);
  }

  // hatch is a pattern in a colour on a lighter ground of the same, at the canvas's resolution.
  hatch(ctx, kind, name, ratio) {
    const key = `${kind} ${name} ${ratio}`;
    if (this.hatches.has(key)) return this.hatches.get(key);
    const size = 6;
    const tile = document.createElement('canvas');
    tile.width = tile.height = Math.round(size * ratio);
    const c = tile.getContext('2d');
    c.scale(tile.width / size, tile.height / size);
    const colour = this.colour(name);
    c.fillStyle = this.colour('panel');
    c.fillRect(0, 0, size, size);
    c.fillStyle = c.strokeStyle = colour;
    c.globalAlpha = { sparse: 0.3, cross: 0.28, stripes: 0.45, many: 0.55, dots: 0.62 }[kind] ?? 0.5;
    c.fillRect(0, 0, size, size);
    c.globalAlpha = 1;
    c.lineWidth = 1.4;
    c.beginPath();
    const line = (x0, y0, x1, y1) => {
      c.moveTo(x0, y0);
      c.lineTo(x1, y1);
    };
    // Each line is drawn beyond the edges too, so that tiles meet.
    for (const o of [-size, 0, size]) {
      if (kind === 'back' || kind === 'cross') line(o - 1, -1, o + size + 1, size + 1);
      if (kind === 'cross' || kind === 'sparse') line(o - 1, size + 1, o + size + 1, -1);
    }
    if (kind === 'stripes' || kind === 'many') for (const x of [1.5, 4.5]) line(x, 0, x, size);
    c.stroke();
    if (kind === 'dots') for (const [x, y] of [[1.5, 1.5], [4.5, 4.5]]) c.fillRect(x - 0.8, y - 0.8, 1.6, 1.6);
    const pattern = ctx.createPattern(tile, 'repeat');
    pattern.setTransform(new DOMMatrix().scale(size / tile.width));
    this.hatches.set(key, pattern);
    return pattern;
  }
}

// timelineRGB reads what getComputedStyle or a table of ours says of a colour.
const timelineRGB = (text) => {
  if (text.startsWith('#')) {
    const hex = text.length === 4 ? [...text.slice(1)].map((d) => d + d) : text.slice(1).match(/../g);
    return hex.map((d) => parseInt(d, 16));
  }
  return (text.match(/[\d.]+/g) ?? [0, 0, 0]).slice(0, 3).map(Number);
};

// timelineShape draws what stands for a class of refusal, in the current colour, r pixels around a point.
const timelineShape = (ctx, shape, x, y, r) => {
  ctx.beginPath();
  switch (shape) {
    case 'down': ctx.moveTo(x - r, y - r * 0.8); ctx.lineTo(x + r, y - r * 0.8); ctx.lineTo(x, y + r); break;
    case 'up': ctx.moveTo(x - r, y + r * 0.8); ctx.lineTo(x + r, y + r * 0.8); ctx.lineTo(x, y - r); break;
    case 'right': ctx.moveTo(x - r * 0.8, y - r); ctx.lineTo(x - r * 0.8, y + r); ctx.lineTo(x + r, y); break;
    case 'diamond': ctx.moveTo(x, y - r * 1.15); ctx.lineTo(x + r * 1.15, y); ctx.lineTo(x, y + r * 1.15); ctx.lineTo(x - r * 1.15, y); break;
    case 'square': ctx.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7); break;
    case 'minus': ctx.rect(x - r, y - r * 0.45, r * 2, r * 0.9); break;
    case 'hourglass':
      ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y - r); ctx.lineTo(x - r, y + r); ctx.lineTo(x + r, y + r); break;
    case 'plus': ctx.rect(x - r, y - 0.8, r * 2, 1.6); ctx.rect(x - 0.8, y - r, 1.6, r * 2); break;
    case 'cross': case 'ring': {
      ctx.lineWidth = 1.6;
      const o = r * 0.8;
      if (shape === 'ring') ctx.arc(x, y, o, 0, 7);
      else {
        ctx.moveTo(x - o, y - o); ctx.lineTo(x + o, y + o);
        ctx.moveTo(x + o, y - o); ctx.lineTo(x - o, y + o);
      }
      ctx.stroke();
      return;
    }
    default: ctx.rect(x - 0.75, y - r * 0.6, 1.5, r * 1.4);
  }
  ctx.closePath();
  ctx.fill();
};

// timelineLeft draws how a publisher left, into the end of its bar: what it did to the connection, as a small sign left of x.
const timelineLeft = (ctx, leave, x, y, h) => {
  const m = y + h / 2;
  const r = Math.min(3, h / 2 - 2);
  ctx.lineWidth = 1.4;
  ctx.beginPath();
  switch (leave) {
    case 'unpublish': ctx.rect(x - 6, m - r, 2 * r - 1, 2 * r); ctx.fill(); return; // it said so: a full stop
    case 'fin': ctx.moveTo(x - 3, y + 2); ctx.lineTo(x - 3, y + h - 2); break;
    case 'rst': ctx.moveTo(x - 8, m - r); ctx.lineTo(x - 3, m + r); ctx.moveTo(x - 3, m - r); ctx.lineTo(x - 8, m + r); break;
    case 'cut': ctx.moveTo(x - 2, y + 1); ctx.lineTo(x - 5, m); ctx.lineTo(x - 2, m); ctx.lineTo(x - 5, y + h - 1); break;
    case 'vanish': for (const o of [9, 6, 3]) ctx.rect(x - o, m - 0.75, 1.5, 1.5); ctx.fill(); return;
    case 'halfclose': ctx.arc(x - 3, m, r, Math.PI / 2, -Math.PI / 2); ctx.fill(); return;
    default: return;
  }
  ctx.stroke();
};

// timelineSwatch draws into a legend what stands for a kind.
const timelineSwatch = (theme, look, what) => {
  const ratio = window.devicePixelRatio || 1;
  const canvas = fs.el('canvas', { width: Math.round(18 * ratio), height: Math.round(12 * ratio), class: 'tl-swatch', 'aria-hidden': 'true' });
  const ctx = canvas.getContext('2d');
  ctx.scale(ratio, ratio);
  ctx.fillStyle = ctx.strokeStyle = theme.colour(look.colour);
  if (what === 'classes' || what === 'log') timelineShape(ctx, look.shape, 9, 6, 4);
  else if (what === 'marks') {
    ctx.setLineDash(look.dash ?? []);
    ctx.lineWidth = look.width ?? 1.5;
    ctx.strokeRect(9, -2, 0, 16);
  } else if (what === 'leaves') timelineLeft(ctx, look.leave, 13, 0, 12);
  else if (look.open) {
    ctx.setLineDash([3, 2]);
    ctx.strokeRect(1.5, 2.5, 15, 7);
  } else if (what === 'states' && !look.fill && !look.hatch) ctx.fillRect(1, 5, 16, 2);
  else {
    if (look.hatch) ctx.fillStyle = theme.hatch(ctx, look.hatch, look.colour, ratio);
    const h = look.thin || what === 'plays' ? 5 : 10;
    ctx.fillRect(1, 6 - h / 2, 16, h);
    if (look.hatch) ctx.strokeRect(1.5, 6.5 - h / 2, 15, h - 1);
  }
  return canvas;
};
