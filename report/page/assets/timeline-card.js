// The card that says what is under the pointer; pinned by a click or by Enter, its text can be marked and copied.

class TimelineCard {
  constructor(root, model) {
    this.model = model;
    this.root = fs.el('div', { class: 'tl-card', hidden: true });
    root.append(this.root);
    this.pinned = false;
    this.shown = '';
    this.onclose = () => {};
    // On a narrow screen a finger's next touch anywhere closes it.
    document.addEventListener('pointerdown', (event) => {
      if (this.pinned && !root.contains(event.target)) this.close();
    });
  }

  // show puts the card beside a point of the window.
  show(item, x, y, pin) {
    const id = timelineID(item) + fs.lang + pin;
    if (id !== this.shown) this.fill(timelineTell(item, this.model), pin);
    this.shown = id;
    this.pinned = pin;
    this.root.hidden = false;
    this.root.classList.toggle('tl-pinned', pin);
    const room = document.documentElement;
    // On a narrow screen it lies along an edge: the lower one, or the upper one where that would cover what was touched.
    const sheet = room.clientWidth < timelineNarrow;
    this.root.classList.toggle('tl-sheet', sheet);
    this.root.style.left = this.root.style.top = '';
    const { width, height } = this.root.getBoundingClientRect();
    if (sheet) {
      this.root.classList.toggle('tl-above', y > room.clientHeight - height - 40);
      return;
    }
    const left = x + 14 + width < room.clientWidth ? x + 14 : Math.max(8, Math.min(x - 14 - width, room.clientWidth - width - 8));
    let top = y + 16;
    if (top + height > room.clientHeight - 8) top = y - height - 12;
    if (top < 8) top = Math.max(8, room.clientHeight - height - 8);
    this.root.style.left = `${Math.max(8, left < 8 ? 8 : left)}px`;
    this.root.style.top = `${top}px`;
  }

  fill(told, pin) {
    const list = fs.el('dl', null, told.rows.flatMap(([label, value]) => [fs.el('dt', null, label), fs.el('dd', null, fs.el('bdi', null, value))]));
    const children = [fs.el('p', { class: 'tl-title' }, told.title), list];
    if (told.body) children.push(fs.el('pre', { class: 'tl-body' }, told.body));
    if (pin) {
      const text = [told.title, ...told.rows.map(([label, value]) => `${label}: ${value}`), told.body].filter(Boolean).join('\n');
      const copy = fs.el('button', { type: 'button', onclick: async () => {
        copy.textContent = fs.t((await this.copied(text)) ? 'timeline.copied' : 'timeline.not-copied');
      } }, fs.t('timeline.copy'));
      const close = fs.el('button', { type: 'button', onclick: () => this.close() }, fs.t('timeline.close'));
      children.push(fs.el('p', { class: 'tl-buttons' }, copy, close));
    }
    this.root.replaceChildren(...children);
  }

  async copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // A page from disk may not be trusted with the clipboard: mark the text, so that the reader can take it.
      const range = document.createRange();
      range.selectNodeContents(this.root);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return false;
    }
  }

  // hide takes away what only hovered.
  hide() {
    if (!this.pinned) this.close(true);
  }

  close(quiet) {
    if (this.root.hidden) return;
    const held = this.root.contains(document.activeElement);
    this.pinned = false;
    this.shown = '';
    this.root.hidden = true;
    if (!quiet) this.onclose(held);
  }
}

// timelineID tells items apart.
const timelineID = (item) => (item ? `${item.type}/${item.lane}/${item.player ?? ''}/${item.i ?? ''}` : '');
