package report

import (
	"fmt"
	"strconv"

	"github.com/flvstorm/flvstorm/internal/phrase"
)

// usage shows what the server's process used over the run, and what its API showed.
func (p *page) usage() {
	u, a := p.r.Usage, p.r.API
	if (u == nil || u.Samples == 0) && (a == nil || a.Samples == 0) {
		return
	}
	p.title(p.say(phrase.TableUsage))
	g := &grid{
		header: []string{"", p.say(phrase.TableColAtFirst), p.say(phrase.TableColMax), p.say(phrase.TableColAtLast),
			p.say(phrase.TableColPerReturn)},
		align: "lrrrr",
	}
	level := func(name phrase.ID, l Level, write func(float64) string) {
		if l.First < 0 && l.Max <= 0 && l.Last <= 0 {
			return // nobody could count it
		}
		grew := ""
		if l.PerReturn != nil {
			grew = signed(*l.PerReturn, write)
		}
		g.row(p.say(name), write(float64(l.First)), write(float64(l.Max)), write(float64(l.Last)), grew)
	}
	if u != nil && u.Samples > 0 {
		level(phrase.TableMemory, u.Memory, func(v float64) string { return scaled(v, "B") })
		level(phrase.TableFDs, u.FDs, number)
		level(phrase.TableThreads, u.Threads, number)
	}
	if a != nil && a.Samples > 0 {
		level(phrase.TableAPIClients, a.Clients, number)
		level(phrase.TableAPIStreams, a.Streams, number)
	}
	if len(g.rows) > 0 {
		p.grid(g)
	}
	if u != nil && u.Samples > 0 {
		p.prose(plainInk, 1, p.cpu(u.CPU))
		if u.Sanitizer {
			p.prose(dim, 1, p.say(phrase.TableSanitized))
		}
	}
	if a == nil {
		return
	}
	if a.Took != nil && a.Took.Count > 0 {
		p.prose(plainInk, 1, p.say(phrase.TableAPITook, took(a.Took.P50.Duration()), took(a.Took.P99.Duration()), p.many(phrase.OneTime, phrase.ManyTimes, a.Samples)))
	}
	if a.Failed > 0 {
		p.prose(yellow, 1, p.say(phrase.TableAPIFailed, count(a.Failed), p.many(phrase.OneTry, phrase.ManyTries, a.Failed+a.Samples), clean(p.Book.Again(a.Error))))
	}
}

// cpu is the processor time of the server in one sentence.
func (p *page) cpu(c CPU) string {
	text := p.say(phrase.TableCPU, took(c.Took.Duration()), share(c.Mean), share(c.Peak))
	if c.PerReturn > 0 {
		text = p.say(phrase.TableCPUReturn, text, took(c.PerReturn.Duration()))
	}
	return text
}

// share writes a share of one processor.
func share(percent float64) string { return fmt.Sprintf("%.0f %%", percent) }

// number writes a figure that counts things, with what two digits behind the point can tell of a mean.
func number(v float64) string {
	if v == float64(int64(v)) {
		return count(int64(v))
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

// signed writes by how much a figure grew; what is less than nothing has its sign already.
func signed(v float64, write func(float64) string) string {
	switch {
	case v > 0:
		return "+" + write(v)
	case v < 0:
		return "-" + write(-v)
	}
	return write(0)
}
