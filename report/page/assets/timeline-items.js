// What stands at a point of the timeline, and what there is to say of it.

const timelineWords = {
  outcomes: {
    accepted: 'timeline.outcome-accepted', 'ended-by-server': 'timeline.outcome-ended', undecided: 'timeline.outcome-undecided',
    contender: 'timeline.outcome-contender', settling: 'timeline.outcome-settling',
  },
  classes: {
    busy: 'timeline.class-busy', duplicated: 'timeline.class-duplicated', disposing: 'timeline.class-disposing', 'bad-name': 'timeline.class-bad-name',
    denied: 'timeline.class-denied', limit: 'timeline.class-limit', closed: 'timeline.class-closed', timeout: 'timeline.class-timeout',
    unreachable: 'timeline.class-unreachable', rightly: 'timeline.class-rightly',
  },
  states: {
    quick: 'timeline.gap-quick', late: 'timeline.gap-late', stuck: 'timeline.gap-stuck', open: 'timeline.gap-open',
  },
  plays: {
    asking: 'timeline.play-asking', playing: 'timeline.play-playing', refused: 'timeline.play-refused', lingering: 'timeline.play-lingering',
  },
  leaves: {
    unpublish: 'timeline.left-unpublish', fin: 'timeline.left-fin', rst: 'timeline.left-rst', cut: 'timeline.left-cut',
    vanish: 'timeline.left-vanish', halfclose: 'timeline.left-halfclose', end: 'timeline.left-end',
  },
  roles: { owner: 'timeline.role-owner', contender: 'timeline.role-contender', settling: 'timeline.role-settling' },
};

// timelineWord says a name of the story; one that a newer tool made stands as it is.
const timelineWord = (list, name) => (timelineWords[list][name] ? fs.t(timelineWords[list][name]) : String(name ?? ''));
const timelineKindWord = (list, kind) => timelineWord(list, timelineWorst[list][kind]);

// timelineSpanName says a phase as the charts do; a case of a suite keeps its name.
const timelinePhases = { start: 'chart.phase.start', storm: 'chart.phase.storm', settling: 'chart.phase.settling' };
const timelineSpanName = ({ name }) => (timelinePhases[name] ? fs.t(timelinePhases[name]) : String(name));

// TimelineFinder finds items by where they were drawn.
class TimelineFinder {
  constructor(widget) {
    this.widget = widget;
    this.slack = 0;
  }

  // at is the item at a point of the canvas, null where there is none. A finger is slack pixels less sure than a mouse.
  at(x, y, slack = 0) {
    this.slack = slack;
    const { head, layout, scroll } = this.widget;
    if (y < head.height) return this.above(x, head.row(y));
    const at = layout.at(y - head.height + scroll);
    if (at < 0) return null;
    const lane = layout.lanes[at];
    if (x < this.widget.left) return { type: 'lane', lane: lane.index };
    const rows = layout.rows(at);
    const below = y - head.height + scroll - layout.tops[at];
    if (layout.narrow && below < rows.head) return { type: 'lane', lane: lane.index };
    const item = lane.players.length > 0 && below >= rows.players - 1 ? this.played(lane, x, below - rows.players, rows.open) : this.published(lane, x, below < rows.bar);
    return item ?? this.mark(x, 3, (look) => !look.log);
  }

  above(x, row) {
    const { view, model } = this.widget;
    if (x < this.widget.left) return null;
    const t = this.widget.time(x);
    if (row === 'log') return this.mark(x, 6, (look) => look.log);
    if (row === 'marks') return this.mark(x, 40, (look) => !look.log, true) ?? this.mark(x, 6, (look) => !look.log);
    if (row !== 'phases' && row !== 'cases') return null;
    const i = model[row].findLastIndex((s) => s.from <= t && t <= s.from + s.len + view.len / 500);
    if (i < 0) return null;
    const span = model[row][i];
    return { type: row, i, lane: -1, from: span.from, to: span.from + span.len, n: 1 };
  }

