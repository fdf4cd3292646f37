package history

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// kinds are the payloads that a file may hold. Adding one means a type in event.go and a line here.
var kinds = map[string]func(data []byte) (Payload, error){
	Tick{}.Kind():             decode[Tick],
	Phase{}.Kind():            decode[Phase],
	Interrupted{}.Kind():      decode[Interrupted],
	Stopped{}.Kind():          decode[Stopped],
	OwnTrouble{}.Kind():       decode[OwnTrouble],
	Connected{}.Kind():        decode[Connected],
	ArmedLost{}.Kind():        decode[ArmedLost],
	PublishSent{}.Kind():      decode[PublishSent],
	PublishAccepted{}.Kind():  decode[PublishAccepted],
	PublishRefused{}.Kind():   decode[PublishRefused],
	PublishUndecided{}.Kind(): decode[PublishUndecided],
	Departed{}.Kind():         decode[Departed],
	PublishEnded{}.Kind():     decode[PublishEnded],
	PlayRequested{}.Kind():    decode[PlayRequested],
	PlayResponse{}.Kind():     decode[PlayResponse],
	PlayFirst{}.Kind():        decode[PlayFirst],
	PlayProgress{}.Kind():     decode[PlayProgress],
	PlayRefused{}.Kind():      decode[PlayRefused],
	PlayEnded{}.Kind():        decode[PlayEnded],
	LogLine{}.Kind():          decode[LogLine],
	Process{}.Kind():          decode[Process],
	Probe{}.Kind():            decode[Probe],
	Crash{}.Kind():            decode[Crash],
	Sanitizer{}.Kind():        decode[Sanitizer],
	Usage{}.Kind():            decode[Usage],
	API{}.Kind():              decode[API],
	Case{}.Kind():             decode[Case],
	Watched{}.Kind():          decode[Watched],
	Stall{}.Kind():            decode[Stall],
	Oddity{}.Kind():           decode[Oddity],
	LoadStep{}.Kind():         decode[LoadStep],
	LoadHolds{}.Kind():        decode[LoadHolds],
	LoadStepEnded{}.Kind():    decode[LoadStepEnded],
	LoadJudged{}.Kind():       decode[LoadJudged],
	CrowdSample{}.Kind():      decode[CrowdSample],
	FleetSample{}.Kind():      decode[FleetSample],
	SelfSample{}.Kind():       decode[SelfSample],
}

func decode[T Payload](data []byte) (Payload, error) {
	var p T
	if len(data) == 0 {
		return p, nil
	}
	err := json.Unmarshal(data, &p)
	return p, err
}

// encoder writes events as lines of JSON. The envelope is written by hand, the payload by its struct tags, into one
// buffer that is used again.
type encoder struct {
	buf     bytes.Buffer
	payload *json.Encoder
	scratch []byte
}

func newEncoder() *encoder {
	e := &encoder{}
	e.payload = json.NewEncoder(&e.buf)
	e.payload.SetEscapeHTML(false)
	return e
}

// line adds v, any value, as one line.
func (e *encoder) line(v any) error { return e.payload.Encode(v) }

// event adds ev as one line. On an error the buffer is as it was.
func (e *encoder) event(ev Event) error {
	mark := e.buf.Len()
	b := append(e.scratch[:0], `{"seq":`...)
	b = strconv.AppendInt(b, ev.Seq, 10)
	b = append(b, `,"at":`...)
	b = strconv.AppendInt(b, int64(ev.At), 10)
	if ev.Due != 0 {
		b = append(b, `,"due":`...)
		b = strconv.AppendInt(b, int64(ev.Due), 10)
	}
	if ev.Key != "" {
		b = appendString(append(b, `,"key":`...), ev.Key)
	}
	if ev.Actor != "" {
		b = appendString(append(b, `,"actor":`...), ev.Actor)
	}
	if ev.Epoch != 0 {
		b = append(b, `,"epoch":`...)
		b = strconv.AppendUint(b, uint64(ev.Epoch), 10)
	}
	b = appendString(append(b, `,"kind":`...), ev.What.Kind())
	e.scratch = b
	e.buf.Write(b)
	switch p := ev.What.(type) {
	case Tick, Interrupted: // nothing but their kind
	case Unknown:
		if json.Valid(p.Raw) {
			e.buf.WriteString(`,"data":`)
			// A raw value may hold line breaks between its tokens; a line must not.
			if err := json.Compact(&e.buf, p.Raw); err != nil {
				e.buf.Truncate(mark)
				return err
			}
		}
	default:
		e.buf.WriteString(`,"data":`)
		if err := e.payload.Encode(p); err != nil {
			e.buf.Truncate(mark)
			return fmt.Errorf("encode %s: %w", ev.What.Kind(), err)
		}
		e.buf.Truncate(e.buf.Len() - 1) // Encode ends with a line break
	}
	e.buf.WriteString("}\n")
	return nil
}

// appendString adds s as a JSON string. Keys and actors are plain ASCII almost always.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, _ := json.Marshal(s) // a string always marshals
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// decodeEvent reads one line. An event of a kind that is not known comes back as Unknown.
func decodeEvent(line []byte) (Event, error) {
	var env struct {
		Seq   int64           `json:"seq"`
		At    time.Duration   `json:"at"`
		Due   time.Duration   `json:"due"`
		Key   string          `json:"key"`
		Actor string          `json:"actor"`
		Epoch uint32          `json:"epoch"`
		Kind  string          `json:"kind"`
		Data  json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(line, &env); err != nil {
		return Event{}, err
	}
	if env.Kind == "" {
		return Event{}, fmt.Errorf("event %d has no kind", env.Seq)
	}
	ev := Event{Seq: env.Seq, At: env.At, Due: env.Due, Key: env.Key, Actor: env.Actor, Epoch: env.Epoch}
	known, ok := kinds[env.Kind]
	if !ok {
		ev.What = Unknown{Name: env.Kind, Raw: env.Data}
		return ev, nil
	}
	what, err := known(env.Data)
	if err != nil {
		return Event{}, fmt.Errorf("event %d, %s: %w", env.Seq, env.Kind, err)
	}
	ev.What = what
	return ev, nil
}
