package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/flvstorm/flvstorm/internal/codec"
	"github.com/flvstorm/flvstorm/report/check"
	"github.com/flvstorm/flvstorm/report/probe"
)

// probed are results of probes: of an ordinary stream, of one with everything wrong, of none.
func probed() map[string]probe.Result {
	ms := func(v probe.MS) *probe.MS { return &v }
	drift := 0.12
	return map[string]probe.Result{
		"probe-good": {
			Schema: probe.Schema, Verdict: probe.OK, URL: "http://127.0.0.1:8080/live/s.flv", Looked: 10000.4, Bytes: 3_100_000,
			Tags: 700, Stop: probe.StopDuration, Saved: "s.flv", SavedBytes: 3_099_000,
			Answer: &probe.Answer{Status: 200, Type: "video/x-flv", Server: "SRS/5.0.216(Bee)", CORS: "*", Chunked: true, TLS: "TLS 1.3"},
			First:  probe.First{Connected: ms(0.31), Answered: ms(1.25), Byte: ms(1.5), Audio: ms(2), Video: ms(2), Keyframe: ms(2), Playable: ms(2)},
			Video: &probe.Video{
				Codec: "H.264", ID: 7, Video: codec.Video{Profile: "High", Level: "3.1", Width: 1280, Height: 720, Rate: 25, Depth: 8, Chroma: "4:2:0"},
				Frames: 250, Keyframes: 6, FPS: 25, ArrivedFPS: 25.02, Bitrate: 1_920_000, BFrames: true, Ahead: 80,
				GOP: &probe.GOP{Count: 5, Frames: probe.Spread{Min: 50, Mean: 50, Max: 50}, Length: probe.Spread{Min: 2000, Mean: 2000, Max: 2000}}, Configs: 1,
			},
			Audio:   &probe.Audio{Codec: "AAC", ID: 10, Audio: codec.Audio{Profile: "LC", Rate: 44100, Channels: 2}, Frames: 430, Bitrate: 128_000, Configs: 1},
			Bitrate: 2_048_000,
			Start:   &probe.Start{Media: 2400, Bytes: 600_000, Cache: true},
			Timestamps: &probe.Timestamps{
				First: 123456, Last: 135856, Offset: ms(12), Skew: ms(-8.5), SkewMax: ms(40), Drift: &drift,
			},
			Delivery: &probe.Delivery{Jitter: &probe.Quantiles{P50: 3, P99: 40.25, Max: 61}, MaxGap: 75},
			Claims:   &probe.Claims{Width: 1280, Height: 720, FPS: 25, VideoRate: 1900, AudioRate: 128, Encoder: "Lavf59.27.100", Count: 1},
			Stamps: &probe.Stamps{
				Frames: 250, Epochs: []uint32{3}, Verified: 250, Latency: &probe.Quantiles{P50: 1, P99: 8.5, Max: 12},
			},
			Findings: []probe.Finding{},
		},
		"probe-bad": {
			Schema: probe.Schema, Verdict: probe.Faulty, URL: "ws://\x1b[2Jhost.example/" + strings.Repeat("long/", 30) + "s.flv?token=***",
			Looked: 5000, Bytes: 100_000, Tags: 90, Stop: probe.StopCut,
			Answer: &probe.Answer{Status: 101, WebSocket: true, Server: "\u202eevil \x1b]0;title\a server of a name without end, in many words", Redirects: 2},
			First:  probe.First{Connected: ms(0.31)},
			Video: &probe.Video{
				Codec: "HEVC", FourCC: "hvc1", Video: codec.Video{Profile: "Main 10", Level: "4.0 High tier", Width: 3840, Height: 2160, Rate: 60, Depth: 10, Chroma: "4:2:2"},
				Frames: 80, Keyframes: 3, FPS: 29.97, Bitrate: 12_345_678,
				GOP: &probe.GOP{Count: 2, Frames: probe.Spread{Min: 10, Mean: 30, Max: 50}, Length: probe.Spread{Min: 400, Mean: 1200, Max: 2000}}, Configs: 2,
			},
			Audio:      &probe.Audio{Codec: "MP3", ID: 2, Audio: codec.Audio{Rate: 48000, Channels: 6}},
			Start:      &probe.Start{Media: 120, Bytes: 9000},
			Timestamps: &probe.Timestamps{First: 4294967000, Last: 12, Back: 3, Ahead: 1, Restarts: 2},
			Delivery:   &probe.Delivery{MaxGap: 2500, Stalled: 2, StalledFor: 4100},
			Stamps:     &probe.Stamps{Frames: 80, Epochs: []uint32{3, 4}, Lost: 2, Duplicate: 1, Corrupt: 5, Latency: &probe.Quantiles{P50: 21, P99: 80, Max: 90}, Absolute: true},
			Findings: []probe.Finding{
				{Code: check.FLVInvalid, Severity: probe.Error, Text: "the first video frame is not a keyframe", Hint: "players show nothing, or grey, up to the next keyframe; turn the server's GOP cache on", At: 12, Count: 1},
				{Code: check.MediaLoss, Severity: probe.Error, Text: "frames are missing, by their stamps; the first gap is of 2", Hint: "the server dropped them", At: 2512.4, Count: 2},
				{Code: "stall", Severity: probe.Warn, Text: "a stall: nothing for 2.50 s, of which timestamps explain 40 ms", Hint: "a player stands still", At: 4000, Count: 2},
				{Code: "no-cors", Severity: probe.Note, Text: "no Access-Control-Allow-Origin in the answer", At: 5000, Count: 1},
			},
		},
		"probe-none": {
			Schema: probe.Schema, Verdict: probe.NoStream, URL: "http://127.0.0.1:8080/live/s.flv", Looked: 3, Stop: probe.StopRefused,
			Findings: []probe.Finding{{Code: "no-stream", Severity: probe.Error, Text: "http://127.0.0.1:8080/live/s.flv: 404 Not Found; does anybody publish this stream?", At: 3, Count: 1}},
		},
		"probe-stopped": {
			Schema: probe.Schema, Verdict: probe.Interrupted, URL: "http://127.0.0.1:8080/live/s.flv", Looked: 3000, Stop: probe.StopInterrupted,
			Answer:   &probe.Answer{Status: 200, Type: "video/x-flv", CORS: "*", Redirects: 1},
			Findings: []probe.Finding{},
		},
		"probe-stalled": {
			Schema: probe.Schema, Verdict: probe.Interrupted, URL: "http://127.0.0.1:8080/live/s.flv", Looked: 3000, Stop: probe.StopInterrupted,
			Timestamps: &probe.Timestamps{First: 40, Last: 2000}, Delivery: &probe.Delivery{MaxGap: 1500, Stalled: 1, StalledFor: 1460},
			Findings: []probe.Finding{},
		},
	}
}

