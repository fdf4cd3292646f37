// Everything around the canvas: the filter, the buttons, the legend, and what is said in words.

// timelineCounts is what occurs in a run, by list and kind: a legend names nothing that isn't there.
const timelineCounts = (model) => {
  const counts = { leaves: {} };
  for (const list of Object.keys(timelineWorst)) counts[list] = timelineWorst[list].map(() => 0);
  counts.dry = [0];
  const add = (into, track) => {
    for (let i = 0; i < track.size; i++) into[track.kind[i]] += track.n[i];
  };
  for (const lane of model.lanes) {
    add(counts.outcomes, lane.bars);
    add(counts.classes, lane.ticks);
    add(counts.states, lane.gaps);
    for (const row of lane.bars.rows) {
      const name = model.names.leaves[row[4]] ?? '';
      if (name) counts.leaves[name] = (counts.leaves[name] ?? 0) + (row[5] || 1);
    }
    for (const player of lane.players) {
      add(counts.plays, player.sessions);
      counts.dry[0] += player.dry.sum[player.dry.size];
    }
  }
  return counts;
};

// TimelineLegend names what is drawn; what it names can be switched off and on.
class TimelineLegend {
  constructor(widget) {
    this.widget = widget;
    this.counts = timelineCounts(widget.model);
    this.root = fs.el('div', { class: 'tl-legend' });
  }

  draw() {
    const { widget, counts } = this;
    const groups = [];
    const group = (id, items) => items.length && groups.push(fs.el('div', { class: 'tl-group', role: 'group', 'aria-label': fs.t(id) }, fs.el('span', { class: 'tl-label', 'aria-hidden': 'true' }, fs.t(id)), items));
    const filter = (list, kind, look, word) => {
      const on = widget.shown[list][kind];
      const parts = [timelineSwatch(widget.theme, look, list), word, fs.el('span', { class: 'tl-count' }, fs.count(counts[list][kind]))];
      if (widget.printing) return on && fs.el('span', { class: 'tl-kind' }, parts); // on paper there is nothing to press
      return fs.el('button', { type: 'button', class: 'tl-kind', 'aria-pressed': String(on), onclick: (event) => {
        widget.shown[list][kind] = !widget.shown[list][kind];
        event.currentTarget.setAttribute('aria-pressed', String(widget.shown[list][kind]));
        widget.draw();
      } }, parts);
    };
    const kinds = (list) => timelineWorst[list].map((_, kind) => kind).filter((kind) => counts[list][kind] > 0)
      .map((kind) => filter(list, kind, timelineLook(list, kind), timelineKindWord(list, kind)));
    const plain = (what, look, word) => fs.el('span', { class: 'tl-kind' }, timelineSwatch(widget.theme, look, what), word);
    group('timeline.legend-outcomes', kinds('outcomes'));
    group('timeline.legend-classes', kinds('classes'));
    group('timeline.legend-states', kinds('states'));
    const players = kinds('plays');
    if (counts.dry[0]) players.push(filter('dry', 0, timelineDryLook, fs.t('timeline.play-dry')));
    group('timeline.legend-plays', players);
    group('timeline.legend-leaves', Object.keys(counts.leaves).filter((leave) => leave !== 'end').map((leave) => plain('leaves', { leave, colour: 'fg' }, timelineWord('leaves', leave))));
    const marks = [...new Set(widget.model.marks.map((m) => m.kind))].filter((kind) => timelineMarks[kind]);
    group('timeline.legend-marks', marks.map((kind) => plain(timelineMarks[kind].log ? 'log' : 'marks', timelineMarks[kind], fs.t(timelineMarks[kind].word))));
    this.root.replaceChildren(...groups);
  }
}

// TimelineTools are the filter and the buttons above the canvas.
class TimelineTools {
  constructor(widget) {
    this.widget = widget;
    this.words = []; // [node, id] whose text changes with the language
    const say = (node, id) => {
      this.words.push([node, id]);
      return node;
    };
    const button = (id, text, onclick) => {
      const node = fs.el('button', { type: 'button', onclick });
      if (text) {
        node.textContent = text;
        this.words.push([node, id, 'label']);
      } else say(node, id);
      return node;
    };
    const keys = widget.model.lanes.length;
    this.filter = fs.el('input', { type: 'search', class: 'tl-filter', spellcheck: 'false', autocomplete: 'off', oninput: () => widget.relay() });
    this.words.push([this.filter, 'timeline.filter', 'placeholder']);
    this.found = fs.el('input', { type: 'checkbox', onchange: () => widget.relay() });
    const found = fs.el('label', { class: 'tl-found' }, this.found, say(fs.el('span'), 'timeline.only-found'));
    const some = widget.model.lanes.filter((lane) => widget.model.found.has(lane.key)).length;
    found.hidden = some === 0 || some === keys;
    this.filter.hidden = keys < 2;
    this.players = button('timeline.players', '', () => widget.expandAll());
    this.players.hidden = !widget.model.lanes.some((lane) => lane.players.length > 0);
    this.players.setAttribute('aria-pressed', 'false');
    this.view = fs.el('p', { class: 'tl-view' });
    this.root = fs.el('div', { class: 'tl-tools' }, this.filter, found, this.players, fs.el('div', { class: 'tl-zoom' },
      button('timeline.previous', '‹', () => widget.next(-1, false)), button('timeline.next', '›', () => widget.next(1, false)),
      button('timeline.zoom-out', '−', () => widget.zoom(2)), button('timeline.zoom-in', '+', () => widget.zoom(0.5)),
      button('timeline.fit', '', () => widget.fit())));
  }

