package report

import "github.com/flvstorm/flvstorm/internal/phrase"

// Telling is what the tables on a terminal say, before it is drawn: for renderers of other kinds. Every text of it is clean
// and in one language.
type Telling struct {
	Verdict string // the word for it
	Why     string // in one sentence, without the word
	Target  string // the server, and where it is
}

// Tell says what the tables on a terminal say.
func (r Result) Tell(book phrase.Book) Telling {
	p := plainly(r, book)
	word, _, why := p.verdict()
	return Telling{Verdict: word, Why: why, Target: p.target()}
}
