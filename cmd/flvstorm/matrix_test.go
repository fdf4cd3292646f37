//go:build unix

package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/embedded"
)

// row is one line of the matrix: how a server misbehaves, how it is tried, and exactly what has to be found of it. A row
// with neither bug nor lie is a good server, of which nothing is found.
type row struct {
	name string
	bug  string
	// lie is what a proxy in front of a good server does to the streams of its viewers; it is made anew for each run.
	lie  func() mangler
	args []string
	// From outside: deaf keeps the server's log from flvstorm, asks shows it the server's API.
	deaf, asks bool
	// want are the errors by their IDs, sorted: the code for a root, "code<cause" for a consequence.
	want string
	// code is the exit status, where it is not what follows from want.
	code int
	// check looks closer, nil for not.
	check func(*box, document) error
}

// String names a row. A bug has several where it is tried in several ways.
func (r row) String() string {
	switch {
	case r.bug == "":
		return r.name
	case r.name == "":
		return r.bug
	}
	return r.bug + " " + r.name
}

// matrix is every bug and every lie, each with its codes and nothing else.
var matrix = slices.Concat(bugs, liars)

// places are where the server of r stands: flvstorm starts it, or somebody else has.
func (r row) places() []string {
	if r.lie != nil || r.deaf {
		return []string{"outside"}
	}
	return []string{"inside", "outside"}
}

// TestMatrix walks the matrix: each bug on flvstorm's own server and from outside, for nothing is known of it but what
// anybody can see. FLVSTORM_SEEDS says how many seeds; `make matrix` has 50 for a good server, and a fifth of that for each bug.
func TestMatrix(t *testing.T) {
	t.Parallel()
	for _, r := range matrix {
		for _, where := range r.places() {
			for seed := 1; seed <= max(1, seeds()/5); seed++ {
				t.Run(fmt.Sprintf("%v/%s/%d", r, where, seed), func(t *testing.T) {
					t.Parallel()
					// A machine that stands still may hit a window that is as long as the gap, or be late itself.
					calmly(t, 200*time.Millisecond, func(b *box) error { return r.try(b, "flvstorm", where, seed) })
				})
			}
		}
	}
}

// TestMatrixClean: of a good server nothing is found, whatever the seed and the way in which publishers leave.
func TestMatrixClean(t *testing.T) {
	t.Parallel()
	for _, r := range good {
		for seed := 1; seed <= seeds(); seed++ {
			t.Run(fmt.Sprintf("%v/%d", r, seed), func(t *testing.T) {
				t.Parallel()
				calmly(t, 200*time.Millisecond, func(b *box) error { return r.try(b, "flvstorm", "inside", seed) })
			})
		}
	}
}

// TestMatrixIsWhole: there is no bug without a row, and no row of a bug that there isn't.
func TestMatrixIsWhole(t *testing.T) {
	rows := map[string]bool{}
	for _, r := range matrix {
		if r.bug != "" && !slices.Contains(embedded.BugNames(), r.bug) {
			t.Errorf("row %v is about a bug that there isn't", r)
		}
		if rows[r.String()] {
			t.Errorf("two rows are called %v", r)
		}
		rows[r.String()] = true
	}
	for _, bug := range embedded.BugNames() {
		if !slices.ContainsFunc(matrix, func(r row) bool { return r.bug == bug && r.want != "" }) {
			t.Errorf("the bug %s has no row in which it is found", bug)
		}
	}
}

// seeds is how many are tried of a good server.
func seeds() int {
	if n, err := strconv.Atoi(os.Getenv("FLVSTORM_SEEDS")); err == nil {
		return n
	}
	return 5
}

// good are the ways in which a good server is tried. What contends, and how the publishers left, is seen by every player.
var good = []row{
	{name: "unpublish", args: join(patient, witnessed, []string{"--leave", "unpublish"}), check: busily(6)},
	{name: "fin", args: join(patient, witnessed, []string{"--leave", "fin"}), check: busily(6)},
	{name: "rst", args: join(patient, witnessed, []string{"--leave", "rst"}), check: busily(6)},
	{name: "cut", args: join(patient, witnessed, []string{"--leave", "cut"}), check: busily(6)},
	{name: "halfclose", args: join(patient, witnessed, []string{"--leave", "halfclose"}), check: busily(6)},
	{name: "all mixed", args: join(patient, witnessed, []string{
		"--leave", "unpublish,fin,rst,cut,halfclose", "--live", "200ms", "--contenders", "2",
	}), check: busily(12)},
	{name: "full reconnects", args: join(patient, witnessed, []string{"--armed=false"}), check: busily(6)},
	{name: "a sweep", args: join(patient, witnessed, []string{"--gap", "sweep:0..20ms", "--duration", "3500ms"}), check: busily(6)},
	{name: "long lives", args: join(witnessed, []string{"--live", "3s", "--duration", "6s"}), check: busily(3)},
	{name: "a long gap", args: join(witnessed, []string{"--gap", "1500ms", "--duration", "4s"}), check: busily(3)},
	{name: "vanish", args: join(patient, witnessed, []string{"--leave", "fin=3,vanish", "--duration", "9s"}), check: busily(4)},
}

