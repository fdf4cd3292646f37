package report

import "github.com/flvstorm/flvstorm/internal/phrase"

// retell says in the book's language what was said in English when the run was made or judged: what of ours got in the way, how the
// server ended, why a step did not hold. A server's own words stay as they are.
func (r *Result) retell(book phrase.Book) {
	r.Server.How = book.Again(r.Server.How)
	for i := range r.Own {
		r.Own[i].Detail = book.Again(r.Own[i].Detail)
	}
	for i := range r.Reasons {
		r.Reasons[i].Text = book.Again(r.Reasons[i].Text)
	}
	for i := range r.Findings {
		r.Findings[i].retell(book)
	}
	for i := range r.Cases {
		c := &r.Cases[i]
		c.Why = book.Again(c.Why)
		for n := range c.Found {
			c.Found[n].retell(book)
		}
	}
	if r.Load == nil {
		return
	}
	for i := range r.Load.Steps {
		agains(book, r.Load.Steps[i].Reasons)
	}
	if r.Load.Limit != nil {
		agains(book, r.Load.Limit.Reasons)
	}
}

func (f *Finding) retell(book phrase.Book) {
	for i := range f.Cases {
		c := &f.Cases[i]
		if c.Class == "" { // else it is what the server said when it refused
			c.Text = book.Again(c.Text)
		}
		if c.Crash != nil {
			agains(book, c.Crash.Notes)
		}
	}
}

// agains says each of several texts again, in place.
func agains(book phrase.Book, texts []string) {
	for i, text := range texts {
		texts[i] = book.Again(text)
	}
}