  // match says whether a lane passes the filter.
  match(lane) {
    const words = this.filter.value.trim().toLowerCase();
    return (!words || lane.key.toLowerCase().includes(words)) && (!this.found.checked || this.widget.model.found.has(lane.key));
  }

  // clear takes the filter away, and says whether there was one.
  clear() {
    const had = this.filter.value !== '' || this.found.checked;
    this.filter.value = '';
    this.found.checked = false;
    return had;
  }

  say() {
    for (const [node, id, where] of this.words) {
      const text = fs.t(id);
      if (!where) node.textContent = text;
      if (where) {
        node.setAttribute('aria-label', text);
        node.setAttribute(where === 'placeholder' ? 'placeholder' : 'title', text);
      }
    }
  }
}

// TimelineSpeech is the timeline in words: what is in view for all to read, a table of it for readers of the screen.
class TimelineSpeech {
  constructor(widget) {
    this.widget = widget;
    this.status = fs.el('p', { class: 'tl-status', role: 'status' });
    this.help = fs.el('p', { id: 'timeline-help' });
    this.how = fs.el('summary');
    this.helping = fs.el('details', { class: 'tl-help' }, this.how, this.help);
    this.left = fs.el('p', { class: 'tl-left' });
    this.table = fs.el('div', { class: 'offscreen', id: 'timeline-table' });
    this.timer = 0;
  }

  // view says what is in view, once it has stood still.
  view() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), 150);
  }

  now() {
    const { widget } = this;
    const { view, model, layout, tools } = widget;
    const lanes = layout.lanes.map((lane) => lane.index);
    const sums = model.count(lanes, view.from, view.to);
    const digits = view.len < 1e5 ? 6 : 3;
    const parts = [fs.t('timeline.in-view', fs.time(view.from, digits), fs.time(Math.min(view.to, model.end), digits), fs.duration(Math.min(view.len, model.end)))];
    const add = (n, id) => n > 0 && parts.push(fs.t(id, fs.count(n)));
    if (lanes.length < model.lanes.length) parts.push(fs.t('timeline.n-keys-of', fs.count(lanes.length), fs.count(model.lanes.length)));
    else add(lanes.length, 'timeline.n-keys');
    add(sums.publishes, 'timeline.n-publishes');
    add(sums.refusals, 'timeline.n-refusals');
    add(sums.rightly, 'timeline.n-rightly');
    add(sums.stuck, 'timeline.n-stuck');
    add(sums.late, 'timeline.n-late');
    add(sums.dry, 'timeline.n-dry');
    add(sums.deaths, 'timeline.n-deaths');
    tools.view.textContent = parts.join(' · ');
    this.rows();
  }

  // rows is the table: the lanes that are on the canvas now, forty at most.
  rows() {
    const { widget } = this;
    const { view, model } = widget;
    const head = ['timeline.label-key', 'timeline.label-publishes', 'timeline.label-refusals', 'timeline.gap-stuck', 'timeline.gap-late', 'timeline.play-dry'];
    const body = widget.visible().slice(0, 40).map((i) => {
      const lane = widget.layout.lanes[i];
      const sums = model.count([lane.index], view.from, view.to);
      return fs.el('tr', null, fs.el('th', { scope: 'row' }, timelinePlain(lane.key).slice(0, 200)),
        [sums.publishes, sums.refusals, sums.stuck, sums.late, sums.dry].map((n) => fs.el('td', null, fs.count(n))));
    });
    this.table.replaceChildren(fs.el('table', null, fs.el('caption', null, fs.t('timeline.table')),
      fs.el('thead', null, fs.el('tr', null, head.map((id) => fs.el('th', { scope: 'col' }, fs.t(id))))), fs.el('tbody', null, body)));
  }

  // thinned says what isn't drawn as it was, and of how many lanes only so many are printed.
  thinned(printed = Infinity) {
    const { model } = this.widget;
    const words = {
      bars: 'timeline.thin-bars', ticks: 'timeline.thin-ticks', gaps: 'timeline.thin-gaps', sessions: 'timeline.thin-sessions',
      dry: 'timeline.thin-dry', marks: 'timeline.thin-marks', keys: 'timeline.thin-keys',
    };
    const said = model.thinned.filter((t) => t.of > t.kept && (t.what !== 'keys' || !model.keysLeft)).map((t) => fs.t(words[t.what] ?? 'timeline.thin-bars', fs.count(t.kept), fs.count(t.of)));
    if (model.keysLeft) said.unshift(fs.t('timeline.keys-left', fs.count(model.keysLeft)));
    if (model.lanes.length > printed) said.unshift(fs.t('timeline.paper-left', fs.count(printed), fs.count(model.lanes.length)));
    this.left.textContent = said.join(' ');
    this.left.hidden = said.length === 0;
    const touch = matchMedia('(pointer: coarse)').matches;
    this.help.textContent = fs.t(touch ? 'timeline.help-touch' : 'timeline.help');
    this.how.textContent = fs.t(touch ? 'timeline.how-touch' : 'timeline.how');
  }
}
