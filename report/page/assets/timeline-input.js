// What hands do: the wheel, a pointer or two, the keyboard.

// TimelineInput turns events into moves of the widget. Plain vertical wheels and swipes stay the page's.
class TimelineInput {
  constructor(widget) {
    this.widget = widget;
    this.pointers = new Map();
    this.drag = null;
    const { canvas, scroller } = widget;
    canvas.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    canvas.addEventListener('pointerdown', (event) => this.down(event));
    canvas.addEventListener('pointermove', (event) => this.move(event));
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, (event) => this.up(event, end === 'pointerup'));
    canvas.addEventListener('pointerleave', () => widget.hover(null));
    canvas.addEventListener('dblclick', (event) => {
      const [x, y] = this.place(event);
      if (x > widget.left && widget.head.row(y) !== 'overview') widget.zoom(event.shiftKey ? 4 : 0.25, widget.time(x));
    });
    scroller.addEventListener('keydown', (event) => this.key(event));
    scroller.addEventListener('scroll', () => widget.scrolled(), { passive: true });
  }

  place(event) {
    const box = this.widget.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  wheel(event) {
    const { widget } = this;
    const [x, y] = this.place(event);
    // Firefox counts a notch of a wheel as three lines, others as 120 pixels.
    const unit = event.deltaMode === 1 ? 40 : event.deltaMode === 2 ? 400 : 1;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    const row = y < widget.head.height ? widget.head.row(y) || 'axis' : '';
    if (sideways && !event.ctrlKey) {
      event.preventDefault();
      widget.show(widget.view.from + ((sideways * unit) / widget.width) * widget.view.len, undefined);
      return;
    }
    if (!event.ctrlKey && !event.metaKey && !row) return;
    // Out of what is whole already, the wheel is the page's again.
    if (event.deltaY > 0 && widget.view.whole && !event.ctrlKey) return;
    event.preventDefault();
    const about = row === 'overview' ? widget.timeOfAll(x) : widget.time(Math.max(x, widget.left));
    const by = Math.min(Math.max(event.deltaY * unit, -400), 400);
    const factor = Math.exp(by * (event.ctrlKey && Math.abs(by) < 30 ? 0.01 : 0.002)); // a pinch comes as a wheel of few pixels
    widget.zoomNow(factor, about);
  }

  down(event) {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    const { widget } = this;
    const [x, y] = this.place(event);
    this.pointers.set(event.pointerId, [x, y]);
    try {
      widget.canvas.setPointerCapture(event.pointerId);
    } catch {
      // A pointer that is gone already can't be held.
    }
    widget.flight.stop();
    if (this.pointers.size === 2) {
      const [a, b] = [...this.pointers.values()];
      this.drag = { how: 'pinch', apart: Math.max(20, Math.abs(a[0] - b[0])), from: widget.view.from, len: widget.view.len, about: widget.time((a[0] + b[0]) / 2) };
      return;
    }
    const row = y < widget.head.height ? widget.head.row(y) : 'lanes';
    this.drag = { how: '', row, x, y, x0: x, y0: y, from: widget.view.from, to: widget.view.to, scroll: widget.scroll, mouse: event.pointerType === 'mouse', at: widget.timeOfAll(x) };
    if (x < widget.left) this.drag.row = 'names';
    if (row === 'overview' && x >= widget.left) this.drag.how = this.brush(x);
  }

  // brush is what a press on the overview takes hold of.
  brush(x) {
    const { view } = this.widget;
    if (view.whole) return '';
    const [a, b] = [this.widget.xOfAll(view.from), this.widget.xOfAll(view.to)];
    // A handle reaches inwards too, but leaves eight pixels in the middle to move a brush by, however narrow it is.
    const inward = Math.min(7, (b - a - 8) / 2);
    if (x > a - 10 && x < a + inward) return 'brush-from';
    if (x > b - inward && x < b + 10) return 'brush-to';
    return x > a - 10 && x < b + 10 ? 'brush-move' : '';
  }

  move(event) {
    const { widget, drag } = this;
    const [x, y] = this.place(event);
    if (!this.pointers.has(event.pointerId)) {
      widget.hover([x, y], event);
      return;
    }
    this.pointers.set(event.pointerId, [x, y]);
    if (!drag) return;
    if (drag.how === 'pinch') {
      if (this.pointers.size < 2) return;
      const [a, b] = [...this.pointers.values()];
      const len = (drag.len * drag.apart) / Math.max(20, Math.abs(a[0] - b[0]));
      const share = ((a[0] + b[0]) / 2 - widget.left) / widget.width;
      widget.show(drag.about - share * len, drag.about + (1 - share) * len);
      return;
    }
    if (!drag.moved && Math.hypot(x - drag.x0, y - drag.y0) < 4) return;
    if (!drag.moved) widget.hover(null);
    drag.moved = true;
    const all = widget.timeOfAll(x) - drag.at;
    if (drag.how === 'brush-from') widget.show(Math.min(drag.from + all, drag.to - timelineLeast), drag.to);
    else if (drag.how === 'brush-to') widget.show(drag.from, Math.max(drag.to + all, drag.from + timelineLeast));
    else if (drag.how === 'brush-move') widget.show(drag.from + all, undefined, drag.to - drag.from);
    else if (drag.row === 'overview') widget.select(drag.at, widget.timeOfAll(x));
    else if (drag.row === 'lanes') {
      widget.show(drag.from - ((x - drag.x0) / widget.width) * (drag.to - drag.from), undefined, drag.to - drag.from);
      if (drag.mouse) widget.scroller.scrollTop = drag.scroll - (y - drag.y0); // a finger's is the browser's own
    } else if (drag.row !== 'names') widget.select(widget.time(drag.x0), widget.time(Math.max(x, widget.left)));
  }

  up(event, meant) {
    const { widget, drag } = this;
    if (!this.pointers.delete(event.pointerId) || !drag) return;
    if (this.pointers.size > 0) {
      this.drag = null; // of two fingers one is left: it drags nothing
      return;
    }
    this.drag = null;
    const chosen = widget.selecting;
    widget.select(null);
    if (!meant || drag.how === 'pinch') return;
    if (drag.moved) {
      if (chosen && chosen.to - chosen.from > 0) widget.fly(chosen.from, chosen.to);
      return;
    }
    const [x, y] = this.place(event);
    if (drag.row === 'names') widget.fold(x, y);
    else if (drag.row === 'overview') {
      const half = widget.view.len / 2;
      if (!widget.view.whole && drag.how !== 'brush-move') widget.fly(drag.at - half, drag.at + half);
    } else widget.pick(widget.finder.at(x, y, drag.mouse ? 0 : 8), event.clientX, event.clientY);
  }

  key(event) {
    const { widget } = this;
    if (event.target !== widget.scroller || event.altKey || event.ctrlKey || event.metaKey) return;
    const far = event.shiftKey ? 0.9 : 0.15;
    const keys = {
      ArrowLeft: () => widget.pan(-far),
      ArrowRight: () => widget.pan(far),
      ArrowUp: () => widget.step(-1),
      ArrowDown: () => widget.step(1),
      PageUp: () => widget.step(-10),
      PageDown: () => widget.step(10),
      Home: () => widget.fly(0, widget.view.len),
      End: () => widget.fly(widget.view.end - widget.view.len, widget.view.end),
      '+': () => widget.zoom(0.5),
      '=': () => widget.zoom(0.5),
      '-': () => widget.zoom(2),
      _: () => widget.zoom(2),
      0: () => widget.fit(),
      n: () => widget.next(1, false),
      p: () => widget.next(-1, false),
      N: () => widget.next(1, true),
      P: () => widget.next(-1, true),
      Enter: () => widget.detail(),
      ' ': () => widget.unfold(),
      Escape: () => widget.escape(),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }
}
