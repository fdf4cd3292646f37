package firefox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/coder/websocket"
)

// object is a JSON object on its way to the browser.
type object map[string]any

// wire is a connection that speaks WebDriver BiDi (https://w3c.github.io/webdriver-bidi/#transport): commands and their answers by
// number, and events between them.
type wire struct {
	conn *websocket.Conn
	hear func(method string, params json.RawMessage) // every event, one after the other, before the answers that follow it

	mu      sync.Mutex
	last    uint64
	waiting map[uint64]chan<- answer
	broken  error // why no answer comes any more
	done    chan struct{}
}

// answer is what came of a command.
type answer struct {
	result json.RawMessage
	err    error
}

// dial connects to the browser at url.
func dial(ctx context.Context, url string, hear func(method string, params json.RawMessage)) (*wire, error) {
	conn, _, err := websocket.Dial(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(-1) // a picture of a long page is one message
	w := &wire{conn: conn, hear: hear, waiting: map[uint64]chan<- answer{}, done: make(chan struct{})}
	go w.read()
	return w, nil
}

// read hands out what comes until the connection ends.
func (w *wire) read() {
	defer close(w.done)
	for {
		_, message, err := w.conn.Read(context.Background())
		if err == nil {
			err = w.take(message)
		}
		if err == nil {
			continue
		}
		w.mu.Lock()
		w.broken = fmt.Errorf("the connection to Firefox: %w", err)
		for id, ch := range w.waiting {
			ch <- answer{err: w.broken}
			delete(w.waiting, id)
		}
		w.mu.Unlock()
		return
	}
}

func (w *wire) take(message []byte) error {
	var m struct {
		Type           string
		ID             *uint64
		Result         json.RawMessage
		Error, Message string
		Method         string
		Params         json.RawMessage
	}
	if err := json.Unmarshal(message, &m); err != nil {
		return fmt.Errorf("%.200q: %w", message, err)
	}
	if m.Type == "event" {
		w.hear(m.Method, m.Params)
		return nil
	}
	if m.ID == nil {
		return fmt.Errorf("not an answer to anything: %.200s", message)
	}
	a := answer{result: m.Result}
	if m.Type == "error" {
		a.err = fmt.Errorf("%s: %s", m.Error, m.Message)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if ch, ok := w.waiting[*m.ID]; ok { // nobody waits for it any more otherwise
		ch <- a
		delete(w.waiting, *m.ID)
	}
	return nil
}

// call sends a command and waits for its result, which it puts into out, unless that is nil.
func (w *wire) call(ctx context.Context, method string, params object, out any) error {
	ch := make(chan answer, 1)
	w.mu.Lock()
	if w.broken != nil {
		defer w.mu.Unlock()
		return fmt.Errorf("%s: %w", method, w.broken)
	}
	w.last++
	id := w.last
	w.waiting[id] = ch
	w.mu.Unlock()
	command, err := json.Marshal(object{"id": id, "method": method, "params": params})
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if err := w.conn.Write(ctx, websocket.MessageText, command); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case a := <-ch:
		if a.err == nil && out != nil {
			a.err = json.Unmarshal(a.result, out)
		}
		if a.err != nil {
			return fmt.Errorf("%s: %w", method, a.err)
		}
		return nil
	case <-ctx.Done():
		w.mu.Lock()
		delete(w.waiting, id)
		w.mu.Unlock()
		return fmt.Errorf("%s: no answer: %w", method, ctx.Err())
	}
}

// close ends the connection and waits until nothing more is heard.
func (w *wire) close() error {
	err := w.conn.CloseNow()
	<-w.done
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
