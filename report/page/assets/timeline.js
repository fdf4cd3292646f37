// The timeline of the run: one canvas, a lane a key. This is the widget that holds its parts together; the others know how things
// are stored (timeline-data), look (-look), where they stand (-lanes, -head), what is said of them (-items, -legend), and what
// hands do (-input).

const timelinePrinted = 1250; // so tall a picture fits on a sheet of paper, at a width of 1000
const timelineNarrow = 620; // below so many pixels a key's name stands above its lane

class TimelineWidget {
  constructor(root, story, result) {
    this.root = root;
    this.model = new TimelineModel(story, result);
    this.view = new TimelineView(this.model.end);
    this.theme = new TimelineTheme(false);
    this.head = new TimelineHead(this.model);
    this.shown = { dry: [true] };
    for (const list of Object.keys(timelineWorst)) this.shown[list] = timelineWorst[list].map(() => true);
    const rows = this.model.lanes.reduce((sum, lane) => sum + lane.players.length, 0);
    this.allOpen = rows > 0 && rows <= 12;
    this.folded = new Set(); // lanes that differ from allOpen
    this.lane = -1;
    this.item = null;
    this.marked = null;
    this.selecting = null;
    this.frameTimes = [];

    this.canvas = fs.el('canvas', { class: 'tl-canvas', 'aria-hidden': 'true' });
    this.inner = fs.el('div', { class: 'tl-inner' }, this.canvas);
    this.scroller = fs.el('div', { class: 'tl-scroll', tabindex: '0', role: 'application', 'aria-describedby': 'timeline-help', 'aria-details': 'timeline-table' }, this.inner);
    this.tools = new TimelineTools(this);
    this.legend = new TimelineLegend(this);
    this.speech = new TimelineSpeech(this);
    root.classList.add('tl');
    root.replaceChildren(this.tools.root, this.tools.view, this.scroller, this.speech.status, this.legend.root, this.speech.left, this.speech.helping, this.speech.table);
    root.hidden = false;
    this.card = new TimelineCard(root, this.model);
    this.card.onclose = (held) => {
      this.item = null;
      this.draw();
      if (held) this.scroller.focus({ preventScroll: true });
    };
    this.scene = new TimelineScene(this);
    this.finder = new TimelineFinder(this);
    this.flight = new TimelineFlight(this.view, () => this.changed());
    this.input = new TimelineInput(this);
    this.listen();
    this.say();
    this.fromHash();
  }

  listen() {
    new ResizeObserver(() => this.size()).observe(this.scroller);
    addEventListener('resize', () => this.size());
    addEventListener('scroll', () => this.card.hide(), { passive: true });
    addEventListener('hashchange', () => this.fromHash());
    addEventListener('beforeprint', () => this.paper(true));
    addEventListener('afterprint', () => this.paper(false));
    fs.on('goto', (where) => this.goto(where ?? {}));
    fs.on('range', (range) => {
      if (range.source === 'timeline') return; // our own word
      this.flight.stop();
      this.quiet = true;
      if (this.view.set(range.from, range.to)) this.changed();
      this.quiet = false;
    });
    fs.on('theme', () => {
      this.theme = new TimelineTheme(false);
      this.legend.draw();
      this.draw();
    });
    fs.on('lang', () => this.say());
  }

  // say says everything anew in the language shown now.
  say() {
    this.scroller.setAttribute('aria-label', fs.t('timeline.name'));
    this.scroller.setAttribute('aria-roledescription', fs.t('timeline.role'));
    this.tools.say();
    this.legend.draw();
    this.speech.thinned();
    this.speech.status.textContent = '';
    if (this.model.empty) this.speech.status.textContent = fs.t('timeline.empty');
    this.relay();
  }

  // Where things are.

  x(t) {
    return this.left + ((t - this.view.from) / this.view.len) * this.width;
  }

  time(x) {
    return this.view.from + ((x - this.left) / this.width) * this.view.len;
  }

  xOfAll(t) {
    return this.left + (t / this.view.end) * this.width;
  }

  timeOfAll(x) {
    return Math.min(Math.max((x - this.left) / this.width, 0), 1) * this.view.end;
  }

  // visible are the places of the lanes that are on the canvas.
  visible(height = this.height) {
    const { layout, scroll, head } = this;
    const seen = [];
    const first = Math.max(0, layout.at(Math.max(0, scroll)));
    for (let i = first; i < layout.lanes.length && layout.tops[i] - scroll < height - head.height; i++) seen.push(i);
    return seen;
  }

