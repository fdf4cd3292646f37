// What the charts of a story are called, how their lines look and how their figures are written.

const chartFigures = (() => {
  const classes = ['busy', 'duplicated', 'disposing', 'bad-name', 'denied', 'limit', 'closed', 'timeout', 'unreachable', 'rightly'];

  // A kind of chart: the sentence of its title, the unit of its figures, whether they are whole numbers or times, whether what was
  // refused is drawn below zero, and the lines whose highest value is worth telling first.
  const kinds = {
    publish: { title: 'chart.publish', unit: 'rate', mirror: true, first: classes.slice(0, -1) },
    players: { title: 'chart.players', unit: 'number', whole: true, first: ['dry', 'playing'] },
    bitrate: { title: 'chart.bitrate', unit: 'bits' },
    'first-frame': { title: 'chart.first-frame', unit: 'ms', times: true },
    recovery: { title: 'chart.recovery', unit: 'ms', times: true },
    cpu: { title: 'chart.cpu', unit: 'cores' },
    memory: { title: 'chart.memory', unit: 'mb' },
    descriptors: { title: 'chart.descriptors', unit: 'number', whole: true },
    connections: { title: 'chart.connections', unit: 'number', whole: true },
    lag: { title: 'chart.lag', unit: 'ms', times: true },
  };

  // The lines that have words for a name; a class of refusal and a percentile are called what they are called everywhere.
  const lines = {
    accepted: 'chart.line.accepted',
    rightly: 'chart.line.rightly',
    wanted: 'chart.line.wanted',
    playing: 'chart.line.playing',
    dry: 'chart.line.dry',
    in: 'chart.line.in',
    out: 'chart.line.out',
    max: 'chart.line.max',
    server: 'chart.line.server',
    generator: 'chart.line.generator',
    machine: 'chart.line.machine',
    clients: 'chart.line.clients',
    streams: 'chart.line.streams',
    listed: 'chart.line.listed',
  };
  const colours = { accepted: 'bar-accepted', playing: 'p-playing', dry: 'p-dry' };
  // Lines are told apart by their dashes too, but for percentiles, which lie upon each other in a known order.
  const dashes = { wanted: [2, 3], out: [9, 3], generator: [9, 3], machine: [3, 3], streams: [9, 3], listed: [3, 3], dry: [4, 2] };

  // write writes a number as short as it can be told apart from others: 0, 0.034, 1.24, 96.7, 1,640.
  const write = (v) => {
    const size = Math.abs(v);
    if (Number.isInteger(v) || size >= 99.95) return (v < 0 ? '-' : '') + fs.count(size);
    if (size >= 9.995) return v.toFixed(1);
    return size >= 0.095 ? v.toFixed(2) : String(Number(v.toPrecision(2)));
  };

  const units = {
    rate: (v) => `${write(v)}/s`,
    number: write,
    bits: (v) => `${write(v)}\u00a0Mbit/s`,
    ms: (v) => fs.duration(v * 1000),
    cores: (v) => fs.t('chart.cores', write(v)),
    mb: (v) => (v >= 1000 ? `${write(v / 1000)}\u00a0GB` : `${write(v)}\u00a0MB`),
  };

  const highest = (values) => {
    let at = -1;
    for (let i = 0; i < values.length; i++) {
      if (values[i] !== null && (at < 0 || values[i] > values[at])) at = i;
    }
    return at;
  };

  return {
    // kind is what is known of a chart; one of another version of the story is drawn under its own name.
    kind: (name) => kinds[name] ?? { unit: 'number' },
    title: (name) => (kinds[name] ? fs.t(kinds[name].title) : name),
    line: (name) => (lines[name] ? fs.t(lines[name]) : name),
    refused: (name) => classes.includes(name),
    colour: (name, index) => {
      if (classes.includes(name)) return `c-${name}`;
      return colours[name] ?? `s${(index % 6) + 1}`;
    },
    dash: (line) => dashes[line] ?? [],
    // dots says whether a line is none: the longest of some times is a point, which no line leads to.
    dots: (name, line) => line === 'max' && Boolean(kinds[name] && kinds[name].times),
    // tick writes a figure of an axis whose steps are that far apart.
    tick: (v, step) => {
      const digits = step ? Math.min(Math.max(-Math.floor(Math.log10(step) + 1e-9), 0), 6) : 0;
      return digits > 0 ? v.toFixed(digits) : write(Number(v.toFixed(3)));
    },
    value: (name, v) => (v === null || v === undefined ? '–' : units[(kinds[name] ?? { unit: 'number' }).unit](v)),
    // peak says in words when a chart was highest: what stands beside it, and what a reader of the screen is told of it.
    peak: (chart) => {
      const { first = [] } = chartFigures.kind(chart.name);
      const top = (lines) => {
        let best = null;
        for (const line of lines) {
          const at = highest(line.values);
          if (at >= 0 && (best === null || line.values[at] > best.line.values[best.at])) best = { line, at };
        }
        return best;
      };
      let best = top(chart.lines.filter((l) => first.includes(l.name)));
      if (best === null || best.line.values[best.at] === 0) best = top(chart.lines);
      if (best === null) return fs.t('chart.nothing');
      const { line, at } = best;
      const value = chartFigures.value(chart.name, line.values[at]);
      if (line.values[at] === 0) return fs.t('chart.flat', value);
      const when = fs.time(chart.at[at], 1);
      if (chart.lines.length === 1) return fs.t('chart.peak', value, when);
      return fs.t('chart.peak-of', chartFigures.line(line.name), value, when);
    },
    // still says in words what a chart has that has no course: one point of time, or nothing but zeros. Empty for all others.
    still: (chart) => {
      const at = chart.at.findIndex((_, i) => chart.lines.some((l) => l.values[i] !== null));
      const values = chart.lines.flatMap((l) => l.values).filter((v) => v !== null);
      if ((chart.late ?? []).length === 0 && values.every((v) => v === 0)) return fs.t('chart.flat', chartFigures.value(chart.name, 0));
      if (chart.lines.some((l) => l.values.some((v, i) => v !== null && i !== at))) return '';
      const words = chart.lines.filter((l) => l.values[at] !== null).map((l) => `${chartFigures.line(l.name)} ${chartFigures.value(chart.name, l.values[at])}`);
      return fs.t('chart.once', fs.time(chart.at[at], 1), words.join(', '));
    },
    highest: (line) => (highest(line.values) < 0 ? null : line.values[highest(line.values)]),
    // wide says whether a chart of times is one of orders of magnitude: its longest far above what is usual.
    wide: (chart) => {
      const usual = chart.lines.find((l) => l.name === 'p50') ?? chart.lines[0];
      const known = (usual ? usual.values : []).filter((v) => v > 0).sort((a, b) => a - b);
      if (known.length === 0) return false;
      return Math.max(...chart.lines.map((l) => chartFigures.highest(l) ?? 0)) > 50 * known[known.length >> 1];
    },
  };
})();
