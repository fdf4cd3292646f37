// What of the run is in view, and which moments the axis names.

// timelineLeast is the shortest span that can be looked at, in µs: its ticks are a microsecond apart.
const timelineLeast = 20;

// TimelineView is the span of time in view.
class TimelineView {
  constructor(end) {
    this.end = end * 1.01; // what ends with the run does not stick to the edge
    this.from = 0;
    this.to = this.end;
  }

  get len() {
    return this.to - this.from;
  }

  get whole() {
    return this.from <= 0 && this.to >= this.end;
  }

  // set shows a span, moved and bounded so that it lies in the run. It says whether anything changed.
  set(from, to) {
    if (!Number.isFinite(from) || !Number.isFinite(to)) return false;
    const len = Math.min(Math.max(Math.abs(to - from), Math.min(timelineLeast, this.end)), this.end);
    from = Math.min(Math.max(Math.min(from, to), 0), this.end - len);
    const changed = from !== this.from || from + len !== this.to;
    this.from = from;
    this.to = from + len;
    return changed;
  }

  // zoomed is the span that is factor times as long, in which the moment about stays where it is.
  zoomed(factor, about) {
    const len = Math.min(Math.max(this.len * factor, Math.min(timelineLeast, this.end)), this.end);
    const share = (about - this.from) / this.len;
    return [about - share * len, about + (1 - share) * len];
  }
}

// Steps of the axis in µs beyond a second; below they are 1, 2 and 5 times a power of ten.
const timelineSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400].map((s) => s * 1e6);

// timelineTicks are the moments that an axis names: about one in every apart pixels. digits is how many behind the point tell
// them from each other.
const timelineTicks = (from, to, width, apart) => {
  const least = ((to - from) / Math.max(width, 1)) * apart;
  let step = timelineSteps.find((s) => s >= least) ?? timelineSteps.at(-1) * Math.ceil(least / timelineSteps.at(-1));
  if (least < 1e6) {
    const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
    step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= least);
  }
  const digits = step >= 1e6 ? 0 : Math.min(6, Math.ceil(6 - Math.log10(step) - 1e-9));
  const at = [];
  for (let t = Math.ceil(from / step) * step; t <= to && at.length < 1000; t += step) at.push(Math.round(t));
  return { step, digits, at };
};

// TimelineFlight moves a view to a span in a third of a second: zoom and place go together, so that the eye can follow. Whoever
// wants less motion is there at once.
class TimelineFlight {
  constructor(view, moved) {
    this.view = view;
    this.moved = moved;
    this.frame = 0;
  }

  go(from, to, at_once) {
    this.stop();
    if (at_once || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.view.set(from, to);
      this.moved(true);
      return;
    }
    const [from0, to0, start] = [this.view.from, this.view.to, performance.now()];
    const step = (now) => {
      const x = Math.min(1, Math.max(0, (now - start) / 320));
      const eased = x < 0.5 ? 4 * x ** 3 : 1 - (2 - 2 * x) ** 3 / 2;
      // The length goes by factors: from an hour to a millisecond every moment zooms alike.
      const len0 = Math.max(to0 - from0, timelineLeast);
      const len1 = Math.max(to - from, timelineLeast);
      const len = len0 * (len1 / len0) ** eased;
      // As the length shrinks so does the way still to go, in the same measure.
      const done = Math.abs(len1 - len0) < len0 * 1e-3 ? eased : (len0 - len) / (len0 - len1);
      const first = from0 + (from - from0) * done;
      this.view.set(x < 1 ? first : from, x < 1 ? first + len : to);
      this.frame = x < 1 ? requestAnimationFrame(step) : 0;
      this.moved(x >= 1);
    };
    this.frame = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }
}
