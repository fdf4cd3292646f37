package sample

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flvstorm/flvstorm/internal/phrase"
	"github.com/flvstorm/flvstorm/internal/profile"
	"github.com/flvstorm/flvstorm/load/target"
	"github.com/flvstorm/flvstorm/report/history"
)

// asking is an api that asks a server which answers with these, by path.
func asking(t *testing.T, p *profile.Profile, answers map[string]http.HandlerFunc) *api {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer := answers[r.URL.Path]; answer != nil {
			answer(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(server.Close)
	a, err := newAPI(server.URL, p, func(name string) string { return secretOf[name] }, nil)
	if err != nil {
		t.Fatal(err)
	}
	a.within = time.Hour // however slow this machine is
	return a
}

// secretOf is the environment of these tests.
var secretOf = map[string]string{"NMS_TOKEN": "eyJhbGciOi.J9/+x=y&\"z\"<q>", "ZLM_SECRET": "035c73f7-bb6b\n", "OTHER": "x"}

// known is a profile whose API lists streams under /streams and clients under /clients.
func known() *profile.Profile {
	return &profile.Profile{Name: "test", API: &profile.API{
		Streams: &profile.APIList{
			Path: "/streams?count=9", List: "streams", Key: []string{"url"}, Active: "publish.active", Publisher: "publish.cid",
			Count: "clients", Frames: "frames",
		},
		Clients: &profile.APIList{Path: "/clients", List: "clients", ID: "id", Peer: "ip"},
		Header:  "Authorization: Bearer ${NMS_TOKEN}",
		Query:   "secret=${ZLM_SECRET}",
	}}
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
}

// What real servers answered reads as what they were doing.
func TestCapturedAnswers(t *testing.T) {
	file := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			http.ServeFile(w, r, filepath.Join("../../../internal/profile/testdata/api", name))
		}
	}
	for _, tt := range []struct {
		name, profile string
		answers       map[string]http.HandlerFunc
		want          history.API
	}{
		{"SRS 5.0.216", "srs", map[string]http.HandlerFunc{
			"/api/v1/streams/": file("srs-5.0.216-streams.json"), "/api/v1/clients/": file("srs-5.0.216-clients.json"),
		}, history.API{
			Clients: 2, Streams: []history.APIStream{{Key: "live/s0", Active: true, Publisher: "96427333", Clients: 2}},
			Peers: map[string]string{"96427333": "127.0.0.1", "99087754": "127.0.0.1"},
		}},
		{"node-media-server", "node-media-server", map[string]http.HandlerFunc{
			"/api/v1/streams": file("node-media-server-streams.json"), "/api/v1/sessions": file("node-media-server-sessions.json"),
		}, history.API{
			Clients: 1, Streams: []history.APIStream{{Key: "live/s0", Active: true, Publisher: "mwrtb2fa6g5tc7lh", Clients: 1}},
			Peers: map[string]string{"mwrtb2fa6g5tc7lh": "127.0.0.1:34252", "mwrtb4oixc166qfz": "127.0.0.1:46334"},
		}},
		{"node-media-server in its grace", "node-media-server", map[string]http.HandlerFunc{
			"/api/v1/streams": file("node-media-server-reconnecting.json"), "/api/v1/sessions": file("node-media-server-sessions.json"),
		}, history.API{
			Clients: 0, Streams: []history.APIStream{{Key: "live/s1", Publisher: "mwru23cm2rk3hcat"}},
			Peers: map[string]string{"mwrtb2fa6g5tc7lh": "127.0.0.1:34252", "mwrtb4oixc166qfz": "127.0.0.1:46334"},
		}},
		{"lal", "lal", map[string]http.HandlerFunc{"/api/stat/all_group": file("lal-all_group.json")}, history.API{
			Clients: 1, Streams: []history.APIStream{{Key: "live/s0", Active: true, Publisher: "RTMPPUBSUB1", Clients: 1}},
			Peers: map[string]string{"RTMPPUBSUB1": "127.0.0.1:52158"},
		}},
		{"livego", "livego", map[string]http.HandlerFunc{"/stat/livestat": file("livego-livestat.json")}, history.API{
			Clients: -1, Streams: []history.APIStream{{Key: "live/s1", Active: true, Clients: -1}},
		}},
		{"livego with no stream", "livego", map[string]http.HandlerFunc{"/stat/livestat": file("livego-idle.json")}, history.API{
			Clients: -1,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p, ok := profile.Lookup(tt.profile)
			if !ok {
				t.Fatal("no such profile")
			}
			got, err := asking(t, p, tt.answers).look(t.Context(), true)
			if err != nil {
				t.Fatal(err)
			}
			if got.Took <= 0 {
				t.Error("it took no time")
			}
			if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(history.API{}, "Took"), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestItemsOfOneStreamAreJoined(t *testing.T) {
	a := asking(t, known(), map[string]http.HandlerFunc{"/streams": says(`{"streams":[
		{"url":"live/s1","clients":"x"},
		{"url":"live/s0","clients":1,"publish":{"active":false}},
		{"url":"/live/s0","clients":3,"publish":{"active":true,"cid":7},"frames":9},
		{"clients":4}, 5, null]}`)})
	got, err := a.look(t.Context(), false)
	want := []history.APIStream{
		{Key: "live/s0", Active: true, Publisher: "7", Clients: 3, Frames: 9},
		{Key: "live/s1", Clients: -1},
	}
	if diff := cmp.Diff(want, got.Streams); diff != "" || err != nil || got.Clients != -1 {
		t.Errorf("%d clients, %v\n%s", got.Clients, err, diff)
	}
}

func TestWhatIsAskedAndHow(t *testing.T) {
	var asked []string
	a := asking(t, known(), map[string]http.HandlerFunc{
		"/streams": func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Method+" "+r.RequestURI)
			if got := r.Header.Get("Authorization"); got != "Bearer "+secretOf["NMS_TOKEN"] {
				t.Errorf("it is asked with %q", got)
			}
			if !r.Close {
				t.Error("the connection is kept: it would count as one of the server's")
			}
			io.WriteString(w, `{"streams":[]}`)
		},
		"/clients": func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Method+" "+r.RequestURI)
			io.WriteString(w, `{"clients":[]}`)
		},
	})
	for _, peers := range []bool{false, true} {
		if got, err := a.look(t.Context(), peers); err != nil || got.Clients != 0 {
			t.Errorf("%+v, %v", got, err)
		}
	}
	want := []string{
		"GET /streams?count=9&secret=035c73f7-bb6b", "GET /streams?count=9&secret=035c73f7-bb6b", "GET /clients?secret=035c73f7-bb6b",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error(diff)
	}
}