  // mark is the worst of those within reach of x; with after only those left of it, whose flag may be there.
  mark(x, reach, which, after) {
    const { model } = this.widget;
    let best = null;
    model.marks.forEach((mark, i) => {
      const look = timelineMark(mark.kind);
      const away = this.widget.x(mark.at) - x;
      const end = this.widget.x(mark.at + (mark.len || 0)) - x;
      if (!which(look) || away > (after ? 0 : reach + this.slack) || end < -reach - this.slack) return;
      const rank = look.rank * 1000 - Math.abs(away);
      if (!best || rank > best.rank) best = { rank, i, here: (best?.here ?? 0) + (mark.n || 1) };
      else best.here += mark.n || 1;
    });
    if (!best) return null;
    const mark = model.marks[best.i];
    return { type: 'mark', i: best.i, lane: -1, from: mark.at, to: mark.at + (mark.len || 0), n: mark.n || 1, here: best.here };
  }

  // worst is the worst item of a track within reach pixels of x, of those the nearest.
  worst(track, x, reach, shown) {
    const a = this.widget.time(x - reach - this.slack);
    const b = this.widget.time(x + reach + this.slack);
    const t = this.widget.time(x);
    let best = -1;
    let here = 0;
    let away = Infinity;
    timelineEach(track, a, b, (i) => {
      if (shown && !shown[track.kind[i]]) return;
      here += track.n[i];
      const d = Math.max(0, track.from[i] - t, t - track.to[i]);
      if (best < 0 || track.kind[i] > track.kind[best] || (track.kind[i] === track.kind[best] && d < away)) {
        best = i;
        away = d;
      }
    });
    return best < 0 ? null : { i: best, here };
  }

  item(type, lane, track, found, more) {
    const { i, here } = found;
    return { type, lane: lane.index, i, from: track.from[i], to: track.to[i], n: track.n[i], here: Math.max(here, track.n[i]), kind: track.kind[i], ...more };
  }

  published(lane, x, heads) {
    const { shown } = this.widget;
    const tick = this.worst(lane.ticks, x, heads ? 5 : 2.5, shown.classes);
    if (tick) return this.item('tick', lane, lane.ticks, tick);
    const bad = this.worst(lane.gaps, x, 1, shown.states.map((on, kind) => on && kind > 0));
    if (bad) return this.item('gap', lane, lane.gaps, bad);
    const bar = this.worst(lane.bars, x, 1, shown.outcomes);
    if (bar) return this.item('bar', lane, lane.bars, bar);
    const gap = this.worst(lane.gaps, x, 1, shown.states);
    return gap && this.item('gap', lane, lane.gaps, gap);
  }

  played(lane, x, below, open) {
    const { shown } = this.widget;
    const one = Math.floor(below / this.widget.layout.row.player);
    const players = open ? [lane.players[Math.min(Math.max(one, 0), lane.players.length - 1)]] : lane.players;
    let best = null;
    for (const player of players) {
      const more = { player: lane.players.indexOf(player) };
      const dry = shown.dry[0] ? this.worst(player.dry, x, 2, null) : null;
      if (dry) return this.item('dry', lane, player.dry, dry, more);
      const session = this.worst(player.sessions, x, 1, shown.plays);
      if (session && (!best || player.sessions.kind[session.i] > best.kind)) best = this.item('session', lane, player.sessions, session, more);
    }
    return best;
  }

  // of makes the item of an entry of TimelineModel.events.
  of({ lane, i }) {
    const { model } = this.widget;
    if (lane >= 0) return this.item('tick', model.lanes[lane], model.lanes[lane].ticks, { i, here: 1 });
    const mark = model.marks[i];
    return { type: 'mark', i, lane: -1, from: mark.at, to: mark.at + (mark.len || 0), n: mark.n || 1 };
  }
}

// timelineStopped says why a run ended itself.
const timelineStopped = { 'server-dead': 'timeline.stopped-dead', 'fail-fast': 'timeline.stopped-fast' };

