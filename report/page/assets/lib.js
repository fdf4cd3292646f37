// What all parts of the page share: the data, the sentences, the range of time that is shown, and how things are written.
// Nothing here draws. The parts register themselves with fs.part, and main.js wakes them.

const fs = {
  result: null,
  story: null,
  words: { en: {}, zh: {} },
  parts: new Map(),
};

// For tests, which look in from outside; the page itself needs no global.
window.flvstorm = fs;

// fs.lang is the language that is shown now.
Object.defineProperty(fs, 'lang', {
  get() {
    const zh = document.getElementById('lang-zh');
    return zh && zh.checked ? 'zh' : 'en';
  },
});

// fs.t says a sentence of the catalogue in the language shown now. %s and %[n]s take the arguments, %% is a percent sign.
fs.t = (id, ...args) => {
  const template = fs.words[fs.lang][id] ?? fs.words.en[id];
  if (template === undefined) return id; // a picture is never lost for a missing sentence
  let next = 0;
  return template.replace(/%(?:\[(\d+)\])?([sdv%])/g, (_, n, verb) => {
    if (verb === '%') return '%';
    if (n) next = Number(n) - 1;
    return String(args[next++] ?? '');
  });
};

// Events between the parts: 'lang', 'theme', 'range' ({from, to} in µs: what the timeline shows), 'goto' ({key, from, to, finding}).
const listeners = new Map();

// fs.on calls fn at each event of that name, and returns what takes it away again.
fs.on = (event, fn) => {
  if (!listeners.has(event)) listeners.set(event, new Set());
  listeners.get(event).add(fn);
  return () => listeners.get(event).delete(fn);
};

// fs.emit tells all that listen. One that fails keeps none of the others from hearing it.
fs.emit = (event, detail) => {
  for (const fn of listeners.get(event) ?? []) {
    try {
      fn(detail);
    } catch (error) {
      console.error(error);
    }
  }
};

// fs.goto asks the timeline to show a span of time on a lane.
fs.goto = (where) => fs.emit('goto', where);

// fs.count writes a number with its thousands apart, as the tables do.
fs.count = (n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');

// fs.time writes a moment of the run. Below a minute in seconds, else on a clock; digits behind the point, three as a rule.
fs.time = (us, digits = 3) => {
  const sign = us < 0 ? '-' : '';
  const scale = 10 ** digits;
  const ticks = Math.floor((Math.abs(us) / 1e6) * scale + 1e-6); // the moment that it fell in: never rounded up
  const seconds = ticks / scale;
  if (seconds < 60) return `${sign}${seconds.toFixed(digits)}\u00a0s`;
  const two = (n) => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = (ticks - (hours * 3600 + minutes * 60) * scale) / scale;
  const tail = rest.toFixed(digits).padStart(digits ? digits + 3 : 2, '0');
  return hours ? `${sign}${hours}:${two(minutes)}:${tail}` : `${sign}${minutes}:${tail}`;
};

// fs.duration writes how long something took to three significant digits, as the tables do: 180 µs, 3.14 ms, 3.60 s.
fs.duration = (us) => {
  if (us < 0) return `-${fs.duration(-us)}`;
  const significant = (v) => (v < 9.995 ? v.toFixed(2) : v < 99.95 ? v.toFixed(1) : fs.count(v));
  if (us === 0) return '0\u00a0s';
  if (us < 999.5) return `${Math.round(us)}\u00a0µs`;
  if (us < 999500) return `${significant(us / 1e3)}\u00a0ms`;
  return `${significant(us / 1e6)}\u00a0s`;
};

// fs.colour is the value of a colour of the page as it is in the theme shown now, such as "rgb(1, 2, 3)". Asked a thousand times
// for a picture, it looks once.
const colours = new Map();
fs.colour = (name) => {
  if (!colours.has(name)) {
    // The variable's own text may be light-dark(…); what an element makes of it is a plain colour.
    const probe = document.createElement('i');
    probe.style.color = `var(--${name})`;
    probe.style.display = 'none';
    document.body.append(probe);
    colours.set(name, getComputedStyle(probe).color);
    probe.remove();
  }
  return colours.get(name);
};
const forgetColours = () => colours.clear();

// fs.el makes an element. Attributes: "on…" is a listener, "class" and the rest as in HTML, false and null are left out, true is
// an empty one. Children that are texts become text nodes, so that no stranger's text is ever read as HTML.
fs.el = (tag, attrs, ...children) => {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith('on')) el.addEventListener(name.slice(2), value);
    else el.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) el.append(child);
  }
  return el;
};

// fs.part registers a part of the page: init(root) is called with the element of that id once, when the data is there. It takes all its
// room at once; what stands below is jumped to.
fs.part = (name, init) => fs.parts.set(name, init);

// fs.idle calls fn once there is nothing more urgent to do, such as the first picture.
fs.idle = (fn) => (window.requestIdleCallback ? requestIdleCallback(fn, { timeout: 500 }) : setTimeout(fn, 50));

// unzip gives the JSON that was packed with gzip and written in base64.
const unzip = async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).json();
};

// resultBytes is the result as it stands in the page, packed.
const resultBase64 = () => document.getElementById('data-result').href.split(',')[1];

// fs.ready is resolved once the data is there.
fs.ready = (async () => {
  fs.words = JSON.parse(document.getElementById('data-words').textContent);
  [fs.result, fs.story] = await Promise.all([
    unzip(resultBase64()),
    unzip(document.getElementById('data-story').textContent.trim()),
  ]);
})();