  expanded(lane) {
    return this.allOpen !== this.folded.has(lane.index);
  }

  // relay lays the lanes out: after a filter, a lane unfolded, another width.
  relay() {
    this.layout = new TimelineLayout(this.model.lanes.filter((lane) => this.tools.match(lane)), this.narrow ? timelineRows.narrow : timelineRows.wide, (lane) => this.expanded(lane));
    this.tools.players.setAttribute('aria-pressed', String(this.allOpen));
    this.size();
    this.speech.view();
  }

  // size fits the canvas to the room there is.
  size() {
    if (this.printing) return;
    // On a narrow screen the page is to be seen above or below, to take hold of.
    const most = Math.max(280, Math.min(window.innerHeight * (this.narrow ? 0.62 : 0.74), 860));
    const rows = Math.max(this.layout?.height ?? 0, this.layout?.lanes.length ? 0 : 60);
    const total = Math.ceil(this.head.height + rows);
    this.height = Math.ceil(Math.min(total, most));
    this.scroller.style.height = `${this.height + 2}px`; // and its border
    this.inner.style.height = `${total}px`;
    const width = this.scroller.clientWidth;
    if (width === 0) return;
    const narrow = width < timelineNarrow;
    const ratio = window.devicePixelRatio || 1;
    this.shape(width, this.height, ratio);
    if (narrow !== this.narrow) {
      this.narrow = narrow;
      this.shape(width, this.height, ratio);
      this.relay();
      return;
    }
    this.draw();
  }

  shape(width, height, ratio) {
    this.left = width < timelineNarrow ? 0 : Math.round(Math.min(230, Math.max(140, width * 0.17)));
    this.full = width;
    this.width = width - this.left - (this.left ? 8 : 0);
    this.ratio = ratio;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
  }

  get scroll() {
    return this.printing ? 0 : this.scroller.scrollTop;
  }

