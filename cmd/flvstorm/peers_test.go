//go:build unix

package main

import (
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/peertest"
)

// suiteDocument is the document of a smoke run.
type suiteDocument struct {
	observed
	Cases []struct {
		Name, State, Verdict, Why string
		Findings                  []string
	}
}

// smoke makes a run of the suite that is kept in the folder "run" of the box, and reads its document, whatever its status.
func (b *box) smoke(args ...string) (outcome, suiteDocument) {
	b.t.Helper()
	o := b.run(append([]string{"smoke", "--out", "run", "--json", "result.json", "--junit", "result.xml", "--no-color"}, args...)...)
	var d suiteDocument
	if _, err := os.Stat(b.path("result.json")); err == nil {
		b.into("result.json", &d)
	}
	return o, d
}

// said is what came of each case: its verdict, or its state where it has none.
func (d suiteDocument) said() map[string]string {
	said := map[string]string{}
	for _, c := range d.Cases {
		said[c.Name] = c.Verdict
		if c.Verdict == "" {
			said[c.Name] = c.State
		}
	}
	return said
}

// why is what is said of a case that was skipped.
func (d suiteDocument) why(name string) string {
	for _, c := range d.Cases {
		if c.Name == name {
			return c.Why
		}
	}
	return ""
}

// everyCase are the names of all cases, by --list.
func (b *box) everyCase() []string {
	b.t.Helper()
	var names []string
	for line := range strings.Lines(b.run("smoke", "--list").stdout) {
		names = append(names, strings.Fields(line)[0])
	}
	if len(names) < 10 {
		b.t.Fatalf("there are the cases %q", names)
	}
	return names
}

// junit wants result.xml to be valid, and to have a testcase for each of these names. It returns which of them failed and
// which were skipped.
func (b *box) junit(names []string) (failed, skipped []string) {
	b.t.Helper()
	xmllint := peertest.Program(b.t, "xmllint")
	schema, err := filepath.Abs(filepath.Join("..", "..", "report", "testdata", "junit.xsd"))
	if err != nil {
		b.t.Fatal(err)
	}
	if out, err := exec.Command(xmllint, "--noout", "--nonet", "--schema", schema, b.path("result.xml")).CombinedOutput(); err != nil {
		b.t.Errorf("%v\n%s", err, out)
	}
	var suites struct {
		Cases []struct {
			Name    string    `xml:"name,attr"`
			Failure *struct{} `xml:"failure"`
			Error   *struct{} `xml:"error"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testsuite>testcase"`
	}
	if err := xml.Unmarshal([]byte(b.read("result.xml")), &suites); err != nil {
		b.t.Fatal(err)
	}
	var there []string
	for _, c := range suites.Cases {
		there = append(there, c.Name)
		if c.Failure != nil || c.Error != nil {
			failed = append(failed, c.Name)
		}
		if c.Skipped != nil {
			skipped = append(skipped, c.Name)
		}
	}
	for _, name := range names {
		if !slices.Contains(there, name) {
			b.t.Errorf("no testcase %s, but %q", name, there)
		}
	}
	return failed, skipped
}

// TestSmokeOnNodeMediaServer takes a server that nobody here wrote through the whole suite, as a pipeline would: started by
// its command line, known by what its answers say, its log read. Everything passes but what its profile makes senseless (it
// keeps a silent publisher for good), for the bugs that it has are known (docs/bugs-found.md), and excused.
func TestSmokeOnNodeMediaServer(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		command, _ := nodeMediaCommand(t)
		names := newBox(t).everyCase()
		// It answers from one thread. On a busy machine that takes players in after six seconds (seen, and its log says so): they
		// starve, which is true, and says more of the machine than of the server. So that is excused, and the grace is longer.
		calmly(t, time.Second, func(b *box) error {
			rtmp, http := freePort(t), freePort(t)
			var words []string
			for _, word := range append(command, "--rtmp-port", rtmp, "--http-port", http) {
				words = append(words, "'"+word+"'")
			}
			o, d := b.smoke("--exec", strings.Join(words, " "), "--exec-dir", t.TempDir(), "--grace", "3s", "--stuck-after", "6s", "--allow", "player-starved,mixed-media,play-policy",
				"--publish-url", "rtmp://127.0.0.1:"+rtmp+"/live/{stream}", "--play-url", "http://127.0.0.1:"+http+"/live/{stream}.flv")
			if o.code != 0 {
				return fmt.Errorf("want exit 0: %v", o)
			}
			if d.Target.Profile != "node-media-server" || len(d.Cases) != len(names) {
				t.Errorf("profile %s, cases %v", d.Target.Profile, d.said())
			}
			for _, c := range d.Cases {
				switch {
				case c.Name == "return-vanish":
					if c.State != "skipped" || !strings.Contains(c.Why, "notice a silent publisher") {
						t.Errorf("%+v", c)
					}
				case c.Verdict != "pass", c.Name == "contenders" && !slices.Contains(c.Findings, "mixed-media"):
					t.Errorf("%+v", c)
				}
			}
			// What is excused is neither passed nor failed.
			if failed, skipped := b.junit(names); len(failed) > 0 || !slices.Contains(skipped, "return-vanish") || !slices.Contains(skipped, "contenders") {
				t.Errorf("in the JUnit report failed %q and were skipped %q", failed, skipped)
			}
			// What is said of refusals is what the server's log says: as many, each with the line of its own connection.
			said := int64(strings.Count(b.read("run/server.log"), "already has a publisher"))
			seen := refusals(d.Publish) + refusals(d.Contenders) + refusals(d.Settling)
			if d.Publish.Refused["busy"]+d.Contenders.Refused["busy"]+d.Settling.Refused["busy"] != seen || d.Log.Tied["peer"] != seen {
				t.Errorf("%d refusals, tied by %v; refused as %v and %v", seen, d.Log.Tied, d.Publish.Refused, d.Contenders.Refused)
			}
			// Some it closed after we had gone, or so late that they had counted as accepted.
			if given := d.Contenders.Undecided + d.Publish.Undecided + d.Ended; seen > said || said > seen+given || d.Contenders.Attempts == 0 {
				t.Errorf("%d refusals seen, %d others possible; the server speaks of %d", seen, given, said)
			}
			return nil
		})
	})
}

