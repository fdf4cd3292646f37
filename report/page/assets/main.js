// Wakes the page: the switches of language and theme, the buttons, and each part once the data is there.

// Whatever needs a script is hidden until here.
document.documentElement.classList.add('js');

// The switches work by CSS alone; what is left is to tell the machine that reads the page aloud, and those that draw.
for (const input of document.querySelectorAll('input[name="lang"]')) {
  input.addEventListener('change', () => {
    document.documentElement.lang = fs.lang === 'zh' ? 'zh-Hans' : 'en';
    const tab = document.getElementById('tab'); // which no tab can choose from by CSS
    document.title = (tab.querySelector(`[lang="${fs.lang}"]`) ?? tab).textContent;
    fs.emit('lang', fs.lang);
  });
}
const retheme = () => {
  forgetColours();
  fs.emit('theme');
};
for (const input of document.querySelectorAll('input[name="theme"]')) input.addEventListener('change', retheme);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', retheme);

// What says where it belongs on the timeline goes there when it is clicked. Buttons hear Enter and Space by themselves. Without a
// timeline there is nowhere to go.
if (document.getElementById('timeline')) {
  for (const link of document.querySelectorAll('[data-goto]')) link.disabled = false;
}
document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-goto]');
  if (!link) return;
  fs.goto(JSON.parse(link.dataset.goto));
  const timeline = document.getElementById('timeline');
  if (timeline && !timeline.hidden) {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    timeline.closest('section').scrollIntoView({ behavior: calm ? 'auto' : 'smooth', block: 'start' });
  }
});

// said shows for a moment that a button did what it says, to eyes and to readers of the screen.
let saying = 0;
const said = (button, id) => {
  const status = document.getElementById('status');
  status.textContent = fs.t(id);
  button.classList.add('done');
  clearTimeout(saying);
  saying = setTimeout(() => {
    for (const other of document.querySelectorAll('.button.done')) other.classList.remove('done');
    status.textContent = '';
  }, 1500);
};

// copy puts a text on the clipboard. A page from disk may not be trusted with it; then the old way is the only one.
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const held = document.activeElement;
    const area = fs.el('textarea', { class: 'offscreen', tabindex: -1 });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    held?.focus({ preventScroll: true });
    return done;
  }
};
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const from = button.dataset.copy;
    await fs.ready;
    const text = from === 'json' ? JSON.stringify(fs.result, null, 2) : document.getElementById(from).textContent;
    const done = await copy(text);
    said(button, done ? 'page.js.copied' : 'page.js.not-copied');
    // Where nothing may be copied for the reader, the text is marked, to be copied by hand.
    if (!done && from !== 'json') getSelection().selectAllChildren(document.getElementById(from));
  });
}

// The link gives the packed JSON, which needs no script; this one gives it as it is.
for (const button of document.querySelectorAll('[data-download]')) {
  button.addEventListener('click', async () => {
    await fs.ready;
    const url = URL.createObjectURL(new Blob([JSON.stringify(fs.result, null, 2)], { type: 'application/json' }));
    fs.el('a', { href: url, download: button.dataset.download }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  });
}

// A region can be reached by the keyboard to be scrolled; one that has nothing to scroll need not be stopped at.
const scrolls = [...document.querySelectorAll('.scroll[tabindex], pre[tabindex], .heat-scroll[tabindex]')];
const stops = () => {
  const wide = scrolls.map((region) => region.scrollWidth > region.clientWidth || region.scrollHeight > region.clientHeight);
  scrolls.forEach((region, i) => {
    if (wide[i] || region === document.activeElement) region.tabIndex = 0;
    else region.removeAttribute('tabindex');
  });
};
const sized = new ResizeObserver(stops);
for (const region of scrolls) sized.observe(region);
fs.on('lang', stops);

// Printed, everything that was folded and matters is open; afterwards it is as it was.
let folded = [];
addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll('details[data-print]:not([open])')];
  for (const details of folded) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of folded) details.open = false;
});

// land goes to what the address names, and opens it where it is folded. A span of time is on the timeline.
const land = () => {
  const name = location.hash.slice(1); // ours are letters and hyphens
  const goal = document.getElementById(name.startsWith('t=') ? 'time' : name);
  if (!goal) return;
  for (let e = goal; e; e = e.parentElement) if (e.tagName === 'DETAILS') e.open = true;
  goal.scrollIntoView({ behavior: 'instant', block: 'start' });
};
addEventListener('hashchange', land);

// Who took the page in hand while it was still being drawn stays where he is.
let taken = false;
for (const hand of ['wheel', 'touchmove', 'keydown', 'pointerdown']) addEventListener(hand, () => (taken = true), { once: true, passive: true });

// wake calls a part once. One that fails leaves what stands in the page without it.
const wake = (root, init) => {
  try {
    init(root);
  } catch (error) {
    console.error(error);
    root.hidden = true;
  }
};

// All parts take their room in one go, so that from the first picture on every place of the page is where it stays; what costs
// time is drawn by each part when nothing else is to be done.
fs.ready.then(
  () => {
    for (const [name, init] of fs.parts) {
      const root = document.getElementById(name);
      if (root) wake(root, init);
    }
    if (!taken) land();
  },
  (error) => console.error(error),
);
