package compare

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/latency"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/history"
)

// longestName is how long the name of a side may be, in letters.
const longestName = 40

// Read reads the sides that the user names: each the folder of a run, a folder of such, or several of them between commas; a
// name and "=" may stand before. Errors are sentences for the user.
func Read(args []string) ([]Side, error) { return ReadContext(context.Background(), args, nil) }

// ReadContext is Read that ends early, with the context's error, once that is cancelled. Where told is not nil, it is told how many of all
// runs have been read, from any goroutine.
//
// However many runs there are and however long they are, only a few are in memory at a time, and of each no more than its judgement.
func ReadContext(ctx context.Context, args []string, told func(read, all int)) ([]Side, error) {
	if len(args) < 2 {
		return nil, phrase.Errorf(phrase.CompareTwo)
	}
	if len(args) > MaxSides {
		return nil, phrase.Errorf(phrase.CompareSides, number(MaxSides), number(len(args)))
	}
	var sides []Side
	var problems []error
	taken := map[string]string{} // the folder of a run, and as which side it was named
	total := 0
	for _, arg := range args {
		side, err := find(arg)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		for _, r := range side.Runs {
			if _, twice := taken[identity(r.Dir)]; twice {
				problems = append(problems, phrase.Errorf(phrase.CompareTwice, r.Dir))
				break
			}
			taken[identity(r.Dir)] = arg
		}
		total += len(side.Runs)
		sides = append(sides, side)
	}
	if len(problems) == 0 {
		problems = tellApart(sides, args)
	}
	if total > MaxRuns {
		problems = append(problems, phrase.Errorf(phrase.CompareRuns, number(MaxRuns), number(total)))
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	if told == nil {
		told = func(int, int) {}
	}
	told(0, total)
	if err := readAll(ctx, sides, func(read int) { told(read, total) }); err != nil {
		return nil, err
	}
	return sides, copied(sides)
}

// copied says of a run that it is another one's copy: to count it twice would make noise look sure.
func copied(sides []Side) error {
	type instant struct {
		at   int64
		seed int64
	}
	seen := map[instant]string{}
	var problems []error
	for _, side := range sides {
		for _, r := range side.Runs {
			when := instant{r.Started.UnixNano(), r.Seed}
			if first, twice := seen[when]; twice && !r.Started.IsZero() {
				problems = append(problems, phrase.Errorf(phrase.CompareCopy, r.Dir, first))
				continue
			}
			seen[when] = r.Dir
		}
	}
	return errors.Join(problems...)
}

// identity is the one name of a folder.
func identity(dir string) string {
	if whole, err := filepath.EvalSymlinks(dir); err == nil {
		dir = whole
	}
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole
	}
	return dir
}

// find finds the runs of a side.
func find(arg string) (Side, error) {
	name, paths := "", arg
	if before, after, named := strings.Cut(arg, "="); named && before != "" && !strings.ContainsAny(before, `/\,`) {
		if _, err := os.Stat(arg); err != nil {
			name, paths = before, after
		}
	}
	if utf8.RuneCountInString(name) > longestName {
		return Side{}, phrase.Errorf(phrase.CompareName, foreign.Short(foreign.Clean(name)), number(longestName))
	}
	side := Side{Name: name, named: name != ""}
	all := []string{paths}
	if _, err := os.Stat(paths); err != nil {
		all = strings.Split(paths, ",") // but for a folder that has one in its name
	}
	for _, path := range all {
		if path == "" {
			return Side{}, phrase.Errorf(phrase.CompareEmpty, arg)
		}
		runs, err := runsIn(path)
		if err != nil {
			return Side{}, err
		}
		if side.Name == "" {
			if filepath.Base(path) == history.FileName {
				path = runs[0]
			}
			side.Name = filepath.Base(filepath.Clean(path))
			if side.Name == "." || side.Name == ".." {
				side.Name = filepath.Base(identity(path))
			}
		}
		for _, dir := range runs {
			side.Runs = append(side.Runs, Run{Dir: dir})
		}
	}
	return side, nil
}

// runsIn are the folders of runs that a path stands for, in the order of their names.
func runsIn(path string) ([]string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, phrase.Errorf(phrase.CompareNoFolder, path, err)
	case err != nil:
		return nil, phrase.Errorf(phrase.ReportNoAccess, path, err)
	case !info.IsDir() && filepath.Base(path) == history.FileName:
		return []string{filepath.Dir(path)}, nil
	case !info.IsDir():
		return nil, phrase.Errorf(phrase.ReportNotFolder, path, history.FileName)
	case holds(path):
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, phrase.Errorf(phrase.ReportNoAccess, path, err)
	}
	var out []string
	for _, e := range entries {
		if sub := filepath.Join(path, e.Name()); holds(sub) {
			out = append(out, sub)
		}
	}
	if len(out) == 0 {
		return nil, phrase.Errorf(phrase.CompareNoRun, path, history.FileName)
	}
	slices.SortFunc(out, natural)
	return out, nil
}

func holds(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, history.FileName))
	return err == nil && !info.IsDir()
}

