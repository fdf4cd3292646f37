package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/load"
	"github.com/flvstorm/flvstorm/report/probe"
)

// probing runs flvstorm probe in this process and returns its status, its document and its page.
func probing(t *testing.T, ctx context.Context, args ...string) (int, probe.Result, string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(ctx, append([]string{"probe", "--json", "-"}, args...), strings.NewReader(""), &stdout, &stderr)
	var r probe.Result
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatalf("status %d, %v: %s\n%s", code, err, stdout.Bytes(), stderr.Bytes())
	}
	return code, r, stderr.String()
}

// streaming is a server that sends a stream, then ends it or stays.
func streaming(t *testing.T, stream []byte, stay bool) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "video/x-flv")
		w.Write(stream)
		w.(http.Flusher).Flush()
		if stay {
			<-r.Context().Done()
		}
	}))
	t.Cleanup(s.Close)
	return s.URL + "/live/s.flv"
}

// TestProbeStatus holds the exit statuses that a stream leads to.
func TestProbeStatus(t *testing.T) {
	clip, err := media.Synthetic(media.Spec{})
	if err != nil {
		t.Fatal(err)
	}
	whole := flv.AppendHeader(nil, true, true)
	for _, f := range clip.Headers() {
		whole = flv.AppendTag(whole, f.Type, 0, f.Body)
	}
	bare := flv.AppendHeader(nil, true, true) // without sequence headers
	seq := uint32(0)
	for i := range 100 {
		f := clip.Frame(i)
		body := bytes.Clone(f.Body)
		if f.StampAt >= 0 {
			media.Stamp{Epoch: 1, Seq: seq, Source: 7, Sum: f.Sum, Config: clip.Config()}.Put(body[f.StampAt:])
			seq++
		}
		whole = flv.AppendTag(whole, f.Type, f.Timestamp(), body)
		bare = flv.AppendTag(bare, f.Type, f.Timestamp(), body)
	}
	for _, c := range []struct {
		name    string
		url     string
		code    int
		verdict probe.Verdict
		page    string
	}{
		{"a good stream", streaming(t, whole, false), 0, probe.OK, "OK  no errors, 1 warning in "},
		{"a bad stream", streaming(t, bare, false), 1, probe.Faulty, "FAULTY  2 errors, 1 warning in "},
		{"no stream", streaming(t, nil, false), 3, probe.NoStream, "NO STREAM  nothing to look at in "},
		{"interrupted", streaming(t, whole, true), 130, probe.Interrupted, "INTERRUPTED  no errors"},
		{"interrupted before anything came", streaming(t, flv.AppendHeader(nil, true, true), true), 130, probe.Interrupted, "INTERRUPTED  no frame came in "},
	} {
		t.Run(c.name, func(t *testing.T) {
			var code int
			var r probe.Result
			var page string
			if c.verdict != probe.Interrupted {
				code, r, page = probing(t, t.Context(), c.url)
			}
			for wait := 300 * time.Millisecond; c.verdict == probe.Interrupted; wait *= 10 { // until it is enough for what came to be read
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				time.AfterFunc(wait, func() { cancel(load.ErrInterrupted) })
				code, r, page = probing(t, ctx, c.url)
				if strings.HasPrefix(page, c.page) || wait > 10*time.Second {
					break
				}
			}
			if code != c.code || r.Verdict != c.verdict || !strings.HasPrefix(page, c.page) {
				t.Errorf("status %d, %s; want %d, %s\n%s", code, r.Verdict, c.code, c.verdict, page)
			}
		})
	}
}