// TestProbeGolden draws every kind of result, as a page and as JSON.
func TestProbeGolden(t *testing.T) {
	for name, r := range probed() {
		var page, document, both bytes.Buffer
		if err := (Look{}).PrintProbe(&page, r); err != nil {
			t.Fatal(err)
		}
		if err := (ProbeOutput{JSON: "-"}).Write(r, &document, &both); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".txt", page.String())
		golden(t, name+".json", document.String())
		if both.String() != page.String() {
			t.Errorf("%s: beside the document the page is another:\n%s", name, both.String())
		}
	}
}

// TestProbeFits holds that no line is wider than the look, and that nothing of a stranger's reaches the terminal as it came.
func TestProbeFits(t *testing.T) {
	for name, r := range probed() {
		for _, columns := range []int{narrowest, usual, widest} {
			var plain, coloured bytes.Buffer
			if err := (Look{Width: columns}).PrintProbe(&plain, r); err != nil {
				t.Fatal(err)
			}
			if err := (Look{Width: columns, Colour: true}).PrintProbe(&coloured, r); err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(plain.String()) {
				if n := width(strings.TrimSuffix(line, "\n")); n > columns {
					t.Errorf("%s in %d columns: %d wide: %s", name, columns, n, line)
				}
			}
			if strings.ContainsAny(plain.String(), "\x1b\a\u202e") || !strings.Contains(coloured.String(), "\x1b[") {
				t.Errorf("%s: sequences in the wrong place:\n%q", name, plain.String())
			}
		}
	}
}