// witnessed are runs that are small, and of which every frame is read.
var witnessed = []string{"--witnesses", "all", "--streams", "3", "--duration", "2500ms"}

// busily wants so many publishes, which is half of what is planned, none of them ended by the server, and media that was
// read.
func busily(least int64) func(*box, document) error {
	return func(b *box, d document) error {
		switch {
		case d.Verdict != "pass":
			return fmt.Errorf("verdict %q, reasons %+v", d.Verdict, d.Reasons)
		case len(d.Findings) > 0:
			return fmt.Errorf("findings %+v", d.Findings)
		case d.Publish.Accepted < least:
			return fmt.Errorf("%d publishes accepted, want %d", d.Publish.Accepted, least)
		case d.Publish.Attempts != d.Publish.Accepted+d.Publish.Undecided+refusals(d.Publish):
			return fmt.Errorf("the attempts don't add up: %+v", d.Publish)
		case d.Ended != 0:
			return fmt.Errorf("the server ended %d publishes", d.Ended)
		}
		return nil
	}
}

// try makes the run of r with that flvstorm, in the folder "run" of b, and says what is not as it should be.
func (r row) try(b *box, flvstorm, where string, seed int) error {
	b.t.Helper()
	var target []string
	var server *outsider
	switch {
	case r.lie != nil:
		server = b.serve()
		target = server.flags()
		target[3] = "http://" + lying(b.t, server.http, r.lie()) + "/live/{stream}.flv"
	case where == "outside":
		server = b.serve("--bug", r.bug)
		target = server.flags()
		if r.deaf {
			target = target[:4]
		}
		if r.asks {
			target = append(target, "--api", "http://"+server.http)
		}
	case r.bug != "":
		target = []string{"--bug", r.bug}
	}
	peak, o := b.runAs(flvstorm, join([]string{"chaos", "--out", "run", "--json", "result.json", "--quiet", "--seed", strconv.Itoa(seed)}, target, r.args)...)
	if err := r.holds(b, "result.json", o); err != nil {
		return err
	}
	if r.lie != nil {
		if err := modest(peak); err != nil {
			return err
		}
	}
	d := b.document("result.json")
	if d.Target.Embedded != (where == "inside") || d.Target.Profile != "embedded" {
		return fmt.Errorf("target %+v", d.Target)
	}
	// Some bugs have the name of what is found of them.
	if where == "outside" && r.bug != "" && !strings.Contains(d.codes(), r.bug) &&
		regexp.MustCompile(`\b`+r.bug+`\b`).MatchString(b.read("result.json")) {
		return fmt.Errorf("the document knows the bug's name: %s", b.read("result.json"))
	}
	if server != nil && !slices.Contains([]string{"crash", "hang"}, r.bug) {
		server.stop()
	}
	return nil
}

// holds says what of a judgement of the run in b is not as the row wants it: its status, its errors, or what check finds.
func (r row) holds(b *box, file string, o outcome) error {
	b.t.Helper()
	status := r.code
	if r.want != "" {
		status = 1
	}
	if _, err := os.Stat(b.path(file)); err != nil {
		return fmt.Errorf("no document: %v", o) // it came to no run
	}
	d := b.document(file)
	if got := d.errors(); got != r.want {
		return fmt.Errorf("found %q, want %q: %v", got, r.want, o)
	}
	if o.code != status {
		return fmt.Errorf("want exit %d: %v", status, o)
	}
	if r.check == nil {
		return nil
	}
	return r.check(b, d)
}

// runAs is run with a flvstorm of the caller's. peak is how much memory it took, in kB.
func (b *box) runAs(flvstorm string, args ...string) (peak int64, o outcome) {
	b.t.Helper()
	atOnce <- struct{}{}
	defer func() { <-atOnce }()
	p := b.startProgram(flvstorm, args...)
	most := p.peak()
	o = p.wait()
	return <-most, o
}

// errors are the IDs of all findings that are no information, sorted.
func (d document) errors() string {
	var out []string
	for _, f := range d.Findings {
		if f.Severity == "error" {
			out = append(out, f.ID)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}
