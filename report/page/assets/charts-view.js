// The charts over time: one small picture per figure, all of them showing the same span and the same moment.

const chartPhases = {
  start: 'chart.phase.start',
  storm: 'chart.phase.storm',
  settling: 'chart.phase.settling',
};
// chartPhase names a phase; the name of a case of a suite is its own.
const chartPhase = (name) => (chartPhases[name] ? fs.t(chartPhases[name]) : name);

fs.part('charts', (root) => {
  const charts = (fs.story.charts ?? []).filter((c) => (c.lines ?? []).some((l) => l.values.some((v) => v !== null)));
  if (charts.length === 0) return; // what stands beside says so
  const height = 176;
  const mostRows = 500; // of a table
  const end = Math.max(fs.story.end, 1000, ...charts.map((c) => c.at[c.at.length - 1]));
  const phases = (fs.story.cases ?? []).length > 0 ? fs.story.cases : fs.story.phases ?? [];
  const shown = new Set(['death', 'hung', 'restart', 'fault', 'sanitizer', 'stopped', 'interrupted']);
  const marks = (fs.story.marks ?? []).filter((m) => shown.has(m.kind)).sort((a, b) => a.at - b.at);
  let range = { from: 0, to: end };
  const frames = []; // what each chart can be told: { text(), range(), redraw(), resize() }

  const all = () => choose(0, end);
  // choose asks everybody to show a span.
  const choose = (from, to) => {
    const span = Math.min(Math.max(to - from, chartPlot.shortest), end);
    const start = Math.min(Math.max(Math.round(from), 0), end - span);
    fs.emit('range', { from: start, to: Math.round(start + span), source: 'charts' });
  };

  const frame = (chart) => {
    const kind = chartFigures.kind(chart.name);
    const off = new Set();
    let log = Boolean(kind.times) && chartFigures.wide(chart);
    let at = null; // the point under the cursor
    let drawn = null;

    const id = `chart-${chart.name}`;
    const heading = fs.el('h3', { id });
    const peak = fs.el('p', { class: 'chart-peak', id: `${id}-peak` });
    const scale = kind.times && fs.el('button', { type: 'button', class: 'chart-scale', onclick: () => ((log = !log), drawn && redo(), text()) });
    const host = fs.el('div', { class: 'chart-plot', tabindex: 0, role: 'slider', 'aria-labelledby': id, 'aria-describedby': `${id}-peak`, 'aria-valuemin': 0, 'aria-valuemax': chart.at.length - 1 });
    const when = fs.el('li', { class: 'chart-when' });
    const items = chart.lines.map((line, i) => {
      const dots = chartFigures.dots(chart.name, line.name);
      const swatch = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
      swatch.setAttribute('class', 'chart-swatch');
      swatch.setAttribute('aria-hidden', 'true');
      const mark = document.createElementNS('http://www.w3.org/2000/svg', kind.mirror ? 'rect' : 'line');
      const where = kind.mirror ? { x: 2, y: 2, width: 14, height: 8 } : { x1: 0, x2: 18, y1: 6, y2: 6, 'stroke-dasharray': dots ? '3 4' : chartFigures.dash(line.name).join(' ') };
      for (const [name, value] of Object.entries(where)) mark.setAttribute(name, value);
      swatch.append(mark);
      const name = fs.el('span', { class: 'chart-name' });
      const value = fs.el('span', { class: 'chart-value' });
      const toggle = () => {
        off.has(i) ? off.delete(i) : off.add(i);
        button.setAttribute('aria-pressed', String(!off.has(i)));
        drawn?.show(i, !off.has(i));
      };
      const button = fs.el('button', { type: 'button', 'aria-pressed': 'true', onclick: toggle }, swatch, name, value);
      return { line, button, name, value, mark };
    });
    // said is what a button or a summary says, and for readers of the screen, of which chart.
    const said = (node, words) => node.replaceChildren(fs.t(words), fs.el('span', { class: 'offscreen' }, ` ${chartFigures.title(chart.name)}`));
    const summary = fs.el('summary');
    const table = fs.el('details', { class: 'chart-table', ontoggle: () => fill() }, summary);
    const legend = fs.el('ul', { class: 'chart-legend' }, when, ...items.map((item) => fs.el('li', null, item.button)));
    const figure = fs.el('figure', { class: 'chart', 'aria-labelledby': id }, fs.el('figcaption', null, heading, peak), host, legend, fs.el('div', { class: 'chart-foot' }, table, scale));

    // beside says the same beside the cursor, in the chart that the pointer is over; on the side where there is more room.
    const tip = fs.el('ul', { class: 'chart-tip', 'aria-hidden': 'true', hidden: true });
    const beside = (i, u) => {
      const { left } = u.cursor;
      tip.hidden = i === null || left < 0 || !u.over.matches(':hover');
      if (tip.hidden) return;
      if (tip.parentNode !== u.over) u.over.append(tip);
      const known = items.filter((item, n) => !off.has(n) && item.line.values[i] !== null);
      tip.replaceChildren(fs.el('li', null, fs.time(chart.at[i], 3)), ...known.map(({ line, value }) => fs.el('li', null, `${chartFigures.line(line.name)} ${value.textContent}`)));
      const right = left > u.over.clientWidth / 2;
      tip.style.left = right ? 'auto' : `${left + 10}px`;
      tip.style.right = right ? `${u.over.clientWidth - left + 10}px` : 'auto';
    };

    // moved shows the figures of a point, or the highest where the cursor is on none.
    const moved = (i, u) => {
      at = i;
      when.textContent = i === null ? fs.t('chart.highest') : fs.time(chart.at[i], 3);
      for (const { line, value } of items) {
        value.textContent = chartFigures.value(chart.name, i === null ? chartFigures.highest(line) : line.values[i]);
      }
      host.setAttribute('aria-valuenow', i ?? 0);
      const words = items.map(({ line, value }) => `${chartFigures.line(line.name)} ${value.textContent}`);
      host.setAttribute('aria-valuetext', `${when.textContent}: ${words.join(', ')}`);
      if (u) beside(i, u);
    };
    const colours = () => {
      items.forEach(({ line, mark }, i) => {
        mark.style[kind.mirror ? 'fill' : 'stroke'] = fs.colour(chartFigures.colour(line.name, i));
      });
    };
    const width = () => Math.max(host.clientWidth, 120);
    const redo = () => {
      if (drawn) drawn.plot.destroy();
      drawn = chartPlot.draw(host, chart, { range, log, phases, marks, chosen: choose, all, moved }, { width: width(), height });
      for (const i of off) drawn.show(i, false);
    };
    const fill = () => {
      table.querySelector('.chart-rows')?.remove();
      if (!table.open) return;
      const each = Math.ceil(chart.at.length / mostRows);
      const head = fs.el('tr', null, fs.el('th', { scope: 'col' }, fs.t('chart.time')), chart.lines.map((l) => fs.el('th', { scope: 'col' }, chartFigures.line(l.name))));
      const body = fs.el('tbody');
      for (let i = 0; i < chart.at.length; i += each) {
        body.append(fs.el('tr', null, fs.el('th', { scope: 'row' }, fs.time(chart.at[i])), chart.lines.map((l) => fs.el('td', null, chartFigures.value(chart.name, l.values[i])))));
      }
      const caption = fs.el('caption', null, chartFigures.title(chart.name), each > 1 && ` (${fs.t('chart.every', fs.count(each))})`);
      table.append(fs.el('div', { class: 'chart-rows', tabindex: 0, role: 'region', 'aria-labelledby': id }, fs.el('table', null, caption, fs.el('thead', null, head), body)));
    };
    const text = () => {
      heading.textContent = chartFigures.title(chart.name);
      peak.textContent = chartFigures.peak(chart);
      said(summary, 'chart.table');
      if (scale) {
        said(scale, 'chart.log');
        scale.setAttribute('aria-pressed', String(log));
      }
      for (const { line, name } of items) name.textContent = chartFigures.line(line.name);
      moved(at);
      fill();
    };

    // step moves the cursor by points, within what is shown.
    const step = (by) => {
      const last = chart.at.length - 1;
      let i = at === null ? chart.at.findIndex((t) => t >= range.from) : at + by;
      i = Math.min(Math.max(i, 0), last);
      if (chart.at[i] < range.from || chart.at[i] > range.to) choose(chart.at[i] - (range.to - range.from) / 2, chart.at[i] + (range.to - range.from) / 2);
      requestAnimationFrame(() => drawn?.point(i)); // once the span is shown
    };
    // zoom shows the part-th of the span, around the cursor.
    const zoom = (part) => {
      const middle = at === null ? (range.from + range.to) / 2 : chart.at[at];
      const half = Math.max((range.to - range.from) * part, chartPlot.shortest) / 2;
      choose(middle - half, middle + half);
    };
    const keys = {
      ArrowLeft: (e) => step(e.shiftKey ? -10 : -1),
      ArrowRight: (e) => step(e.shiftKey ? 10 : 1),
      ArrowDown: () => step(-1),
      ArrowUp: () => step(1),
      PageDown: () => step(-10),
      PageUp: () => step(10),
      Home: () => step(-Infinity),
      End: () => step(Infinity),
      '+': () => zoom(0.5),
      '=': () => zoom(0.5),
      '-': () => zoom(2),
      0: all,
      Escape: all,
    };
    host.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
      event.preventDefault();
      keys[event.key](event);
    });

    return {
      figure,
      begin: () => (colours(), text()),
      draw: redo,
      text: () => (text(), drawn?.plot.redraw()),
      theme: () => (colours(), drawn?.plot.redraw()),
      range: () => drawn?.plot.setScale('x', { min: range.from, max: range.to }),
      resize: () => drawn && drawn.plot.width !== width() && drawn.plot.setSize({ width: width(), height }),
    };
  };

  // still is a chart that would be an empty picture, in words.
  const still = (chart) => {
    const id = `chart-${chart.name}`;
    const heading = fs.el('h3', { id });
    const words = fs.el('p', { class: 'chart-peak' });
    const text = () => {
      heading.textContent = chartFigures.title(chart.name);
      words.textContent = chartFigures.still(chart);
    };
    return { figure: fs.el('figure', { class: 'chart-still', 'aria-labelledby': id }, fs.el('figcaption', null, heading, words)), text };
  };

  const hint = fs.el('p', { class: 'chart-hint' });
  const back = fs.el('button', { type: 'button', class: 'chart-all', hidden: true, onclick: () => all() });
  const legend = fs.el('ul', { class: 'chart-key' });
  const grid = fs.el('div', { class: 'chart-grid' });
  root.append(fs.el('div', { class: 'chart-bar' }, hint, legend, back), grid);
  root.hidden = false;

  const text = () => {
    hint.textContent = fs.t(matchMedia('(pointer: coarse)').matches ? 'chart.hint-touch' : 'chart.hint');
    back.textContent = fs.t('chart.all');
    const said = [];
    const graves = marks.some((m) => m.kind === 'death' || m.kind === 'hung' || m.kind === 'sanitizer');
    if (graves) said.push(['grave', 'chart.key.grave']);
    if (marks.some((m) => m.kind === 'restart')) said.push(['restart', 'chart.key.restart']);
    if (marks.some((m) => m.kind === 'fault' || m.kind === 'stopped' || m.kind === 'interrupted')) said.push(['fault', 'chart.key.fault']);
    if (charts.some((c) => (c.late ?? []).length > 0)) said.push(['late', 'chart.key.late']);
    legend.hidden = said.length === 0;
    legend.replaceChildren(...said.map(([name, id]) => fs.el('li', { class: `chart-key-${name}` }, fs.t(id))));
  };

  const stills = charts.filter((c) => chartFigures.still(c)).map(still);
  for (const chart of charts) if (!chartFigures.still(chart)) frames.push(frame(chart));
  grid.append(...[...frames, ...stills].map((f) => f.figure));
  const told = fs.timeline && fs.timeline.range && fs.timeline.range();
  if (told) range = { from: told[0], to: told[1] };
  text();
  for (const f of frames) f.begin();
  for (const f of stills) f.text();

  // The frames have all their room; they are filled, all in one go, when the page has been shown, or has to be printed.
  let filled = false;
  const draw = () => {
    if (filled) return;
    filled = true;
    for (const f of frames) {
      try {
        f.draw();
      } catch (error) {
        console.error(error); // and the others are drawn
        f.figure.hidden = true;
      }
    }
  };
  fs.idle(draw);
  addEventListener('beforeprint', draw);

  let asked = false;
  fs.on('range', (to) => {
    range = { from: to.from, to: Math.max(to.to, to.from + 1) };
    back.hidden = range.from <= 0 && range.to >= end;
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      for (const f of frames) f.range();
    });
  });
  fs.on('lang', () => {
    text();
    for (const f of [...frames, ...stills]) f.text();
  });
  const redraw = () => {
    for (const f of frames) f.theme();
  };
  fs.on('theme', redraw);
  // Printed, the charts show the whole run, as the timeline does.
  let kept = null;
  const ranged = (to) => {
    range = to;
    for (const f of frames) f.range();
  };
  addEventListener('beforeprint', () => {
    kept ??= range;
    ranged({ from: 0, to: end });
  });
  addEventListener('afterprint', () => {
    if (kept) ranged(kept);
    kept = null;
  });
  // What is printed has the colours of paper.
  matchMedia('print').addEventListener('change', () => {
    forgetColours();
    redraw();
  });
  new ResizeObserver(() => {
    for (const f of frames) f.resize();
  }).observe(grid);
});
