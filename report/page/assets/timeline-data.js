// The timeline's data: a story as columns of numbers, so that a hundred thousand items are walked in a millisecond.

// What the indexes of a story stand for, each list from the harmless to the worst. Where several items fall into one column of
// pixels the worst is drawn, so that a single refusal is never lost among a thousand publishes that went well.
const timelineWorst = {
  outcomes: ['accepted', 'settling', 'contender', 'undecided', 'ended-by-server'],
  classes: ['rightly', 'limit', 'denied', 'bad-name', 'unreachable', 'timeout', 'closed', 'busy', 'disposing', 'duplicated'],
  states: ['quick', 'open', 'late', 'stuck'],
  plays: ['playing', 'asking', 'lingering', 'refused'],
};

// The order of the indexes in the JSON, where it does not say so itself.
const timelineNames = {
  outcomes: ['accepted', 'ended-by-server', 'undecided', 'contender', 'settling'],
  leaves: ['', 'unpublish', 'fin', 'rst', 'cut', 'vanish', 'halfclose', 'end'],
  roles: ['owner', 'contender', 'settling'],
  classes: ['busy', 'duplicated', 'disposing', 'bad-name', 'denied', 'limit', 'closed', 'timeout', 'unreachable', 'rightly'],
  states: ['quick', 'late', 'stuck', 'open'],
  plays: ['asking', 'playing', 'refused', 'lingering'],
};

// A kind is the rank of its name in timelineWorst. A name that a newer tool made is taken for the worst.
const timelineKind = (list, name) => {
  const i = timelineWorst[list].indexOf(name);
  return i >= 0 ? i : timelineWorst[list].push(name) - 1;
};

// TimelineTrack is the items of one row in the order of time: columns of numbers, beside the rows as they came.
class TimelineTrack {
  // at says where in a row things stand: {len, n, kind}, kind by way of the table kinds.
  constructor(rows, at, kinds) {
    rows = Array.isArray(rows) ? rows : [];
    for (let i = 1; i < rows.length; i++) {
      if (rows[i][0] < rows[i - 1][0]) {
        rows = [...rows].sort((a, b) => a[0] - b[0]);
        break;
      }
    }
    const size = rows.length;
    this.rows = rows;
    this.size = size;
    this.from = new Float64Array(size);
    this.to = new Float64Array(size);
    this.reach = new Float64Array(size); // the latest end so far: what begins before a time may still last
    this.sum = new Float64Array(size + 1); // how many the items before stand for
    this.n = new Float64Array(size);
    this.kind = new Uint8Array(size);
    let reach = -Infinity;
    for (let i = 0; i < size; i++) {
      const row = rows[i];
      this.from[i] = row[0];
      this.to[i] = row[0] + Math.max(0, row[at.len] || 0);
      reach = Math.max(reach, this.to[i]);
      this.reach[i] = reach;
      this.n[i] = row[at.n] || 1;
      this.sum[i + 1] = this.sum[i] + this.n[i];
      if (kinds) this.kind[i] = kinds[row[at.kind]] ?? 0;
    }
  }

  // since is the first item that may last beyond t.
  since(t) {
    return timelineSearch(this.reach, t);
  }

  // starts is the first item that begins at t or later.
  starts(t) {
    return timelineSearch(this.from, t);
  }

  get end() {
    return this.size ? this.reach[this.size - 1] : 0;
  }
}

// timelineSearch is the first index whose value is t or more, of values that never fall.
const timelineSearch = (values, t) => {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < t) low = middle + 1;
    else high = middle;
  }
  return low;
};

// TimelineModel is a story and what was found in it.
class TimelineModel {
  constructor(story, result) {
    story = story ?? {};
    const names = { ...timelineNames, ...(story.names ?? {}) };
    this.names = names;
    const kinds = {};
    for (const list of Object.keys(timelineWorst)) kinds[list] = names[list].map((name) => timelineKind(list, name));
    const sized = (list) => (Array.isArray(list) ? list : []);
    this.lanes = sized(story.lanes).map((raw, index) => ({
      index,
      key: String(raw.key ?? ''),
      bars: new TimelineTrack(raw.bars, { len: 1, kind: 3, n: 5 }, kinds.outcomes),
      ticks: new TimelineTrack(raw.ticks, { len: 5, kind: 1, n: 4 }, kinds.classes),
      gaps: new TimelineTrack(raw.gaps, { len: 1, kind: 2, n: 4 }, kinds.states),
      players: sized(raw.players).map((player) => ({
        name: String(player.name ?? ''),
        sessions: new TimelineTrack(player.sessions, { len: 1, kind: 2, n: 3 }, kinds.plays),
        dry: new TimelineTrack(player.dry, { len: 1, n: 2 }),
      })),
    }));
    const inTime = (list, at) => sized(list).slice().sort((a, b) => at(a) - at(b));
    this.marks = inTime(story.marks, (m) => m.at);
    this.phases = inTime(story.phases, (s) => s.from);
    this.cases = inTime(story.cases, (s) => s.from);
    this.keysLeft = story.keys_left || 0;
    this.thinned = sized(story.thinned);
    this.findings = sized(result?.findings);
    this.byKey = new Map(this.lanes.map((lane) => [lane.key, lane.index]));
    this.byBare = new Map();
    for (const { key, index } of this.lanes) {
      const bare = timelineBare(key);
      this.byBare.set(bare, this.byBare.has(bare) ? -1 : index); // of two that look alike neither
    }
    this.end = this.reach(story.end || 0);
    this.stack();
    // Keys with findings: those of errors; of a run without any, those of whatever was found.
    const errors = this.findings.filter((f) => f.severity === 'error' && !f.allowed);
    this.found = new Set();
    for (const f of errors.length ? errors : this.findings) {
      for (const key of [...(f.keys ?? []), ...(f.cases ?? []).map((c) => c.key ?? '')]) {
        const at = this.laneOf(key);
        if (at >= 0) this.found.add(this.lanes[at].key);
      }
    }
  }