// natural orders names so that 10 comes after 9.
func natural(a, b string) int {
	if len(a) != len(b) && strings.TrimRight(a, "0123456789") == strings.TrimRight(b, "0123456789") {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// tellApart makes the names of sides differ that the user gave none: two folders of one name are called by their paths. Names that were given are not
// changed, so that two of them have to differ.
func tellApart(sides []Side, args []string) (problems []error) {
	of := map[string]int{}
	for _, s := range sides {
		of[s.Name]++
	}
	for i, s := range sides {
		if of[s.Name] > 1 && !s.named {
			sides[i].Name = args[i]
		}
	}
	told := map[string]bool{}
	for _, s := range sides {
		if told[s.Name] {
			problems = append(problems, phrase.Errorf(phrase.CompareSameName, s.Name))
		}
		told[s.Name] = true
	}
	return problems
}

// atOnce is how many runs are read at a time: reading one already keeps two processors busy, and takes memory for a judgement.
func atOnce() int { return max(2, min(4, runtime.GOMAXPROCS(0))) }

// readAll reads all runs, a few at a time.
func readAll(ctx context.Context, sides []Side, told func(read int)) error {
	var wait sync.WaitGroup
	var mutex sync.Mutex
	var problems []error
	done := 0
	free := make(chan bool, atOnce())
	for s := range sides {
		for r := range sides[s].Runs {
			free <- true
			wait.Go(func() {
				defer func() { <-free }()
				run, err := read(ctx, sides[s].Runs[r].Dir)
				mutex.Lock()
				defer mutex.Unlock()
				if err != nil {
					problems = append(problems, err)
					return
				}
				sides[s].Runs[r] = run
				done++
				told(done)
			})
		}
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(problems...)
}

// read judges one run again, by what it was judged by at the time.
func read(ctx context.Context, dir string) (Run, error) {
	var crowd crowdTimes
	k, err := report.ReadContext(ctx, dir, func(j *history.Judge) { j.Baseline = nil }, &crowd)
	if err != nil {
		return Run{}, err
	}
	r := RunOf(k)
	crowd.into(r.Spreads)
	return r, nil
}

// RunOf is a judged run, as far as it is compared.
func RunOf(k report.Judged) Run {
	result := k.Result(phrase.English)
	out := Run{
		Dir: k.Dir, Command: commandOf(result.Repro), Target: bounded(result.Target.PublishURL), Verdict: result.Verdict.String(), Started: result.Started, Seed: result.Seed, Stopped: result.Stopped,
		Counts:  (result.Verdict == check.Pass || result.Verdict == check.Fail) && k.Torn == nil,
		Figures: figuresOf(result), Spreads: spreadsOf(k.Judgement), Errors: []string{},
		server: serverName(result.Target), settings: settingsOf(k.Header, result.Target.Profile), configs: configsOf(k.Header.Target),
		found: foundIn(k.Judgement), survived: survived(result),
	}
	if result.Verdict == check.Fail {
		exceeded(result, out.found)
	}
	if !out.Counts {
		var why []string
		for _, reason := range result.Reasons {
			why = append(why, reason.Text)
		}
		out.Why = bounded(strings.Join(why, "; "))
	}
	for name := range out.found {
		out.Errors = append(out.Errors, name)
	}
	slices.Sort(out.Errors)
	return out
}

// longestCommand is how much of a command is kept.
const longestCommand = 600

func commandOf(repro string) string {
	if len(repro) <= longestCommand {
		return repro
	}
	return strings.ToValidUTF8(repro[:longestCommand], "") + "…"
}

func serverName(t report.Target) string {
	return report.Clean(strings.TrimSpace(bounded(t.Profile + " " + t.Version)))
}

// spreadsOf are the distributions of a run of which pictures are drawn.
func spreadsOf(j check.Judgement) map[string]history.Counts {
	out := map[string]history.Counts{}
	for name, h := range map[string]*hdrhistogram.Histogram{
		"recovery": j.Outcome.Latency.Recovery, "accept": j.Outcome.Latency.Accept, "first_frame": j.Outcome.Latency.FirstMedia,
	} {
		if h == nil || h.TotalCount() == 0 {
			continue
		}
		var counts history.Counts
		for _, bar := range h.Distribution() {
			if bar.Count > 0 {
				counts = append(counts, [2]int64{bar.To, bar.Count})
			}
		}
		out[name] = counts
	}
	return out
}

// crowdTimes hears the times of all players and publishers of a steady load, of which the judgement keeps percentiles alone.
type crowdTimes struct{ frame, publish latency.Histogram }

// Attach is for a report.Listener.
func (c *crowdTimes) Attach(history.Header, *check.Judge) {}

// Step adds what a sample has.
func (c *crowdTimes) Step(e history.Event) {
	switch p := e.What.(type) {
	case history.CrowdSample:
		if p.Manner != "slow" && p.Manner != "idle" { // those that watch as anybody would
			c.frame.AddCounts(p.FirstFrame)
		}
	case history.FleetSample:
		c.publish.AddCounts(p.Publish)
	}
}

// into puts them in the place of those of the few.
func (c *crowdTimes) into(spreads map[string]history.Counts) {
	if c.frame.Count() > 0 {
		spreads["first_frame"] = c.frame.Counts()
	}
	if c.publish.Count() > 0 {
		spreads["accept"] = c.publish.Counts()
	}
}
