// Draws the lanes: where each stands, and a key's publishes, refusals, gaps and players in it.

// Heights within a lane, in pixels; where the window is narrow it is fingers that have to hit them, and on a sheet of paper forty have to
// stand.
const timelineRows = {
  wide: { top: 3, name: 0, head: 9, bar: 13, gap: 2, strip: 5, player: 12, bottom: 5 },
  narrow: { top: 6, name: 18, head: 10, bar: 18, gap: 3, strip: 7, player: 16, bottom: 9 },
  paper: { top: 2, name: 0, head: 8, bar: 12, gap: 1, strip: 4, player: 12, bottom: 1 },
};

// TimelineLayout is where each lane stands: those that a filter left, one below the other.
class TimelineLayout {
  constructor(lanes, row, expanded) {
    this.lanes = lanes;
    this.row = row;
    this.narrow = row.name > 0;
    this.tops = new Float64Array(lanes.length + 1);
    this.open = lanes.map((lane) => lane.players.length > 0 && expanded(lane));
    this.place = new Map();
    const r = this.row;
    for (let i = 0; i < lanes.length; i++) {
      const { players } = lanes[i];
      const below = players.length === 0 ? 0 : r.gap + (this.open[i] ? players.length * r.player : r.strip);
      this.tops[i + 1] = this.tops[i] + r.top + r.name + r.head + r.bar + below + r.bottom;
      this.place.set(lanes[i].index, i);
    }
  }

  get height() {
    return this.tops[this.lanes.length];
  }

  // at is which lane stands at y, -1 if none.
  at(y) {
    if (y < 0 || y >= this.height) return -1;
    return timelineSearch(this.tops, y + 1e-6) - 1;
  }

  // rows are where the parts of lane i stand, from its top.
  rows(i) {
    const r = this.row;
    const head = r.top + r.name;
    return { head, bar: head + r.head, players: head + r.head + r.bar + r.gap, open: this.open[i] };
  }
}

// TimelineLanes draws those lanes that are in view. What is narrower than a pixel is gathered in columns first.
class TimelineLanes {
  constructor() {
    this.cols = new Int16Array(0);
    this.wide = [];
  }

  // begin takes what all lanes of a picture share: the context, the span in view, the theme, the heights of a lane's rows, where the plot stands.
  begin(scene) {
    Object.assign(this, scene);
    this.scale = this.width / this.view.len;
    if (this.cols.length < this.width + 2) this.cols = new Int16Array(Math.ceil(this.width) + 2);
  }

  x(t) {
    return this.left + (t - this.view.from) * this.scale;
  }

  // split walks what is in view of a track: items as wide as a pixel go to this.wide, and of the others the worst of each column
  // to this.cols. Columns stay as they are with keep, for several tracks in one row.
  split(track, shown, keep) {
    const { cols, wide, scale } = this;
    const { from, to, kind, size } = track;
    const first = this.view.from;
    const last = this.view.to;
    const edge = Math.ceil(this.width);
    if (!keep) cols.fill(-1);
    wide.length = 0;
    for (let i = track.since(first); i < size && from[i] <= last; i++) {
      if (to[i] < first || (shown && !shown[kind[i]])) continue;
      const a = (from[i] - first) * scale;
      if ((to[i] - from[i]) * scale >= 1.5) {
        wide.push(i);
        continue;
      }
      const c = a < 0 ? 0 : a > edge ? edge : a | 0;
      if (cols[c] < kind[i]) cols[c] = kind[i];
    }
  }

  // runs calls fn with each run of columns of one kind: its first column, its length, the kind.
  runs(fn) {
    const { cols } = this;
    const edge = Math.ceil(this.width) + 1;
    for (let c = 0; c < edge; ) {
      const kind = cols[c];
      if (kind < 0) {
        c++;
        continue;
      }
      const start = c;
      while (c < edge && cols[c] === kind) c++;
      fn(start, c - start, kind);
    }
  }

  // span is where an item stands in pixels, not far beyond the edges.
  span(track, i) {
    const a = Math.max(this.x(track.from[i]), this.left - 20);
    const b = Math.min(this.x(track.to[i]), this.left + this.width + 20);
    return [Math.round(a), Math.max(1, Math.round(b) - Math.round(a))];
  }