  get empty() {
    return this.lanes.length === 0 && this.marks.length === 0 && this.phases.length === 0 && this.cases.length === 0;
  }

  // reach is when the last of everything was; a run of no time is shown as a millisecond.
  reach(end) {
    for (const lane of this.lanes) {
      end = Math.max(end, lane.bars.end, lane.ticks.end, lane.gaps.end);
      for (const player of lane.players) end = Math.max(end, player.sessions.end, player.dry.end);
    }
    for (const mark of this.marks) end = Math.max(end, mark.at + (mark.len || 0));
    return Math.max(end, 1000);
  }

  // stack finds publishes that were accepted while another was: what overlaps is drawn at half height, so that both are seen.
  stack() {
    const whole = new Set(['contender'].map((name) => timelineKind('outcomes', name)));
    for (const lane of this.lanes) {
      const { bars } = lane;
      lane.half = new Uint8Array(bars.size);
      let last = -1;
      for (let i = 0; i < bars.size; i++) {
        if (whole.has(bars.kind[i])) continue;
        if (last >= 0 && bars.from[i] < bars.to[last]) lane.half[i] = 1;
        if (last < 0 || bars.to[i] > bars.to[last]) last = i;
      }
    }
  }

  // laneOf is the lane of a key as a finding has it, -1 for none. A lane's name is cut, and cleaned of what strangers wrote.
  laneOf(key) {
    key = String(key ?? '');
    return this.byKey.get(key) ?? (key === '' ? -1 : this.byBare.get(timelineBare(key)) ?? -1);
  }

  // cases of a finding that stand on a lane: [{lane, from, to}] in µs.
  spans(finding) {
    const spans = [];
    for (const c of finding?.cases ?? []) {
      const at = (c.at_ms ?? 0) * 1000;
      const from = c.since_ms ? c.since_ms * 1000 : at;
      const to = c.for_ms ? Math.max(from + c.for_ms * 1000, at) : Math.max(from, at);
      spans.push({ lane: this.laneOf(c.key), from: Math.min(from, at), to });
    }
    return spans;
  }

  // finding is one by what a link calls it: its id, or the code of several.
  finding(name) {
    return this.findings.find((f) => f.id === name) ?? this.findings.find((f) => f.code === name);
  }

  // events are what n and p go to: refusals that were not right, and what befell the server; in the order of time, as {at, lane, i}.
  // A lane of -1 is a mark. They are looked for when somebody first asks.
  events() {
    if (this.allEvents) return this.allEvents;
    const events = [];
    const rightly = timelineKind('classes', 'rightly');
    for (const lane of this.lanes) {
      for (let i = 0; i < lane.ticks.size; i++) {
        if (lane.ticks.kind[i] !== rightly) events.push({ at: lane.ticks.from[i], lane: lane.index, i });
      }
    }
    this.marks.forEach((mark, i) => {
      if (timelineMarks[mark.kind]?.event) events.push({ at: mark.at, lane: -1, i });
    });
    this.allEvents = events.sort((a, b) => a.at - b.at || a.lane - b.lane);
    return this.allEvents;
  }

  // count is what lies in a span: how many publishes, refusals and so on, by kind, on the lanes given.
  count(lanes, from, to) {
    const sums = { publishes: 0, refusals: 0, rightly: 0, stuck: 0, late: 0, dry: 0, deaths: 0 };
    const rightly = timelineKind('classes', 'rightly');
    const states = timelineWorst.states;
    for (const index of lanes) {
      const lane = this.lanes[index];
      timelineEach(lane.bars, from, to, (i) => (sums.publishes += lane.bars.n[i]));
      timelineEach(lane.ticks, from, to, (i) => (sums[lane.ticks.kind[i] === rightly ? 'rightly' : 'refusals'] += lane.ticks.n[i]));
      timelineEach(lane.gaps, from, to, (i) => {
        const state = states[lane.gaps.kind[i]];
        if (state in sums) sums[state] += lane.gaps.n[i];
      });
      for (const player of lane.players) sums.dry += timelineCountIn(player.dry, from, to);
    }
    for (const mark of this.marks) {
      if (mark.kind === 'death' && mark.at >= from && mark.at <= to) sums.deaths += mark.n || 1;
    }
    return sums;
  }
}

// timelineBare is what is left of a key's name however it was cleaned and cut: the first of its letters and digits.
const timelineBare = (key) => key.slice(0, 4096).replace(/\u001b\[[\d;?]*[A-Za-z]/g, '').replace(/[^\p{L}\p{N}]/gu, '').slice(0, 45);

// timelineEach calls fn with each item of a track that lies in a span, or reaches into it.
const timelineEach = (track, from, to, fn) => {
  for (let i = track.since(from); i < track.size && track.from[i] <= to; i++) {
    if (track.to[i] >= from) fn(i);
  }
};

// timelineCountIn is how many begin in a span.
const timelineCountIn = (track, from, to) => track.sum[Math.max(track.starts(to), track.starts(from))] - track.sum[track.starts(from)];