// nginx starts nginx with its RTMP module in the foreground, and returns where it takes publishers and the file of its log.
func nginx(t testing.TB) (rtmp, log string) {
	t.Helper()
	program := peertest.Program(t, "nginx", "/usr/sbin/nginx")
	settings, err := exec.Command(program, "-V").CombinedOutput()
	if err != nil {
		t.Fatalf("nginx -V: %v: %s", err, settings)
	}
	modules := "/usr/lib/nginx/modules"
	if m := regexp.MustCompile(`--modules-path=(\S+)`).FindSubmatch(settings); m != nil {
		modules = string(m[1])
	}
	module := filepath.Join(modules, "ngx_rtmp_module.so")
	if _, err := os.Stat(module); err != nil {
		peertest.Missing(t, "nginx's RTMP module (libnginx-mod-rtmp)")
	}
	dir := t.TempDir()
	log = filepath.Join(dir, "error.log")
	for range 5 { // another may be faster with the port
		port := freePort(t)
		config := filepath.Join(dir, "nginx.conf")
		text := fmt.Sprintf(`load_module %s; daemon off; master_process off; pid %s/nginx.pid; error_log %s info;
			events { worker_connections 512; }
			rtmp { server { listen 127.0.0.1:%s; access_log off; application live { live on; } } }
		`, module, dir, log, port)
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program, "-p", dir, "-c", config, "-e", log)
		cmd.SysProcAttr = bound()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			cmd.Wait()
		}()
		t.Cleanup(func() {
			cmd.Process.Kill()
			<-ended
		})
		if listens(port, ended) {
			return "127.0.0.1:" + port, log
		}
	}
	text, _ := os.ReadFile(log)
	t.Fatalf("nginx does not listen: %s", text)
	return "", ""
}

// TestSmokeOnNginx: nginx with its RTMP module takes publishers and says BadName to a second one; there is no HTTP-FLV. What
// has to do with publishers alone is tried, and the rest is skipped with the reason.
func TestSmokeOnNginx(t *testing.T) {
	t.Parallel()
	insistently(t, func(t testing.TB) {
		rtmp, log := nginx(t)
		names := newBox(t).everyCase()
		senseless := []string{"publish-and-play", "play-in-gap", "stalled-player", "codec-change", "audio-only", "video-only"}
		calmly(t, 300*time.Millisecond, func(b *box) error {
			o, d := b.smoke("--publish-url", "rtmp://"+rtmp+"/live/{stream}", "--profile", "nginx-http-flv", "--log", log,
				"--skip", "return-unpublish,return-rst,return-cut")
			if o.code != 0 {
				return fmt.Errorf("want exit 0: %v", o)
			}
			for _, c := range d.Cases {
				switch {
				case slices.Contains(senseless, c.Name):
					if c.State != "skipped" || !strings.Contains(c.Why, "no --play-url was given") {
						t.Errorf("%+v", c)
					}
				case c.Name == "return-vanish":
					if c.State != "skipped" || !strings.Contains(c.Why, "notice a silent publisher") {
						t.Errorf("%+v", c)
					}
				case c.Verdict != "pass":
					t.Errorf("%+v", c)
				}
			}
			names := slices.DeleteFunc(names, func(name string) bool {
				return slices.Contains([]string{"return-unpublish", "return-rst", "return-cut"}, name)
			})
			if len(d.Cases) != len(names) {
				t.Errorf("cases %v", d.said())
			}
			if failed, skipped := b.junit(names); len(failed) > 0 || len(skipped) != len(senseless)+1 {
				t.Errorf("in the JUnit report failed %q and were skipped %q", failed, skipped)
			}
			// Every refusal is a BadName, none is busy, and each is tied to its line; nginx names no port, so by our token.
			seen := refusals(d.Publish) + refusals(d.Contenders) + refusals(d.Settling)
			if bad := d.Publish.Refused["bad-name"] + d.Contenders.Refused["bad-name"] + d.Settling.Refused["bad-name"]; bad != seen || d.Contenders.Refused["bad-name"] == 0 {
				t.Errorf("refused: %v, contenders %v", d.Publish.Refused, d.Contenders.Refused)
			}
			if d.Log.Tied["token"] != seen {
				t.Errorf("%d refusals, tied by %v", seen, d.Log.Tied)
			}
			return nil
		})
	})
}