  lane(lane, y, rows) {
    this.gaps(lane, y + rows.bar, false);
    this.bars(lane, y + rows.bar);
    this.gaps(lane, y + rows.bar, true);
    this.ticks(lane, y + rows.head, y + rows.bar);
    this.gapLengths(lane, y + rows.bar);
    if (lane.players.length === 0) return;
    if (rows.open) lane.players.forEach((p, i) => this.player(p, y + rows.players + i * this.row.player));
    else this.strip(lane, y + rows.players);
  }

  bars(lane, y) {
    const { ctx, theme } = this;
    const { bars } = lane;
    const h = this.row.bar;
    this.split(bars, this.shown.outcomes);
    this.runs((c, n, kind) => {
      const look = timelineLook('outcomes', kind);
      ctx.fillStyle = theme.colour(look.colour);
      ctx.fillRect(this.left + c, look.thin ? y + h - 5 : y, n, look.thin ? 5 : h);
    });
    for (const i of this.wide) {
      const look = timelineLook('outcomes', bars.kind[i]);
      const [x, w] = this.span(bars, i);
      const half = lane.half[i];
      const top = look.thin || half ? y + h - (half ? 7 : 5) : y;
      const height = look.thin ? 5 : half ? 7 : h;
      const many = bars.n[i] > 1;
      const hatch = many ? 'many' : look.hatch;
      ctx.fillStyle = hatch && w > 3 ? theme.hatch(ctx, hatch, look.colour, this.ratio) : theme.colour(look.colour);
      ctx.fillRect(x, top, w, height);
      if (half) {
        ctx.fillStyle = theme.colour('panel');
        ctx.fillRect(x, top - 1, w, 1);
      }
      if (w < 3) continue;
      // A lighter seam keeps a publish apart from the one that follows at once.
      ctx.fillStyle = theme.colour('panel');
      ctx.fillRect(x, top, 1, height);
      if (hatch) {
        ctx.strokeStyle = theme.colour(look.colour);
        ctx.lineWidth = 1;
        ctx.strokeRect(x + 1.5, top + 0.5, w - 2, height - 1);
      }
      if (height === h) this.label(bars, i, x, w, top, hatch ? 'panel' : look.colour, hatch);
    }
  }

  // label writes a publish's number and how it left into its bar, as far as there is room.
  label(bars, i, x, w, y, ground, hatched) {
    const { ctx, theme } = this;
    const h = this.row.bar;
    const row = bars.rows[i];
    const leave = this.model.names.leaves[row[4]] ?? '';
    const text = bars.n[i] > 1 ? `×${fs.count(bars.n[i])}` : `#${row[2]}`;
    const ink = hatched ? theme.colour('fg') : theme.over(ground);
    ctx.fillStyle = ctx.strokeStyle = ink;
    const seen = Math.max(x, this.left); // the number stays in view while its bar does
    const room = x + w - seen;
    if (room > this.measure(text) + (leave === '' ? 8 : 20)) {
      if (hatched) this.backed(text, seen + 4, y + h / 2);
      else ctx.fillText(text, seen + 4, y + h / 2 + 0.5);
    }
    const end = x + w;
    if (leave === '' || w < 11 || bars.n[i] > 1 || end > this.left + this.width + 2) return;
    if (room > 44 + this.measure(leave)) ctx.fillText(leave, end - 12 - this.measure(leave), y + h / 2 + 0.5);
    timelineLeft(ctx, leave, end - 1, y, h);
  }

  // backed writes on a hatch, with ground behind the letters.
  backed(text, x, y) {
    const { ctx, theme } = this;
    const ink = theme.colour('fg');
    ctx.fillStyle = theme.colour('panel');
    ctx.fillRect(x - 2, y - 5, this.measure(text) + 4, 10);
    ctx.fillStyle = ink;
    ctx.fillText(text, x, y + 0.5);
  }

