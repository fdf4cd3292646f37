// Wakes the page: the switches of language and theme, the buttons, and each part when it comes near the window.

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
  for (const host of [...asleep.keys()]) rouse(host);
  folded = [...document.querySelectorAll('details[data-print]:not([open])')];
  for (const details of folded) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of folded) details.open = false;
});

// wake calls a part once. One that fails leaves what stands in the page without it.
const wake = (root, init) => {
  try {
    init(root);
  } catch (error) {
    console.error(error);
    root.hidden = true;
  }
};

// asleep are the parts that nobody has come near to yet: what stands for each on the page, and what wakes it.
const asleep = new Map();
const rouse = (host) => {
  const calls = asleep.get(host) ?? [];
  asleep.delete(host);
  for (const call of calls) call();
};

fs.ready.then(
  () => {
    const near = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          near.unobserve(entry.target);
          rouse(entry.target);
        }
      },
      { rootMargin: '600px' },
    );
    for (const [name, init] of fs.parts) {
      const root = document.getElementById(name);
      if (!root) continue;
      if (name === 'timeline') {
        wake(root, init);
        continue;
      }
      // What is hidden is never near; its section, which is not, stands for it.
      const host = root.closest('section') ?? root.parentElement;
      asleep.set(host, [...(asleep.get(host) ?? []), () => wake(root, init)]);
      near.observe(host);
    }
  },
  (error) => console.error(error),
);
