// One chart as uPlot draws it: the lines, behind them what was going on (phases, a late generator), before them what happened to the
// server. Colours are asked for at each drawing, so a change of theme is a drawing again.

const chartPlot = (() => {
  const second = 1e6;
  const axisWidth = 52; // the same for all, so that a moment stands at one place in every chart of a column
  const shortest = 1000; // µs: what zooms no further

  // Steps of the axis of time, in µs: decimal below ten seconds, of a clock above.
  const steps = [];
  for (let step = 1; step < 10 * second; step *= 10) steps.push(step, 2 * step, 5 * step);
  for (const s of [10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400]) steps.push(s * second);
  const whole = [];
  for (let step = 1; step < 1e12; step *= 10) whole.push(step, 2 * step, 5 * step);
  const parts = [];
  for (let digits = 6; digits > 0; digits--) parts.push(...[1, 2, 5].map((n) => Number(`${n}e-${digits}`)));

  const moments = (_, splits, __, ___, step) => {
    const digits = step >= second ? 0 : Math.min(6, Math.ceil(-Math.log10(step / second)));
    return splits.map((us) => fs.time(us, digits));
  };

  // duration writes a figure of an axis of times in the units that they have beside it.
  const duration = (ms, step) => {
    if (ms >= 1000) return `${chartFigures.tick(ms / 1000, step / 1000)}\u00a0s`;
    if (ms === 0 || ms >= 1) return `${chartFigures.tick(ms, step)}\u00a0ms`;
    return `${chartFigures.tick(ms * 1000, step * 1000)}\u00a0µs`;
  };

  // The data of a chart: as it is, or with refusals below zero, one class upon the other.
  const columns = (chart, kind, log) => {
    if (!kind.mirror) {
      return chart.lines.map((l) => (log ? l.values.map((v) => (v === null ? null : Math.max(v, 0.001))) : l.values));
    }
    const sums = new Array(chart.at.length).fill(0);
    return chart.lines.map((l) => {
      if (!chartFigures.refused(l.name)) return l.values;
      return l.values.map((v, i) => {
        if (v === null) return null;
        sums[i] -= v;
        return sums[i];
      });
    });
  };

  const span = (u, from, to) => {
    const left = Math.max(u.valToPos(from, 'x', true), u.bbox.left);
    const right = Math.min(u.valToPos(to, 'x', true), u.bbox.left + u.bbox.width);
    return [left, right - left];
  };

  // behind shades phases and the spans in which the generator was late.
  const behind = (u, chart, phases) => {
    const { ctx, bbox } = u;
    const density = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    const longest = Math.max(0, ...phases.map((p) => p.len));
    phases.forEach((phase, i) => {
      const [left, width] = span(u, phase.from, phase.from + phase.len);
      if (width <= 0) return;
      const many = phases.length > 3; // cases of a suite, which take turns; else what is not the run itself is shaded
      if (many ? i % 2 === 1 : phase.len < longest) {
        ctx.globalAlpha = 0.06;
        ctx.fillStyle = fs.colour('fg');
        ctx.fillRect(left, bbox.top, width, bbox.height);
      }
      ctx.globalAlpha = 1;
    });
    for (const late of chart.late ?? []) {
      const [left, wide] = span(u, late.from, late.from + late.len);
      const width = Math.max(wide, density);
      if (wide < 0) continue;
      ctx.globalAlpha = 0.16;
      ctx.fillStyle = ctx.strokeStyle = fs.colour('warn');
      ctx.fillRect(left, bbox.top, width, bbox.height);
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, bbox.top, width, bbox.height);
      ctx.clip();
      ctx.globalAlpha = 0.45;
      ctx.lineWidth = density;
      ctx.beginPath();
      for (let x = left - bbox.height; x < left + width; x += 7 * density) {
        ctx.moveTo(x, bbox.top + bbox.height);
        ctx.lineTo(x + bbox.height, bbox.top);
      }
      ctx.stroke();
      ctx.restore();
    }
    ctx.restore();
  };

  // names writes what phases are called, over what is drawn: on a ground of its own, so that bars and lines leave it to be read.
  const names = (u, phases) => {
    const { ctx, bbox } = u;
    const density = devicePixelRatio;
    const longest = Math.max(0, ...phases.map((p) => p.len));
    ctx.save();
    ctx.font = `${10 * density}px system-ui, sans-serif`;
    ctx.textBaseline = 'top';
    ctx.textAlign = 'left'; // the axes leave theirs behind
    for (const phase of phases) {
      if (phases.length <= 3 && phase.len >= longest) continue;
      const [left, width] = span(u, phase.from, phase.from + phase.len);
      const name = chartPhase(phase.name);
      const wide = ctx.measureText(name).width;
      if (wide + 6 * density >= width) continue;
      ctx.globalAlpha = 0.8;
      ctx.fillStyle = fs.colour('panel');
      ctx.fillRect(left + density, bbox.top + density, wide + 4 * density, 12 * density);
      ctx.globalAlpha = 1;
      ctx.fillStyle = fs.colour('dim');
      ctx.fillText(name, left + 3 * density, bbox.top + 2 * density);
    }
    ctx.restore();
  };

  // before draws what happened to the server: a death goes through, everything else is dashed.
  const before = (u, marks) => {
    const { ctx, bbox } = u;
    const density = devicePixelRatio;
    ctx.save();
    ctx.lineWidth = density;
    let last = -Infinity;
    for (const mark of marks) {
      const x = Math.round(u.valToPos(mark.at, 'x', true));
      if (x < bbox.left || x > bbox.left + bbox.width || x - last < 2 * density) continue;
      last = x;
      const grave = mark.kind === 'death' || mark.kind === 'hung' || mark.kind === 'sanitizer';
      ctx.strokeStyle = ctx.fillStyle = fs.colour(grave ? 'bad' : mark.kind === 'restart' ? 'good' : 'info');
      ctx.setLineDash(grave ? [] : [4 * density, 3 * density]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      const tip = 4 * density;
      ctx.beginPath();
      ctx.moveTo(x - tip, bbox.top);
      ctx.lineTo(x + tip, bbox.top);
      ctx.lineTo(x, bbox.top + 1.5 * tip);
      ctx.fill();
    }
    ctx.restore();
  };

  const series = (chart, kind) =>
    chart.lines.map((line, i) => {
      const name = chartFigures.colour(line.name, i);
      const colour = () => fs.colour(name);
      const one = { stroke: colour, width: 1.5, dash: chartFigures.dash(line.name), points: { size: 4, fill: colour } };
      if (chartFigures.dots(chart.name, line.name)) Object.assign(one, { paths: () => null, points: { show: true, size: 3.5, fill: colour, width: 0 } });
      else if (line.name === 'p50') one.width = 2.5;
      if (kind.mirror) {
        // A point is the middle of its window: a bar as wide as that stands around it.
        Object.assign(one, { width: 0, dash: [], fill: colour, fillTo: () => 0, points: { show: false } });
        one.paths = uPlot.paths.bars({ size: [1, chart.at.length > 1 ? Infinity : 12] });
      }
      return one;
    });

  const highs = (log, kind) => (u, min, max) => {
    if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return log ? [1, 10] : [0, 1];
    if (log) {
      const low = 10 ** Math.floor(Math.log10(Math.max(min, 0.001)));
      return [low, Math.max(10 ** Math.ceil(Math.log10(Math.max(max, 0.001)) - 1e-9), low * 10)];
    }
    const least = kind.whole ? 1 : 1e-9;
    const [, high] = uPlot.rangeNum(0, Math.max(max, least), 0.1, true);
    return [min < 0 ? uPlot.rangeNum(min, 0, 0.1, true)[0] : 0, max <= 0 && min < 0 ? 0 : high];
  };

  return {
    shortest,
    // draw draws a chart into an element. view is { range, log, phases, marks, chosen(from, to), all(), moved(index) }.
    draw: (host, chart, view, size) => {
      const kind = chartFigures.kind(chart.name);
      const axis = { stroke: () => fs.colour('dim'), font: '11px system-ui, sans-serif', ticks: { show: false } };
      axis.grid = { stroke: () => fs.colour('line'), width: 1 };
      const y = { ...axis, size: axisWidth, space: 26 };
      y.values = (_, splits, __, ___, step) => splits.map((v) => (v === null ? '' : (kind.times ? duration(v, view.log ? 0 : step) : chartFigures.tick(kind.mirror ? Math.abs(v) : v, view.log ? 0 : step))));
      if (view.log) {
        // The orders of magnitude are enough.
        const tens = (_, splits) => splits.map((v) => (v > 0 && Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9 ? v : null));
        y.filter = tens;
        y.grid = { ...axis.grid, filter: tens };
      }
      y.incrs = kind.whole ? whole : [...parts, ...whole];
      const data = columns(chart, kind, view.log);
      const lines = series(chart, kind);
      // Of what is piled up the highest pile comes first, and lower ones cover it down to theirs.
      const order = lines.map((_, i) => i);
      if (kind.mirror) order.reverse();
      const plot = new uPlot(
        {
          ...size,
          padding: [6, 16, 0, 0],
          legend: { show: false },
          scales: {
            x: { time: false, min: view.range.from, max: view.range.to },
            y: { distr: view.log ? 3 : 1, range: highs(view.log, kind) },
          },
          axes: [{ ...axis, size: 24, space: 62, incrs: steps, values: moments }, y],
          series: [{}, ...order.map((i) => lines[i])],
          cursor: {
            y: false,
            points: { size: 6 },
            drag: { x: true, y: false, setScale: false },
            bind: { dblclick: () => () => (view.all(), null) },
            sync: {
              key: 'flvstorm',
              scales: ['x', null],
              setSeries: false,
              filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
            },
          },
          hooks: {
            drawClear: [(u) => behind(u, chart, view.phases)],
            draw: [(u) => before(u, view.marks), (u) => names(u, view.phases)],
            setCursor: [(u) => view.moved(u.cursor.idx ?? null, u)],
            setSelect: [
              (u) => {
                const { left, width } = u.select;
                if (width < 4) return;
                u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
                view.chosen(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'));
              },
            ],
          },
        },
        [chart.at, ...order.map((i) => data[i])],
        host,
      );
      return {
        plot,
        show: (i, shown) => plot.setSeries(order.indexOf(i) + 1, { show: shown }),
        // point moves the cursor of all charts to a point of this one.
        point: (i) => plot.setCursor({ left: plot.valToPos(chart.at[i], 'x'), top: plot.over.clientHeight / 2 }, true, true),
      };
    },
  };
})();