  // gaps are drawn in two goes: quick ones below the bars, the others above them, so that they are seen where all is narrow.
  gaps(lane, y, bad) {
    const { ctx, theme } = this;
    const { gaps } = lane;
    const shown = this.shown.states.map((on, kind) => on && (kind > 0) === bad);
    const middle = Math.round(y + this.row.bar / 2);
    this.split(gaps, shown);
    this.runs((c, n, kind) => {
      const look = timelineLook('states', kind);
      ctx.fillStyle = theme.colour(look.colour);
      ctx.globalAlpha = look.open ? 0.5 : 1;
      if (bad) ctx.fillRect(this.left + c, y - 1, Math.max(2, n), this.row.bar + 2);
      else ctx.fillRect(this.left + c, middle - 1, n, 2);
      ctx.globalAlpha = 1;
    });
    for (const i of this.wide) {
      const look = timelineLook('states', gaps.kind[i]);
      const [x, w] = this.span(gaps, i);
      const colour = theme.colour(look.colour);
      ctx.fillStyle = ctx.strokeStyle = colour;
      ctx.lineWidth = 1;
      if (!bad) ctx.fillRect(x, middle - 1, w, 2);
      else if (look.open) {
        ctx.setLineDash([4, 3]);
        ctx.strokeRect(x + 0.5, y + 1.5, w - 1, this.row.bar - 3);
        ctx.setLineDash([]);
      } else {
        if (look.hatch && w > 3) ctx.fillStyle = theme.hatch(ctx, look.hatch, look.colour, this.ratio);
        else if (w > 3) ctx.globalAlpha = 0.32;
        ctx.fillRect(x, y, w, this.row.bar);
        ctx.globalAlpha = 1;
        if (w > 3) ctx.strokeRect(x + 0.5, y + 0.5, w - 1, this.row.bar - 1);
      }
    }
  }

  // gapLengths writes how long a gap was into its middle, above the ticks that stand in it.
  gapLengths({ gaps }, y) {
    this.split(gaps, this.shown.states.map((on, kind) => on && kind > 0));
    for (const i of this.wide) {
      const [x, w] = this.span(gaps, i);
      const seen = Math.max(x, this.left);
      const room = Math.min(x + w, this.left + this.width) - seen;
      if (room < 58) continue;
      const text = fs.duration(gaps.to[i] - gaps.from[i]);
      if (this.measure(text) + 8 > room) continue;
      this.backed(text, seen + room / 2 - this.measure(text) / 2, y + this.row.bar / 2);
    }
  }

  ticks(lane, head, bar) {
    const { ctx, theme } = this;
    const { ticks } = lane;
    const bottom = bar + this.row.bar;
    const rightly = timelineKind('classes', 'rightly');
    this.split(ticks, this.shown.classes);
    // Many that were merged in one are spread over a while: a bracket with how many.
    for (const i of this.wide) {
      const look = timelineLook('classes', ticks.kind[i]);
      const [x, w] = this.span(ticks, i);
      const faint = ticks.kind[i] === rightly;
      ctx.fillStyle = theme.colour(look.colour);
      ctx.globalAlpha = faint ? 0.6 : 1;
      ctx.fillRect(x, bar - 3, w, 2);
      for (const edge of [x, x + w - 1]) ctx.fillRect(edge, bar - 5, 1, 6);
      ctx.globalAlpha = 1;
      if (faint) continue;
      timelineShape(ctx, look.shape, x + w / 2, head + 3, 3.4);
      const text = `×${fs.count(ticks.n[i])}`;
      if (w > 24 + this.measure(text)) ctx.fillText(text, x + w / 2 + 6, head + 4);
    }
    let free = -Infinity;
    this.runs((c, n, kind) => {
      const look = timelineLook('classes', kind);
      const x = this.left + c;
      ctx.fillStyle = ctx.strokeStyle = theme.colour(look.colour);
      if (kind === rightly) {
        ctx.globalAlpha = 0.65;
        ctx.fillRect(x, bar - 3, Math.max(1, n), 5);
        ctx.globalAlpha = 1;
        return;
      }
      if (x >= free) {
        ctx.fillStyle = theme.colour('panel'); // a seam, so that a tick is seen on a bar of its own colour
        ctx.fillRect(x - 1, bar, (n > 1 ? n : 1.5) + 2, this.row.bar);
        ctx.fillStyle = theme.colour(look.colour);
      }
      ctx.fillRect(x, bar - 4, n > 1 ? n : 1.5, bottom - bar + 4);
      if (x < free) return;
      timelineShape(ctx, look.shape, x + 0.75, head + 3, 3.4);
      free = x + 8;
    });
  }

