// Package gallery draws the pictures of the documentation from runs that were kept beside it: real servers', made once.
//
// `make gallery` writes the pictures anew; without it the tests hold that every kept run can still be told as it was, so that the
// runs keep an eye on the reports, and that the page of pictures and the README name pictures that are there.
package gallery

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/flvstorm/flvstorm/internal/peertest/chromium"
	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/report"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/page"
	"github.com/flvstorm/flvstorm/report/story"
)

// picture is one of the gallery: what flvstorm is asked for, and how the page is looked at.
type picture struct {
	name   string
	args   []string
	status int // of flvstorm
	width  int64
	height int64
	dark   bool
	// then is a script that is run in the page before the picture is taken; it may be a Promise.
	then string
}

// open unfolds the first finding; timeline brings the timeline to the top.
const (
	timeline = `document.getElementById('timeline').scrollIntoView()`
	show     = `document.querySelector('[data-goto]').click()`
)

var pictures = []picture{
	{name: "srs-7.0.2", args: []string{"report", "runs/srs-7.0.2"}, status: 1, width: 1280, height: 1500},
	{name: "srs-7.0.2-timeline", args: []string{"report", "runs/srs-7.0.2"}, status: 1, width: 1280, height: 700, then: show},
	{name: "srs-7.0.2-zh", args: []string{"report", "runs/srs-7.0.2", "--lang", "zh"}, status: 1, width: 1280, height: 1500},
	{name: "srs-5.0", args: []string{"report", "runs/srs-5.0"}, width: 1280, height: 1500, dark: true},
	{name: "early-release", args: []string{"report", "runs/early-release"}, status: 1, width: 1280, height: 1500},
	{name: "sweep", args: []string{"report", "runs/sweep"}, status: 1, width: 1280, height: 900, then: `document.getElementById('group-returns').scrollIntoView()`},
	{name: "load", args: []string{"report", "runs/load"}, width: 1280, height: 1500, then: `document.getElementById('charts').scrollIntoView()`},
	{name: "compare", args: []string{"compare", "SRS 5.0.216=runs/compare/5.0.216", "SRS 7.0.2=runs/compare/7.0.2"}, status: 1, width: 1280, height: 1500},
	{name: "narrow", args: []string{"report", "runs/srs-7.0.2"}, status: 1, width: 400, height: 860},
}

// TestGallery writes the pictures, where FLVSTORM_GALLERY names the binary that they are made with; it holds that the runs come out as
// they did, where it is built.
func TestGallery(t *testing.T) {
	binary := os.Getenv("FLVSTORM_GALLERY")
	if binary == "" {
		t.Skip("make gallery writes the pictures")
	}
	binary, err := filepath.Abs(binary)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	ctx = chromium.Start(t, ctx, chromedp.Flag("hide-scrollbars", true))
	for _, p := range pictures {
		page := filepath.Join(t.TempDir(), p.name+".html")
		cmd := exec.CommandContext(ctx, binary, append(p.args, "--html", page, "--quiet")...)
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != p.status {
			t.Fatalf("%s: status %d\n%s", p.name, code, out)
		}
		shot, err := p.take(ctx, page)
		if err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		if err := os.WriteFile(p.name+".png", shot, 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s.png: %d KB", p.name, len(shot)>>10)
	}
}

// take looks at a page as p wants it.
func (p picture) take(ctx context.Context, page string) ([]byte, error) {
	theme := "light"
	if p.dark {
		theme = "dark"
	}
	then := p.then
	if then == "" {
		then = "0"
	}
	err := chromedp.Do(ctx,
		chromedp.EmulateViewport(p.width, p.height),
		chromedp.Navigate("file://"+page),
	)
	if err != nil {
		return nil, err
	}
	steps := `(async () => {
		const theme = document.getElementById('theme-` + theme + `');
		if (theme) theme.click();
		if (window.flvstorm) await window.flvstorm.ready;
		const pause = ms => new Promise(done => setTimeout(done, ms));
		await pause(300);
		await (` + then + `);
		await pause(900);
		await (` + then + `); // what is drawn only where somebody looks has taken its room by now
		await pause(900);
		return true;
	})()`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](steps, chromedp.EvalAwaitPromise)); err != nil {
		return nil, err
	}
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}

// shown matches the pictures that a document shows.
var shown = regexp.MustCompile(`\(((?:docs/gallery/)?[\w.-]+\.png)\)`)

// TestPicturesAreThere holds that no document shows a picture that is missing, and that none is missing from the gallery's page.
func TestPicturesAreThere(t *testing.T) {
	inPage := map[string]bool{}
	for _, doc := range []string{"README.md", "../../README.md", "../../README.zh-CN.md"} {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		found := shown.FindAllStringSubmatch(string(text), -1)
		if len(found) == 0 {
			t.Errorf("%s shows no picture", doc)
		}
		for _, m := range found {
			if _, err := os.Stat(filepath.Join(filepath.Dir(doc), m[1])); err != nil {
				t.Errorf("%s: %v", doc, err)
			}
			if doc == "README.md" {
				inPage[strings.TrimSuffix(m[1], ".png")] = true
			}
		}
	}
	for _, p := range pictures {
		if !inPage[p.name] {
			t.Errorf("the gallery's page lacks %s", p.name)
		}
	}
}

// TestRunsSayTheSame judges the kept runs again: what real servers did once is to be found by every flvstorm to come, and told in both
// languages.
func TestRunsSayTheSame(t *testing.T) {
	for _, c := range []struct {
		run     string
		verdict check.Verdict
		causes  []string
	}{
		{"srs-7.0.2", check.Fail, []string{"server-crashed", "duplicated-pattern"}},
		{"srs-5.0", check.Pass, nil},
		{"early-release", check.Fail, []string{"duplicated-pattern"}},
		{"sweep", check.Fail, []string{"slow-release"}},
		{"load", check.Pass, nil},
		{"compare/5.0.216/1", check.Pass, nil},
		{"compare/7.0.2/6", check.Fail, []string{"server-crashed", "duplicated-pattern"}},
	} {
		fold := story.NewFold()
		run, err := report.Read(filepath.Join("runs", c.run), nil, fold)
		if err != nil {
			t.Errorf("%s: %v", c.run, err)
			continue
		}
		english, chinese := run.Result(phrase.English), run.Result(phrase.Chinese)
		var causes []string
		for _, f := range english.Findings {
			if f.Root && f.Severity == string(check.Error) {
				causes = append(causes, f.Code)
			}
		}
		if english.Verdict != c.verdict || !slices.Equal(causes, c.causes) {
			t.Errorf("%s: %s for %q, want %s for %q", c.run, english.Verdict, causes, c.verdict, c.causes)
		}
		if en, zh := english.Sentence(phrase.English), chinese.Sentence(phrase.Chinese); en == "" || zh == "" || en == zh {
			t.Errorf("%s is told as %q and %q", c.run, en, zh)
		}
		page := page.Report{English: english, Chinese: chinese, Story: fold.Finish(nil), Header: run.Header}
		if err := page.Write(io.Discard); err != nil {
			t.Errorf("%s: %v", c.run, err)
		}
	}
}