  // draw draws in the next frame, once however often it is asked.
  draw() {
    if (this.frame || this.printing) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (!this.printing) this.drawNow();
    });
  }

  drawNow() {
    if (!this.full || !this.layout) return;
    const start = performance.now();
    this.scene.draw(this.full, this.height, this.ratio);
    this.frameTimes.push(performance.now() - start);
    if (this.frameTimes.length > 600) this.frameTimes.shift();
  }

  scrolled() {
    this.card.hide();
    this.draw();
    this.speech.view();
  }

  // changed tells the others that another span is shown.
  changed() {
    this.draw();
    this.speech.view();
    this.card.hide();
    if (this.quiet) return;
    this.telling ??= requestAnimationFrame(() => {
      this.telling = undefined;
      fs.emit('range', { from: this.view.from, to: Math.min(this.view.to, this.model.end), source: 'timeline' });
    });
    clearTimeout(this.hashing);
    this.hashing = setTimeout(() => this.toHash(), 500);
  }

  // Moves.

  show(from, to, len = this.view.len) {
    this.flight.stop();
    if (to === undefined) {
      from = Math.min(Math.max(from, 0), this.view.end - len); // moved, not shortened, at an edge
      to = from + len;
    }
    if (this.view.set(from, to)) this.changed();
  }

  zoomNow(factor, about) {
    this.show(...this.view.zoomed(factor, about));
  }

  zoom(factor, about) {
    const { view, item } = this;
    const inView = item && item.from >= view.from && item.from <= view.to;
    this.fly(...view.zoomed(factor, about ?? (inView ? item.from : (view.from + view.to) / 2)));
  }

  // fly goes to a span, bounded as the view would bound it.
  fly(from, to) {
    const goal = new TimelineView(this.model.end);
    goal.set(from, to);
    this.flight.go(goal.from, goal.to, false);
  }

  fit() {
    this.fly(0, this.view.end);
  }

  pan(share) {
    const { view } = this;
    this.fly(Math.min(Math.max(view.from + share * view.len, 0), view.end - view.len), Math.min(Math.max(view.to + share * view.len, view.len), view.end));
  }

  // select draws a span that is chosen with the pointer.
  select(from, to) {
    this.selectingAll = this.input.drag?.row === 'overview';
    this.selecting = from === null ? null : { from: Math.min(from, to), to: Math.max(from, to) };
    this.draw();
  }

  // Lanes.

  step(by) {
    const { layout } = this;
    if (layout.lanes.length === 0) return;
    const at = layout.place.get(this.lane) ?? (by > 0 ? -1 : layout.lanes.length);
    this.lane = layout.lanes[Math.min(Math.max(at + by, 0), layout.lanes.length - 1)].index;
    this.reveal(this.lane);
    this.tell({ type: 'lane', lane: this.lane });
    this.draw();
  }

  reveal(index, middle) {
    const i = this.layout.place.get(index);
    if (i === undefined) return;
    const [top, bottom] = [this.layout.tops[i], this.layout.tops[i + 1]];
    const room = this.height - this.head.height;
    if (top >= this.scroll && bottom <= this.scroll + room) return;
    this.scroller.scrollTop = middle ? top - (room - (bottom - top)) / 2 : top < this.scroll ? top : bottom - room;
  }

  expandAll() {
    this.allOpen = !this.allOpen;
    this.folded.clear();
    this.relay();
  }

  toggle(lane) {
    if (!lane || lane.players.length === 0) return;
    if (!this.folded.delete(lane.index)) this.folded.add(lane.index);
    this.relay();
  }

  // fold is a press on a name.
  fold(x, y) {
    const at = this.layout.at(y - this.head.height + this.scroll);
    if (y < this.head.height || at < 0) return;
    this.lane = this.layout.lanes[at].index;
    this.tell({ type: 'lane', lane: this.lane });
    this.toggle(this.layout.lanes[at]);
    this.draw();
  }

  unfold() {
    this.toggle(this.model.lanes[this.lane]);
  }

  // Items.

  hover(place, event) {
    if (this.card.pinned) place = null;
    this.pointer = place;
    this.draw();
    if (!place) {
      this.card.hide();
      return;
    }
    const item = this.finder.at(...place);
    const row = place[1] < this.head.height ? this.head.row(place[1]) : 'lanes';
    const brush = row === 'overview' ? this.input.brush(place[0]) : '';
    this.canvas.style.cursor = brush.startsWith('brush-m') ? 'grab' : brush ? 'ew-resize' : item ? 'pointer' : row === 'lanes' ? 'default' : row ? 'crosshair' : 'default';
    if (item) this.card.show(item, event.clientX, event.clientY, false);
    else this.card.hide();
  }

  // pick pins what was clicked; a click beside everything lets go.
  pick(item, x, y) {
    this.card.close(true);
    this.item = item && item.type !== 'lane' ? item : null;
    if (item && item.lane >= 0) this.lane = item.lane;
    this.pointer = null;
    if (item) {
      if (item.type === 'lane' && this.narrow) this.toggle(this.model.lanes[item.lane]);
      this.card.show(item, x, y, true);
      this.tell(item);
    }
    this.draw();
  }

  tell(item) {
    this.speech.status.textContent = timelineLine(timelineTell(item, this.model));
  }

  // next goes to the next refusal, death or the like, on the lane alone if wanted.
  next(by, own) {
    const events = this.model.events();
    const fits = (e) => (e.lane < 0 ? !own : (!own || e.lane === this.lane) && this.layout.place.has(e.lane) && this.shown.classes[this.model.lanes[e.lane].ticks.kind[e.i]]);
    const now = this.item ?? { from: by > 0 ? this.view.from - 1 : this.view.to + 1, lane: by > 0 ? -2 : Infinity, i: 0 };
    // After an event comes the one that stands behind it in the list, also at the same moment.
    const order = (e) => e.at - now.from || e.lane - now.lane || e.i - now.i;
    let at = -1;
    if (by > 0) at = events.findIndex((e) => order(e) > 0 && fits(e));
    else at = events.findLastIndex((e) => order(e) < 0 && fits(e));
    if (at < 0) {
      this.speech.status.textContent = fs.t('timeline.no-more');
      return;
    }
    this.item = this.finder.of(events[at]);
    if (this.item.lane >= 0) {
      this.lane = this.item.lane;
      this.reveal(this.lane, true);
    }
    const { view } = this;
    const room = view.len * 0.1;
    if (this.item.from < view.from + room || this.item.from > view.to - room) this.fly(this.item.from - view.len / 2, this.item.from + view.len / 2);
    this.tell(this.item);
    if (this.card.pinned) this.card.close(true);
    this.draw();
  }

  // detail pins the card of what is selected.
  detail() {
    const item = this.item ?? (this.lane >= 0 ? { type: 'lane', lane: this.lane } : null);
    if (!item) return;
    const box = this.canvas.getBoundingClientRect();
    const at = this.layout.place.get(item.lane);
    const y = at === undefined ? this.head.height : this.head.height + this.layout.tops[at] - this.scroll + 30;
    const x = item.from === undefined ? this.left : Math.min(Math.max(this.x(item.from), this.left), this.full);
    this.card.show(item, box.left + x, box.top + Math.min(y, this.height), true);
    this.tell(item);
  }

  escape() {
    if (this.card.pinned) this.card.close();
    else if (this.item || this.marked) {
      this.item = this.marked = null;
      this.back?.focus?.();
      this.back = null;
    } else {
      this.lane = -1;
    }
    this.draw();
  }

  // goto shows where a finding stands: its span with something around it, its lane, its other cases outlined.
  goto({ key, from, to, finding }) {
    const found = finding === undefined ? undefined : this.model.finding(finding);
    const spans = this.model.spans(found);
    const lane = key === undefined || key === '' ? spans[0]?.lane ?? -1 : this.model.laneOf(key);
    const first = spans.find((s) => s.lane === lane) ?? spans[0];
    from = Number.isFinite(from) ? from : first?.from ?? 0;
    to = Number.isFinite(to) ? Math.max(to, from) : Number.isFinite(first?.to) && from === first.from ? first.to : from;
    if (!Number.isFinite(from) || (!first && !found && key === undefined && from === 0 && to === 0)) return;
    if (lane >= 0 && !this.layout.place.has(lane) && this.tools.clear()) this.relay();
    this.lane = lane;
    this.item = null;
    this.card.close(true);
    this.marked = { code: found?.code ?? '', spans, at: { lane, from, to } };
    this.reveal(lane, true);
    const room = Math.max((to - from) * 0.6, Math.min(5e5, this.model.end * 0.06), timelineLeast);
    this.fly(from - room, to + room);
    const named = lane >= 0 ? timelinePlain(this.model.lanes[lane].key) : timelinePlain(key ?? '');
    this.speech.status.textContent = fs.t('timeline.went', [found?.code, named].filter(Boolean).join(', '), fs.time(from));
    if (document.activeElement && document.activeElement !== document.body && !this.root.contains(document.activeElement)) this.back = document.activeElement;
    this.scroller.focus({ preventScroll: true });
    this.draw();
  }

  // The span stands in the page's address, so that it can be shared.

  toHash() {
    const { view } = this;
    if (view.whole && !location.hash.startsWith('#t=')) return;
    try {
      history.replaceState(null, '', view.whole ? '#' : `#t=${Math.round(view.from)}-${Math.round(view.to)}`);
    } catch {
      // Some browsers allow a page from disk no address of its own.
    }
  }

  fromHash() {
    const m = /^#t=(\d{1,15})-(\d{1,15})$/.exec(location.hash);
    if (m && Number(m[2]) > Number(m[1])) this.show(Number(m[1]), Number(m[2]));
  }

  // paper draws the whole run for the printer, the worst lanes, as many as fit on a sheet, and afterwards what was there before.
  paper(on) {
    if (!on) {
      if (!this.printing) return;
      Object.assign(this, this.printing);
      this.printing = null;
      this.legend.draw();
      this.speech.thinned();
      this.relay();
      return;
    }
    if (this.printing) return;
    const { view, theme, layout, narrow, lane, item, marked } = this;
    this.card.close(true);
    this.printing = { view, theme, layout, narrow, lane, item, marked };
    this.lane = -1;
    this.item = this.marked = null;
    this.view = new TimelineView(this.model.end);
    this.theme = new TimelineTheme(true);
    this.narrow = false;
    const lay = (lanes) => new TimelineLayout(lanes, timelineRows.paper, (lane) => this.expanded(lane));
    const { lanes } = this.model;
    const fits = timelineSearch(lay(lanes).tops, timelinePrinted - this.head.height) - 1;
    const printed = Math.min(lanes.length, Math.max(fits, 1));
    this.layout = lay(lanes.slice(0, printed));
    this.speech.thinned(printed);
    this.height = Math.ceil(this.head.height + this.layout.height);
    this.scroller.style.height = this.inner.style.height = 'auto';
    this.shape(1000, this.height, 2);
    this.canvas.style.width = this.canvas.style.height = '';
    this.legend.draw();
    this.drawNow();
  }
}

fs.part('timeline', (root) => {
  const widget = new TimelineWidget(root, fs.story, fs.result);
  // For tests.
  fs.timeline = {
    range: () => [widget.view.from, widget.view.to],
    lanes: () => widget.layout.lanes.map((lane) => lane.key),
    at: (x, y) => widget.finder.at(x, y),
    frameTimes: widget.frameTimes,
    widget,
  };
});
