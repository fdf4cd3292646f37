package check

import "github.com/flvstorm/flvstorm/report/history"

// witnessing counts the witnesses among the players of a load: they are part of what was wanted, and stand in no sample. Players of
// keys that publishers leave in the middle of the run are those of the chaos beside it.
type witnessing struct {
	playing map[string]bool            // by actor, of those who have not gone
	keys    map[string]string          // of them
	of      map[string]map[string]bool // the same, by their keys
	left    map[string]bool            // keys
	up      int64                      // how many play
}

// maxWitnessing bounds how many are counted.
const maxWitnessing = 100_000

func newWitnessing() witnessing {
	return witnessing{playing: map[string]bool{}, keys: map[string]string{}, of: map[string]map[string]bool{}, left: map[string]bool{}}
}

func (w *witnessing) step(e history.Event) {
	switch p := e.What.(type) {
	case history.PlayRequested:
		if _, known := w.playing[e.Actor]; p.Witness && !p.Crowd && !known && !w.left[e.Key] && len(w.playing) < maxWitnessing {
			w.playing[e.Actor], w.keys[e.Actor] = false, e.Key
			if w.of[e.Key] == nil {
				w.of[e.Key] = map[string]bool{}
			}
			w.of[e.Key][e.Actor] = true
		}
	case history.PlayFirst:
		if up, known := w.playing[e.Actor]; known && !up && p.Of != "byte" {
			w.playing[e.Actor] = true
			w.up++
		}
	case history.PlayRefused:
		w.ended(e.Actor, p.Wire)
	case history.PlayEnded:
		w.ended(e.Actor, p.Wire)
	case history.Departed:
		if w.left[e.Key] || len(w.left) >= maxWitnessing {
			return
		}
		w.left[e.Key] = true
		for actor := range w.of[e.Key] {
			w.ended(actor, history.WireOurs)
		}
	}
}

// ended says that a session is over; who ended it by himself has gone.
func (w *witnessing) ended(actor string, wire history.Wire) {
	up, known := w.playing[actor]
	if !known {
		return
	}
	if up {
		w.up--
	}
	w.playing[actor] = false
	if wire == history.WireOurs {
		key := w.keys[actor]
		delete(w.of[key], actor)
		if len(w.of[key]) == 0 {
			delete(w.of, key)
		}
		delete(w.playing, actor)
		delete(w.keys, actor)
	}
}

// among are how many witnesses are wanted and play, beside so many of the crowd, where so many are wanted altogether.
func (w *witnessing) among(crowd, all int64) (wanted, playing int64) {
	wanted = min(int64(len(w.playing)), max(all-crowd, 0))
	return wanted, min(w.up, wanted)
}