func TestAnAPIThatCannotBeRead(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("another host was asked")
	}))
	defer elsewhere.Close()
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `%c{"url":"live/%d"}`, ",["[b2i(i == 0)], i)
		}
		return `{"streams":` + b.String() + `]}`
	}
	for _, tt := range []struct {
		name    string
		streams http.HandlerFunc
		want    phrase.ID
		lasting bool
	}{
		{"not there", nil, phrase.SampleNotFound, true},
		{"not let in", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }, phrase.SampleDenied, true},
		{"forbidden", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }, phrase.SampleDenied, true},
		{"out of order", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, phrase.SampleStatus, false},
		{"a page", says("<html><body>It works!</body></html>"), phrase.SampleNotJSON, true},
		{"nothing", says(""), phrase.SampleNotJSON, true},
		{"cut", says(`{"streams":[{"url":"live/s0"`), phrase.SampleNotJSON, true},
		{"a refusal as JSON", says(`{"code":-100,"msg":"Incorrect secret"}`), phrase.SampleNoList, true},
		{"no list", says(`{"streams":7}`), phrase.SampleNoList, true},
		{"too many streams", says(many(maxListed + 1)), phrase.SampleTooMany, true},
		{"names too long", says(`{"streams":[` + strings.TrimSuffix(strings.Repeat(`{"url":"`+strings.Repeat("x", 500)+`%d"},`, 500), ",") + `]}`), "", false},
		{"elsewhere", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) }, phrase.SampleRedirect, true},
		{"in a circle", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, phrase.SampleRedirect, true},
		{"closed without a word", func(w http.ResponseWriter, _ *http.Request) {
			nc, _, _ := w.(http.Hijacker).Hijack()
			nc.Close()
		}, phrase.SampleUnreached, false},
		{"no HTTP", func(w http.ResponseWriter, _ *http.Request) {
			nc, _, _ := w.(http.Hijacker).Hijack()
			io.WriteString(nc, "SSH-2.0-OpenSSH_9.6\r\n")
			nc.Close()
		}, phrase.SampleUnreached, false},
		{"a body without end", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `{"streams":[{"x":"`)
			for r.Context().Err() == nil {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		}, phrase.SampleNotJSON, true}, // zero bytes are no text
		{"a list without end", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `{"x":[0`)
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat(`,[{"url":0}]`, 1000)); err != nil {
					return
				}
			}
		}, phrase.SampleLong, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := asking(t, known(), map[string]http.HandlerFunc{"/streams": tt.streams}).look(t.Context(), false)
			var sentence *phrase.Error
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.As(err, &sentence) || sentence.ID != tt.want {
				t.Fatalf("%v, want the sentence %s", err, tt.want)
			}
			if lasting := errors.As(err, new(denied)); lasting != tt.lasting {
				t.Errorf("lasting %v, want %v", lasting, tt.lasting)
			}
			if len(err.Error()) > 400 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestAnAPIThatSaysNothing(t *testing.T) {
	hang := make(chan struct{})
	a := asking(t, known(), map[string]http.HandlerFunc{"/streams": func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	}})
	defer close(hang)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := a.look(ctx, false)
	var sentence *phrase.Error
	if !errors.As(err, &sentence) || sentence.ID != phrase.SampleSlow || target.WireOf(err) != history.WireTimeout {
		t.Errorf("%v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if _, err := a.look(ctx, false); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// A server may quote what it was asked with, anywhere and in any way of writing it.
func TestSecretsAreSeenNowhere(t *testing.T) {
	quoting := func(format string, status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
			inJSON, _ := json.Marshal(token)
			w.WriteHeader(status)
			fmt.Fprint(w, strings.NewReplacer(
				"{token}", token, "{json}", strings.Trim(string(inJSON), `"`), "{query}", r.URL.RawQuery, "{secret}", r.FormValue("secret"),
			).Replace(format))
		}
	}
	long := strings.Repeat("{secret}", prefixBytes/len("035c73f7-bb6b")+1)
	for _, tt := range []struct {
		name   string
		format string
		status int
	}{
		{"in a refusal", "no such token: {token} {json} {query} {secret}", 401},
		{"as an error in JSON", `{"msg":"bad {json}, {secret}"}`, 200},
		{"as what is no JSON", `{query}`, 200},
		{"cut in the middle", long, 500},
		{"in names", `{"streams":[{"url":"live/{json}","clients":1,"publish":{"cid":"{secret}"}},{"url":"live/x{secret}{query}"}]}`, 200},
		{"in a name that is cut", `{"streams":[{"url":"live/` + strings.Repeat("y", maxAPIText-len("live/")-9) + `{secret}"}]}`, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := asking(t, known(), map[string]http.HandlerFunc{"/streams": quoting(tt.format, tt.status)}).look(t.Context(), false)
			event, _ := json.Marshal(got)
			text := fmt.Sprintf("%s %v %+v", event, err, got)
			for _, piece := range []string{"eyJhbG", "035c73"} {
				if strings.Contains(text, piece) {
					t.Errorf("%s", text)
				}
			}
		})
	}
}