// timelineTell says what an item is: {title, rows: [[label, value]], body}. A body is a stranger's words.
const timelineTell = (item, model) => {
  const rows = [];
  const lane = model.lanes[item.lane];
  const add = (id, value) => value !== '' && value !== undefined && rows.push([fs.t(id), value]);
  const stands = () => {
    if (item.n > 1) add('timeline.label-stands', fs.count(item.n));
    if (item.here > item.n) add('timeline.label-here', fs.count(item.here));
  };
  const spanned = (us = item.to - item.from) => {
    const digits = us > 0 && us < 5000 ? 6 : 3;
    add('timeline.label-from', us > 0 ? `${fs.time(item.from, digits)} – ${fs.time(item.to, digits)}` : fs.time(item.from, 6));
    if (us > 0) add('timeline.label-length', fs.duration(us));
  };
  if (lane && item.type !== 'lane') add('timeline.label-key', timelinePlain(lane.key));
  let title = '';
  let body = '';
  switch (item.type) {
    case 'lane': {
      const sums = model.count([item.lane], 0, Infinity);
      add('timeline.label-publishes', fs.count(sums.publishes));
      add('timeline.label-refusals', fs.count(sums.refusals));
      if (lane.players.length) add('timeline.label-players', fs.count(lane.players.length));
      title = timelinePlain(lane.key);
      break;
    }
    case 'bar': {
      const row = lane.bars.rows[item.i];
      title = item.n > 1 ? fs.t('timeline.title-bars', fs.count(item.n), String(row[2])) : fs.t('timeline.title-bar', String(row[2]), String(row[2]));
      add('timeline.label-outcome', timelineKindWord('outcomes', item.kind));
      spanned();
      add('timeline.label-left', timelineWord('leaves', model.names.leaves[row[4]]));
      const next = lane.gaps.starts(item.to - 1);
      if (item.n === 1 && next < lane.gaps.size && lane.gaps.from[next] <= item.to + 1) {
        add('timeline.label-then', fs.t('timeline.then', timelineKindWord('states', lane.gaps.kind[next]), fs.duration(lane.gaps.to[next] - lane.gaps.from[next])));
        if (lane.gaps.rows[next][3]) add('timeline.label-refused', fs.count(lane.gaps.rows[next][3]));
      }
      break;
    }
    case 'tick': {
      const row = lane.ticks.rows[item.i];
      title = item.n > 1 ? fs.t('timeline.title-ticks', fs.count(item.n)) : fs.t('timeline.title-tick');
      add('timeline.label-class', timelineKindWord('classes', item.kind));
      add('timeline.label-role', timelineWord('roles', model.names.roles[row[2]]));
      if (row[3]) add('timeline.label-epoch', `#${row[3]}`);
      spanned();
      const since = timelineOwnerLeft(lane, item.from);
      if (since >= 0) add('timeline.label-since', fs.duration(item.from - since));
      break;
    }
    case 'gap':
      title = fs.t('timeline.title-gap');
      add('timeline.label-outcome', timelineKindWord('states', item.kind));
      spanned();
      add('timeline.label-refused', fs.count(lane.gaps.rows[item.i][3] || 0));
      break;
    case 'session': case 'dry':
      title = fs.t(item.type === 'dry' ? 'timeline.title-dry' : 'timeline.title-session', timelinePlain(lane.players[item.player].name));
      if (item.type === 'session') add('timeline.label-outcome', timelineKindWord('plays', item.kind));
      spanned();
      break;
    case 'phases': case 'cases':
      title = timelinePlain(timelineSpanName(model[item.type][item.i]));
      spanned();
      break;
    case 'mark': {
      const mark = model.marks[item.i];
      const { word } = timelineMark(mark.kind);
      title = word ? fs.t(word) : timelinePlain(mark.kind);
      spanned();
      body = mark.kind === 'stopped' && timelineStopped[mark.text] ? fs.t(timelineStopped[mark.text]) : timelinePlain(mark.text ?? '');
      break;
    }
    default:
  }
  stands();
  return { title, rows, body };
};

// timelineOwnerLeft is when the last that published the key before t had gone, -1 if somebody was there, or nobody had been.
const timelineOwnerLeft = (lane, t) => {
  const { bars } = lane;
  const contender = timelineKind('outcomes', 'contender');
  for (let i = bars.starts(t) - 1; i >= 0; i--) {
    if (bars.kind[i] === contender) continue;
    return bars.to[i] <= t ? bars.to[i] : -1;
  }
  return -1;
};

// timelineLine is all that in one line, for whoever hears it.
const timelineLine = ({ title, rows, body }) => [title, ...rows.map(([label, value]) => `${label} ${value}`), body].filter(Boolean).join('; ');
