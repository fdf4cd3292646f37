// Puts one picture of the timeline together: the lanes in view, what goes across them, the names, the head.

const timelineFont = (size) => `${size}px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif`;

// TimelineMeasure is how wide texts are, each measured once.
class TimelineMeasure {
  constructor(ctx) {
    this.widths = new Map();
    this.of = (text) => {
      let width = this.widths.get(text);
      if (width === undefined) {
        if (this.widths.size > 5000) this.widths.clear();
        width = ctx.measureText(text).width;
        this.widths.set(text, width);
      }
      return width;
    };
  }
}

class TimelineScene {
  constructor(widget) {
    this.widget = widget;
    this.ctx = widget.canvas.getContext('2d', { alpha: false });
    this.size = 0; // of letters
    this.measure = null;
    this.lanes = new TimelineLanes();
    this.names = new Map();
  }

  // draw draws it all. Sizes are in CSS pixels, ratio of them to those of the canvas.
  draw(width, height, ratio) {
    const { widget, ctx } = this;
    const { view, theme, head, layout, left, scroll, model } = widget;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    // Held in a hand, and printed, letters are seen smaller than they are.
    const size = widget.narrow || widget.printing ? 12 : 11;
    if (this.size !== size) {
      this.size = size;
      this.measure = new TimelineMeasure(ctx).of;
      this.names.clear();
    }
    ctx.font = timelineFont(size);
    ctx.textBaseline = 'middle';
    ctx.fillStyle = theme.colour('panel');
    ctx.fillRect(0, 0, width, height);
    const plot = widget.width;
    const scene = { ctx, theme, view, left, width: plot, ratio, measure: this.measure, shown: widget.shown, model, row: layout.row, moments: timelineTicks(view.from, view.to, plot, widget.narrow ? 76 : 100) };
    const bottom = Math.min(height, head.height + layout.height - scroll);

    ctx.save();
    ctx.beginPath();
    ctx.rect(0, head.height, width, Math.max(0, height - head.height));
    ctx.clip();
    const seen = widget.visible(height);
    for (const i of seen) this.ground(scene, i, width);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, head.height, plot, Math.max(0, bottom - head.height));
    ctx.clip();
    this.grid(scene, bottom);
    this.lanes.begin(scene);
    for (const i of seen) this.lanes.lane(layout.lanes[i], this.top(i), layout.rows(i));
    head.across(scene, head.height, bottom);
    this.highlights(scene, seen);
    this.chosen(scene);
    ctx.restore();
    for (const i of seen) this.name(scene, i);
    if (layout.lanes.length === 0) this.nothing(scene, height);
    ctx.restore();