func TestSecretsOfTheURL(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		http.Error(w, user+" "+password+" "+r.Header.Get("Authorization")+" "+r.URL.RawQuery, http.StatusForbidden)
	}))
	defer server.Close()
	p := known()
	p.API.Header, p.API.Query = "", ""
	a, err := newAPI(strings.Replace(server.URL, "://", "://admin:hunter22@", 1)+"/?api_key=sesame99&x=open", p, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.look(t.Context(), false)
	for _, secret := range []string{"hunter22", "sesame99", "YWRtaW46aHVudGVyMjI"} {
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%v", err)
		}
	}
	if err == nil || !strings.Contains(err.Error(), "admin ***") {
		t.Errorf("what the server said is missing: %v", err)
	}
}

func TestAPIsThatCannotBeAsked(t *testing.T) {
	generic, _ := profile.Lookup("generic")
	for _, tt := range []struct {
		name, where string
		profile     *profile.Profile
		want        phrase.ID
		says        string
	}{
		{"a kind without an API", "http://127.0.0.1:1985", generic, phrase.SampleNoAPI, "srs"},
		{"no profile", "http://127.0.0.1:1985", nil, phrase.SampleNoAPI, "srs"},
		{"no scheme", "127.0.0.1:1985", known(), phrase.SampleNotURL, "http://127.0.0.1:1985"},
		{"no host", "http:///api", known(), phrase.SampleNotURL, ""},
		{"no HTTP", "rtmp://127.0.0.1/live", known(), phrase.SampleNotURL, ""},
		{"with a secret", "ftp://u:hunter22@h/", known(), phrase.SampleNotURL, "***"},
		{"a secret that is not set", "http://h/", func() *profile.Profile {
			p := known()
			p.API.Header = "X-Key: ${NOT_SET}"
			return p
		}(), phrase.SampleNoSecret, "NOT_SET"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := newAPI(tt.where, tt.profile, func(name string) string { return secretOf[name] }, nil)
			var sentence *phrase.Error
			if !errors.As(err, &sentence) || sentence.ID != tt.want || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v", err)
			}
			if err != nil && strings.Contains(err.Error(), "hunter22") {
				t.Errorf("a password is shown: %v", err)
			}
		})
	}
}

// Most of the time of a sample of an API with a thousand streams is that of reading it.
func BenchmarkLookAtAThousandStreams(b *testing.B) {
	captured, err := os.ReadFile("../../../internal/profile/testdata/api/srs-5.0.216-streams.json")
	if err != nil {
		b.Fatal(err)
	}
	head, item, _ := strings.Cut(string(captured), `"streams":[`)
	item = strings.TrimSuffix(strings.TrimSpace(item), "]}")
	var answer strings.Builder
	answer.WriteString(head + `"streams":[`)
	for i := range 1000 {
		answer.WriteString(strings.Replace(item, "/live/s0", fmt.Sprint("/live/s", i), 1) + ",")
	}
	body := strings.TrimSuffix(answer.String(), ",") + "]}"
	server := httptest.NewServer(says(body))
	defer server.Close()
	p, _ := profile.Lookup("srs")
	a, err := newAPI(server.URL, p, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if got, err := a.look(b.Context(), false); err != nil || len(got.Streams) != 1000 {
			b.Fatal(len(got.Streams), err)
		}
	}
}