  // player is a player's row: a thin bar, and where it got nothing, a taller one.
  player(player, y) {
    const { ctx, theme } = this;
    const h = this.row.player - 5;
    this.split(player.sessions, this.shown.plays);
    this.runs((c, n, kind) => {
      ctx.fillStyle = theme.colour(timelineLook('plays', kind).colour);
      ctx.fillRect(this.left + c, y + 2, Math.max(1, n), h);
    });
    for (const i of this.wide) {
      const look = timelineLook('plays', player.sessions.kind[i]);
      const [x, w] = this.span(player.sessions, i);
      ctx.fillStyle = ctx.strokeStyle = theme.colour(look.colour);
      ctx.lineWidth = 1;
      if (look.open && w > 3) {
        ctx.setLineDash([3, 2]);
        ctx.strokeRect(x + 0.5, y + 2.5, w - 1, h - 1);
        ctx.setLineDash([]);
        continue;
      }
      if (look.hatch && w > 3) ctx.fillStyle = theme.hatch(ctx, look.hatch, look.colour, this.ratio);
      ctx.fillRect(x, y + 2, w > 4 ? w - 1 : w, h);
    }
    if (!this.shown.dry[0]) return;
    this.split(player.dry, null);
    this.runs((c, n) => this.dry(this.left + c, Math.max(2, n), y + 0.5, h + 3));
    for (const i of this.wide) this.dry(...this.span(player.dry, i), y + 0.5, h + 3);
  }

  // strip is all players of a key in one row, the worst of them at each moment.
  strip(lane, y) {
    const { ctx, theme } = this;
    const h = this.row.strip;
    const row = (track, shown, keep, kind) => {
      this.split(track, shown, keep);
      for (const i of this.wide) {
        const a = Math.max(0, Math.floor((track.from[i] - this.view.from) * this.scale));
        const b = Math.min(Math.ceil(this.width), Math.ceil((track.to[i] - this.view.from) * this.scale));
        for (let c = a; c < b; c++) if (this.cols[c] < kind(i)) this.cols[c] = kind(i);
      }
    };
    lane.players.forEach((p, i) => row(p.sessions, this.shown.plays, i > 0, (j) => p.sessions.kind[j]));
    this.runs((c, n, kind) => {
      const look = timelineLook('plays', kind);
      if (look.open && n > 3) {
        ctx.strokeStyle = theme.colour(look.colour);
        ctx.lineWidth = 1;
        ctx.setLineDash([3, 2]);
        ctx.strokeRect(this.left + c + 0.5, y + 0.5, n - 1, h - 1);
        ctx.setLineDash([]);
        return;
      }
      ctx.fillStyle = look.hatch && n > 3 ? theme.hatch(ctx, look.hatch, look.colour, this.ratio) : theme.colour(look.colour);
      ctx.globalAlpha = look.open ? 0.45 : 1;
      ctx.fillRect(this.left + c, y, n, h);
      ctx.globalAlpha = 1;
    });
    if (!this.shown.dry[0]) return;
    lane.players.forEach((p, i) => row(p.dry, null, i > 0, () => 0));
    this.runs((c, n) => this.dry(this.left + c, Math.max(2, n), y - 1, h + 2));
  }

  dry(x, w, y, h) {
    const { ctx, theme } = this;
    const { colour, hatch } = timelineDryLook;
    ctx.fillStyle = w > 4 ? theme.hatch(ctx, hatch, colour, this.ratio) : theme.colour(colour);
    ctx.fillRect(x, y, w, h);
    if (w <= 4) return;
    ctx.strokeStyle = theme.colour(colour);
    ctx.lineWidth = 1;
    ctx.strokeRect(x + 0.5, Math.floor(y) + 0.5, w - 1, h - 1);
  }
}
