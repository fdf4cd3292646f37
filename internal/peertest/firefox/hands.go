package firefox

// Keys that are no letters, as WebDriver writes them (https://w3c.github.io/webdriver/#keyboard-actions).
const (
	Enter   = "\uE007"
	Escape  = "\uE00C"
	Space   = " "
	Tab     = "\uE004"
	Left    = "\uE012"
	Right   = "\uE014"
	Control = "\uE009"
)

// perform does what hands do, all sources beside each other, step by step.
func (p *Page) perform(sources ...object) {
	p.t.Helper()
	p.call("input.performActions", object{"context": p.id, "actions": sources}, nil)
}

// mouse are steps of the mouse.
func mouse(steps ...object) object {
	return object{"type": "pointer", "id": "mouse", "parameters": object{"pointerType": "mouse"}, "actions": steps}
}

// At is a place in the window, in CSS pixels from its top left.
type At struct{ X, Y float64 }

func to(at At) object {
	return object{"type": "pointerMove", "x": int(at.X + 0.5), "y": int(at.Y + 0.5)}
}

var (
	down = object{"type": "pointerDown", "button": 0}
	up   = object{"type": "pointerUp", "button": 0}
	rest = object{"type": "pause"}
)

// Hover moves the mouse there.
func (p *Page) Hover(at At) {
	p.t.Helper()
	p.perform(mouse(to(at)))
}

// ClickAt clicks there.
func (p *Page) ClickAt(at At) {
	p.t.Helper()
	p.perform(mouse(to(at), down, up))
}

// Click brings the first element that matches a CSS selector into sight, and clicks its middle.
func (p *Page) Click(selector string) {
	p.t.Helper()
	found := p.locate(object{"type": "css", "value": selector})
	if len(found) == 0 {
		p.t.Fatalf("nothing matches %s", selector)
	}
	var element object
	p.call("script.callFunction", object{
		"functionDeclaration": `(e) => e.scrollIntoView({block: 'center', behavior: 'instant'})`,
		"arguments":           []object{{"sharedId": found[0].SharedID}}, "target": object{"context": p.id, "sandbox": "hands"}, "awaitPromise": false,
	}, &element)
	middle := object{"type": "element", "element": object{"sharedId": found[0].SharedID}}
	p.perform(mouse(object{"type": "pointerMove", "x": 0, "y": 0, "origin": middle}, down, up))
}

// Drag presses the mouse at one place and lets it go at another.
func (p *Page) Drag(from, until At) {
	p.t.Helper()
	half := At{(from.X + until.X) / 2, (from.Y + until.Y) / 2}
	p.perform(mouse(to(from), down, to(half), to(until), up))
}

// Wheel turns the wheel there by so many pixels down, with a key held unless that is empty.
func (p *Page) Wheel(at At, by int, held string) {
	p.t.Helper()
	scroll := object{"type": "scroll", "x": int(at.X + 0.5), "y": int(at.Y + 0.5), "deltaX": 0, "deltaY": by}
	wheel := object{"type": "wheel", "id": "wheel", "actions": []object{rest, scroll, rest}}
	if held == "" {
		p.perform(wheel)
		return
	}
	key := object{"type": "key", "id": "keys", "actions": []object{{"type": "keyDown", "value": held}, rest, {"type": "keyUp", "value": held}}}
	p.perform(key, wheel)
}

// Press presses keys, one after the other.
func (p *Page) Press(keys ...string) {
	p.t.Helper()
	var steps []object
	for _, key := range keys {
		steps = append(steps, object{"type": "keyDown", "value": key}, object{"type": "keyUp", "value": key})
	}
	p.perform(object{"type": "key", "id": "keys", "actions": steps})
}
