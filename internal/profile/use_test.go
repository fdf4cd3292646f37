package profile

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestVersionsOfSRS(t *testing.T) {
	p := must("srs")
	for _, tt := range []struct{ version, token, absent string }{
		{"", "fs", "wait"}, {"unknown", "fs", "wait"}, {"4.0.271", "", "wait"}, {"5.0.216", "fs", "wait"},
		{"7.0.2", "fs", "wait"}, {"7.0.135", "fs", "wait"}, {"7.0.136(Hang)", "fs", "404"}, {"8.0.0", "fs", "404"},
	} {
		at := p.At(tt.version)
		if at.Token != tt.token || at.Absent != tt.absent || at.Name != "srs" || at.log == nil {
			t.Errorf("%s: token %q, absent %q, %+v", tt.version, at.Token, at.Absent, at)
		}
	}
	// The embedded server is like SRS, but its versions are its own.
	if e := must("embedded").At("0.1"); e.Token != "fs" {
		t.Errorf("embedded: token %q", e.Token)
	}
	// From the file, whatever was made of it.
	for _, version := range []string{"", "5.0.216"} {
		if twice := p.Scaled(3).At(version).Scaled(2); twice.Idle.Later != 11*time.Second {
			t.Errorf("at %q, scaled again: %v", version, twice.Idle)
		}
	}
	back, err := Read(map[string]any{"name": "srs", "token": "fs"})
	if err != nil || back.At("4") != back {
		t.Errorf("a profile of a header has versions: %v", err)
	}
}

func TestScaled(t *testing.T) {
	p := &Profile{
		Survive: time.Second, Resume: 2 * time.Second, Idle: IdleBound{FirstWithin: 20 * time.Second, First: 25 * time.Second, Later: 10 * time.Second},
		Departures: map[string]Departure{"fin": {Policy: "grace", Resume: 4 * time.Second}},
	}
	got := p.Scaled(1.5)
	want := &Profile{
		Survive: 1500 * time.Millisecond, Resume: 2 * time.Second,
		Idle:       IdleBound{FirstWithin: 20 * time.Second, First: 25500 * time.Millisecond, Later: 10500 * time.Millisecond},
		Departures: map[string]Departure{"fin": {Policy: "grace", Resume: 4 * time.Second}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Profile{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p.Survive != time.Second || p.Departures["fin"].Resume != 4*time.Second {
		t.Error("the profile that was scaled has changed")
	}
	if known := must("srs").Scaled(3); known.log == nil || known.Accept != "onstatus" {
		t.Errorf("%+v", known)
	}
}

func TestFill(t *testing.T) {
	args, env, at := must("srs").Fill(19350, 18080, 19850)
	if diff := cmp.Diff([]string{"-e"}, args); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"SRS_LISTEN=127.0.0.1:19350", "SRS_DAEMON=off", "SRS_LOG_TANK=console", "SRS_HTTP_API_ENABLED=on", "SRS_HTTP_API_LISTEN=127.0.0.1:19850",
		"SRS_HTTP_SERVER_ENABLED=on", "SRS_HTTP_SERVER_LISTEN=127.0.0.1:18080", "SRS_VHOST_HTTP_REMUX_ENABLED=on",
	}, env); diff != "" {
		t.Error(diff)
	}
	want := Places{Publish: "rtmp://127.0.0.1:19350/live/{stream}", Play: "http://127.0.0.1:18080/live/{stream}.flv", API: "http://127.0.0.1:19850"}
	if at != want {
		t.Errorf("%+v", at)
	}
	if args, env, at := must("generic").Fill(1, 2, 3); args != nil || env != nil || at != (Places{}) {
		t.Errorf("generic is started by %v, %v at %+v", args, env, at)
	}
}

func TestTreats(t *testing.T) {
	p, complaint := load(t, least+`
viewers: hold
timestamps: continue
departures:
  unpublish: {viewers: end}
  rst: {timestamps: restart}
`)
	if complaint != "" {
		t.Fatal(complaint)
	}
	for how, want := range map[string][2]string{
		"fin": {"hold", "continue"}, "rst": {"hold", "restart"}, "unpublish": {"end", ""},
	} {
		if viewers, times := p.Treats(how); viewers != want[0] || times != want[1] {
			t.Errorf("%s: %q, %q, want %q", how, viewers, times, want)
		}
	}
	for kind, want := range map[string][2]string{
		"srs": {"either", ""}, "embedded": {"end", ""}, "lal": {"hold", "restart"}, "node-media-server": {"hold", "continue"}, "generic": {},
	} {
		if viewers, times := must(kind).Treats("fin"); viewers != want[0] || times != want[1] {
			t.Errorf("%s: %q, %q, want %q", kind, viewers, times, want)
		}
	}
}

func TestResumes(t *testing.T) {
	for _, tt := range []struct {
		kind, how string
		want      time.Duration
	}{
		{"srs", "fin", 0}, {"node-media-server", "fin", 30 * time.Second}, {"zlmediakit", "rst", 15 * time.Second},
		{"zlmediakit", "unpublish", 0},
	} {
		if got := must(tt.kind).Resumes(tt.how); got != tt.want {
			t.Errorf("%s after %s: %v, want %v", tt.kind, tt.how, got, tt.want)
		}
	}
}