    head.draw(scene);
    this.selection(scene, height);
    if (left > 0) {
      ctx.fillStyle = theme.colour('line');
      ctx.fillRect(left - 1, 0, 1, bottom);
    }
  }

  top(i) {
    const { layout, head, scroll } = this.widget;
    return Math.round(head.height + layout.tops[i] - scroll);
  }

  ground({ ctx, theme }, i, width) {
    const { layout, lane } = this.widget;
    const y = this.top(i);
    const h = Math.round(layout.tops[i + 1] - layout.tops[i]);
    if (layout.lanes[i].index === lane) {
      ctx.fillStyle = theme.colour('accent');
      ctx.globalAlpha = 0.11;
      ctx.fillRect(0, y, width, h);
      ctx.globalAlpha = 1;
      ctx.fillRect(0, y, 3, h - 1);
    }
    ctx.fillStyle = theme.colour('line');
    ctx.fillRect(0, y + h - 1, width, 1);
  }

  // grid is the axis's moments as faint lines, and the phases or cases as shades, through all lanes.
  grid({ ctx, theme, view, left, width, moments, model }, bottom) {
    const { head } = this.widget;
    const x = (t) => left + ((t - view.from) / view.len) * width;
    ctx.fillStyle = theme.colour('line');
    for (const t of moments.at) ctx.fillRect(Math.round(x(t)), head.height, 1, bottom - head.height);
    ctx.fillStyle = theme.colour('info');
    ctx.globalAlpha = 0.06;
    (model.cases.length > 0 ? model.cases : model.phases).forEach((span, i) => {
      if (i % 2) ctx.fillRect(x(span.from), head.height, x(span.from + span.len) - x(span.from), bottom - head.height);
    });
    ctx.globalAlpha = 1;
  }

  name({ ctx, theme, left, measure }, i) {
    const { layout, model, narrow, width } = this.widget;
    const lane = layout.lanes[i];
    const y = this.top(i);
    const rows = layout.rows(i);
    const middle = narrow ? y + layout.row.top + layout.row.name / 2 : y + rows.bar + layout.row.bar / 2;
    const found = model.found.has(lane.key);
    let x = 10;
    if (lane.players.length > 0) {
      ctx.fillStyle = theme.colour('dim');
      timelineShape(ctx, layout.open[i] ? 'down' : 'right', 11, middle, 3.2);
    }
    x = 20;
    const room = narrow ? width - 30 : left - x - (found ? 18 : 8);
    const key = `${lane.index} ${room}`;
    if (!this.names.has(key)) {
      if (this.names.size > 20000) this.names.clear();
      this.names.set(key, timelineFit(lane.key, room, measure));
    }
    ctx.fillStyle = theme.colour('fg');
    ctx.fillText(this.names.get(key), x, middle);
    if (found) {
      ctx.fillStyle = theme.colour('bad');
      timelineShape(ctx, 'diamond', narrow ? x + measure(this.names.get(key)) + 9 : left - 11, middle, 3);
    }
    if (!rows.open || narrow) return;
    ctx.fillStyle = theme.colour('dim');
    ctx.font = timelineFont(10);
    ctx.textAlign = 'right';
    lane.players.forEach((player, p) => {
      const text = timelineFit(fs.t('timeline.player', player.name), left - 38, measure);
      ctx.fillText(text, left - 8, y + rows.players + p * layout.row.player + layout.row.player / 2);
    });
    ctx.textAlign = 'left';
    ctx.font = timelineFont(this.size);
  }

  nothing({ ctx, theme, measure }, height) {
    const { head, width, left } = this.widget;
    const text = fs.t(this.widget.model.lanes.length ? 'timeline.no-match' : 'timeline.no-keys');
    ctx.fillStyle = theme.colour('dim');
    ctx.fillText(text, left + Math.max(8, (width - measure(text)) / 2), head.height + (height - head.height) / 2);
  }

  // highlights outline the cases of the finding that was clicked, and name it at the one that was asked for.
  highlights({ ctx, theme, left, width, measure }, seen) {
    const { marked, layout, head } = this.widget;
    if (!marked) return;
    const colour = theme.colour('accent');
    const outline = (span, strong) => {
      const a = Math.max(this.widget.x(span.from) - 4, left - 10);
      const b = Math.min(this.widget.x(span.to) + 4, left + width + 10);
      if (b < left || a > left + width) return;
      const i = span.lane < 0 ? -1 : layout.place.get(span.lane);
      if (span.lane >= 0 && (i === undefined || !seen.includes(i))) return;
      const top = i < 0 ? head.height + 1 : this.top(i) + layout.rows(i).head - 1;
      const bottom = i < 0 ? top + Math.max(20, layout.height - this.widget.scroll - 3) : this.top(i + 1) - 2;
      ctx.strokeStyle = ctx.fillStyle = colour;
      ctx.lineWidth = strong ? 2 : 1.2;
      ctx.setLineDash(strong ? [] : [4, 3]);
      ctx.beginPath();
      ctx.roundRect(a, top, Math.max(6, b - a), bottom - top, 3);
      ctx.stroke();
      ctx.setLineDash([]);
      if (!strong) return;
      ctx.globalAlpha = 0.1;
      ctx.fill();
      ctx.globalAlpha = 1;
      if (!marked.code) return;
      const w = measure(marked.code) + 8;
      const x = Math.min(Math.max(a, left + 2), left + width - w - 2);
      ctx.beginPath();
      ctx.roundRect(x, Math.max(head.height, top - 12), w, 13, 3);
      ctx.fill();
      ctx.fillStyle = theme.over('accent');
      ctx.fillText(marked.code, x + 4, Math.max(head.height, top - 12) + 7);
    };
    for (const span of marked.spans) outline(span, false);
    if (marked.at) outline(marked.at, true);
  }

  // chosen is a ring around the item that is selected.
  chosen({ ctx, theme, left, width }) {
    const { item, layout, head } = this.widget;
    if (!item || item.from === undefined) return;
    const a = Math.max(this.widget.x(item.from) - 3, left - 10);
    const b = Math.min(this.widget.x(item.to) + 3, left + width + 10);
    ctx.strokeStyle = theme.colour('focus');
    ctx.lineWidth = 2;
    if (item.lane < 0) {
      ctx.strokeRect(a, head.height - 2, Math.max(6, b - a), layout.height + 4);
      return;
    }
    const i = layout.place.get(item.lane);
    if (i === undefined) return;
    const rows = layout.rows(i);
    let top = this.top(i) + (item.type === 'tick' ? rows.head - 1 : rows.bar - 2);
    let bottom = this.top(i) + rows.bar + layout.row.bar + 2;
    if (item.player !== undefined) {
      top = this.top(i) + rows.players + (rows.open ? item.player * layout.row.player : -2);
      bottom = top + (rows.open ? layout.row.player : layout.row.strip + 4);
    }
    ctx.beginPath();
    ctx.roundRect(a, top, Math.max(7, b - a), bottom - top, 3);
    ctx.stroke();
  }

  // selection is the span that is being drawn with the pointer, or the moment under it.
  selection({ ctx, theme, left, width, view, measure }, height) {
    const { selecting, pointer, head } = this.widget;
    if (selecting) {
      const all = this.widget.selectingAll;
      const x = all ? (t) => this.widget.xOfAll(t) : (t) => this.widget.x(t);
      const a = Math.max(left, x(selecting.from));
      const b = Math.min(left + width, x(selecting.to));
      const top = all ? 2 : head.rows.axis.y;
      const bottom = all ? head.rows.overview.height : height;
      ctx.fillStyle = theme.colour('accent');
      ctx.globalAlpha = 0.2;
      ctx.fillRect(a, top, b - a, bottom - top);
      ctx.globalAlpha = 1;
      ctx.fillRect(a, top, 1, bottom - top);
      ctx.fillRect(b, top, 1, bottom - top);
      this.moment({ ctx, theme, left, width, measure }, (a + b) / 2, fs.duration(selecting.to - selecting.from));
      return;
    }
    if (!pointer || pointer[0] < left || pointer[0] > left + width || pointer[1] < head.rows.overview.height) return;
    ctx.fillStyle = theme.colour('dim');
    ctx.globalAlpha = 0.55;
    ctx.fillRect(Math.round(pointer[0]), head.rows.axis.y + head.rows.axis.height, 1, height);
    ctx.globalAlpha = 1;
    const digits = Math.min(6, Math.max(0, Math.ceil(Math.log10(width / (view.len / 1e6)))));
    this.moment({ ctx, theme, left, width, measure }, pointer[0], fs.time(this.widget.time(pointer[0]), digits));
  }

  moment({ ctx, theme, left, width, measure }, x, text) {
    const { axis } = this.widget.head.rows;
    const w = measure(text) + 10;
    const at = Math.min(Math.max(x - w / 2, left), left + width - w);
    ctx.fillStyle = theme.colour('fg');
    ctx.beginPath();
    ctx.roundRect(at, axis.y + 3, w, 16, 3);
    ctx.fill();
    ctx.fillStyle = theme.colour('panel');
    ctx.fillText(text, at + 5, axis.y + 11.5);
  }
}