// TestProbeFFmpeg serves what ffmpeg made, and compares with what ffprobe says of the same file.
func TestProbeFFmpeg(t *testing.T) {
	ffmpeg, ffprobe := peertest.Program(t, "ffmpeg"), peertest.Program(t, "ffprobe")
	dir := t.TempDir()
	const video, audio = "testsrc2=size=642x362:rate=30", "sine=frequency=440:sample_rate=44100"
	for _, c := range []struct {
		name    string
		args    []string
		bframes bool
	}{
		{"h264-aac", []string{"-f", "lavfi", "-i", video, "-f", "lavfi", "-i", audio, "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "30", "-c:a", "aac", "-ac", "2"}, false},
		{"b-frames", []string{"-f", "lavfi", "-i", video, "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-bf", "2", "-g", "30"}, true},
		{"h264-mp3", []string{"-f", "lavfi", "-i", video, "-f", "lavfi", "-i", audio, "-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-c:a", "libmp3lame", "-ar", "44100"}, false},
		{"aac-alone", []string{"-f", "lavfi", "-i", audio, "-c:a", "aac", "-ac", "1"}, false},
		{"speex-alone", []string{"-f", "lavfi", "-i", audio, "-c:a", "libspeex", "-ar", "16000", "-ac", "1"}, false},
		{"sorenson", []string{"-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30", "-c:v", "flv1", "-g", "30"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(dir, c.name+".flv")
			args := append(append([]string{"-hide_banner", "-loglevel", "error"}, c.args...), "-t", "3", "-pix_fmt", "yuv420p", "-flvflags", "no_duration_filesize", path)
			if out, err := exec.Command(ffmpeg, args...).CombinedOutput(); err != nil {
				t.Fatalf("ffmpeg: %v: %s", err, out)
			}
			file, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			code, r, page := probing(t, t.Context(), streaming(t, file, false))
			if code != 0 {
				t.Errorf("status %d\n%s", code, page)
			}
			for _, f := range r.Findings {
				if f.Code != "ended-early" && f.Code != "no-cors" {
					t.Errorf("%s: %s: %s", f.Severity, f.Code, f.Text)
				}
			}
			compareWith(t, ffprobe, path, r)
			if r.Video != nil && r.Video.BFrames != c.bframes {
				t.Errorf("B-frames: %v", r.Video.BFrames)
			}
		})
	}
}

// compareWith holds a result against ffprobe's.
func compareWith(t *testing.T, ffprobe, path string, r probe.Result) {
	t.Helper()
	out, err := exec.Command(ffprobe, "-v", "error", "-show_streams", "-of", "json", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var theirs struct {
		Streams []struct {
			Kind     string `json:"codec_type"`
			Codec    string `json:"codec_name"`
			Profile  string `json:"profile"`
			Width    int    `json:"width"`
			Height   int    `json:"height"`
			Rate     string `json:"sample_rate"`
			Channels int    `json:"channels"`
		}
	}
	if err := json.Unmarshal(out, &theirs); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{
		"h264": "H.264", "aac": "AAC", "mp3": "MP3", "speex": "Speex", "flv1": "Sorenson H.263",
	}
	seen := 0
	for _, s := range theirs.Streams {
		switch s.Kind {
		case "video":
			v := r.Video
			if v == nil || string(v.Codec) != names[s.Codec] || v.FPS < 29.9 || v.FPS > 30.1 {
				t.Errorf("video %+v, ffprobe %+v", v, s)
				continue
			}
			if v.Profile != "" && (v.Width != s.Width || v.Height != s.Height || v.Profile != s.Profile) {
				t.Errorf("video %+v, ffprobe %+v", v, s)
			}
			seen++
		case "audio":
			a := r.Audio
			if a == nil || string(a.Codec) != names[s.Codec] || a.Channels != s.Channels || strconv.Itoa(a.Rate) != s.Rate {
				t.Errorf("audio %+v, ffprobe %+v", a, s)
			}
			seen++
		}
	}
	ours := 0
	for _, there := range []bool{r.Video != nil, r.Audio != nil} {
		if there {
			ours++
		}
	}
	if seen == 0 || ours != seen {
		t.Errorf("%d tracks, ffprobe %d", ours, seen)
	}
}
