package load

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/report/history"
	"github.com/flvstorm/flvstorm/report/history/historytest"
	"github.com/google/go-cmp/cmp"
)

// TestEvidence lets players open what a witness kept.
func TestEvidence(t *testing.T) {
	dir := t.TempDir()
	sink := lapse(t, func(p *projector) {
		p.begin()
		p.show(1, from(1, 200)...)
		p.show(1, from(203, 280)...)
	}, func(p *Player) { p.Evidence = &Evidence{Dir: dir} })
	found := historytest.Of[history.Oddity](sink.Notes)
	if len(found) != 1 || found[0].File != "evidence/gap-live-s0-1.flv" {
		t.Fatalf("%+v", found)
	}
	path := filepath.Join(dir, filepath.FromSlash(found[0].File))
	seqs, key := evidenceOf(t, path)
	if !key {
		t.Error("it does not begin with a keyframe")
	}
	// Keyframe 201 is missing; 151 is the one before the last.
	if len(seqs) > 150 || seqs[0] != 151 || !slices.Contains(seqs, 200) || !slices.Contains(seqs, 203) {
		t.Errorf("it has frames %v, want those around 200 and 203 from 151 on", seqs)
	}

	peertest.Program(t, "ffprobe")
	out, err := exec.Command("ffprobe", "-v", "error", "-count_packets", "-show_streams", "-of", "json", path).CombinedOutput()
	var probe struct {
		Streams []struct {
			Codec   string `json:"codec_name"`
			Width   int    `json:"width"`
			Packets string `json:"nb_read_packets"`
		} `json:"streams"`
	}
	if err == nil {
		err = json.Unmarshal(out, &probe)
	}
	if err != nil || len(probe.Streams) == 0 || probe.Streams[0].Codec != "h264" || probe.Streams[0].Width != 256 ||
		probe.Streams[0].Packets != fmt.Sprint(len(seqs)) {
		t.Errorf("ffprobe: %v, %s", err, out)
	}
}

// evidenceOf is which frames are in a file of evidence, and whether the first is a keyframe.
func evidenceOf(t *testing.T, path string) (seqs []uint32, key bool) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := flv.NewScannerWith(bytes.NewReader(b), flv.Options{HeadSize: media.HeadSize})
	for {
		tag, err := s.Next()
		if err != nil {
			if s.MidTag() {
				t.Errorf("%s ends in a tag: %v", path, err)
			}
			return seqs, key
		}
		if stamp, ok, _ := media.FindStamp(tag.Head); ok {
			key = key || len(seqs) == 0 && tag.Keyframe()
			seqs = append(seqs, stamp.Seq)
		}
	}
}

// TestEvidenceOfALoss: a loss is told only when nobody waits for the frames any longer, long after the last bytes around it have
// gone, where there are many of them or few frames a second. They were kept when it was seen.
func TestEvidenceOfALoss(t *testing.T) {
	for _, tt := range []struct {
		name string
		spec media.Spec
	}{
		{"4 Mbit/s", media.Spec{Bitrate: 4_000_000}},
		{"10 frames a second", media.Spec{FPS: 10, Bitrate: 2_000_000}},
		{"40 Mbit/s", media.Spec{Bitrate: 40_000_000}},
		{"up to a keyframe", media.Spec{GOP: 61 * 40 * time.Millisecond, Bitrate: 4_000_000}},
		{"a keyframe every 10 s", media.Spec{GOP: 10 * time.Second, Bitrate: 4_000_000}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clip, err := media.Synthetic(tt.spec)
			if err != nil {
				t.Fatal(err)
			}
			dir, evidence := t.TempDir(), (*Evidence)(nil)
			sink := lapse(t, func(p *projector) {
				p = newProjector(&side{Conn: p.Conn, in: p.in, clip: clip})
				p.begin()
				for n := range uint32(110) {
					if n == 60 {
						continue
					}
					p.Write(flv.AppendTag(nil, flv.Video, p.video[n].Timestamp(), p.body(1, n+1, nil)))
					time.Sleep(p.video[1].DTS)
				}
			}, func(p *Player) { p.Evidence = &Evidence{Dir: dir}; evidence = p.Evidence })
			found := historytest.Of[history.Oddity](sink.Notes)
			if len(found) != 1 || found[0].File == "" {
				t.Fatalf("%+v", found)
			}
			seqs, _ := evidenceOf(t, filepath.Join(dir, filepath.FromSlash(found[0].File)))
			if !slices.Contains(seqs, 60) || !slices.Contains(seqs, 62) || slices.Contains(seqs, 80) {
				t.Errorf("it has frames %v, want those around 61", seqs)
			}
			if evidence.files != 1 || evidence.reels != 0 {
				t.Errorf("%d files, %d reels", evidence.files, evidence.reels)
			}
		})
	}
}

// TestEvidenceOfNothing: what was seen and turned out to be nothing leaves no file, and its place to others.
func TestEvidenceOfNothing(t *testing.T) {
	dir := t.TempDir()
	e := &Evidence{Dir: dir}
	sink := lapse(t, func(p *projector) {
		p.begin()
		p.show(1, from(1, 30)...)
		p.sound(1160, 1300) // a hole in the sound, of which nobody will know
		p.show(2, from(1, 30)...)
		for n := uint32(31); n < 150; n += 2 {
			p.show(2, n+1, n)
		}
	}, func(p *Player) { p.Evidence = e })
	of := map[history.What]int{}
	for _, o := range historytest.Of[history.Oddity](sink.Notes) {
		if o.File != "" {
			of[o.What]++
		}
	}
	if diff := cmp.Diff(map[history.What]int{history.Back: maxFilesOfOne}, of); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	files, err := os.ReadDir(filepath.Join(dir, evidenceFolder))
	if err != nil || len(files) != maxFilesOfOne || e.files != maxFilesOfOne || e.of[history.Gap] != 0 {
		t.Errorf("%d files, %v, of %d reserved, %v", len(files), err, e.files, e.of)
	}
	var size int64
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		size += info.Size()
	}
	if e.bytes != size {
		t.Errorf("%d bytes are reserved for files of %d", e.bytes, size)
	}
}

// TestEvidenceMakesRoom: what turned out to be nothing keeps nobody's place among the files that a session works on.
func TestEvidenceMakesRoom(t *testing.T) {
	for _, tt := range []struct {
		name   string
		server func(p *projector)
	}{
		{"missing sound before another epoch", func(p *projector) {
			for n := range uint32(maxCaptures + 1) {
				p.show(1+n, from(1, 30)...)
				p.sound(1160, 1300)
			}
		}},
		{"missing sound before a missing picture", func(p *projector) {
			p.show(1, 1)
			for n := range uint32(maxCaptures + 1) {
				p.sound(200*n, 200*n+100)
				p.show(1, 2*n+3, 2*n+2)
			}
		}},
		{"stray frames", func(p *projector) {
			for n := range uint32(maxCaptures + 1) {
				p.show(1, from(1+15*n, 15+15*n)...)
				p.show(2+n, 7)
			}
			p.show(1, 76)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sink := lapse(t, func(p *projector) {
				p.begin()
				tt.server(p)
				p.show(9, from(1, 40)...)
				p.tag(flv.Video, 1600, p.body(9, 41, func(s *media.Stamp) { s.Sum++ }))
			}, func(p *Player) { p.Evidence = &Evidence{Dir: t.TempDir()} })
			if got := odditiesOf(sink, history.Altered); len(got) != 1 || got[0].File == "" {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestReelsAreBounded: so many sessions at a time have memory for evidence, and what one gives back another has.
func TestReelsAreBounded(t *testing.T) {
	e := &Evidence{}
	var lent []*reel
	for range maxReels + 3 {
		if r := newReel(e, "k", nil); r != nil {
			lent = append(lent, r)
		}
	}
	if len(lent) != maxReels {
		t.Errorf("%d reels", len(lent))
	}
	lent[0].finish()
	if newReel(e, "k", nil) == nil || newReel(e, "k", nil) != nil {
		t.Error("want one more")
	}
}

func TestEvidenceIsBounded(t *testing.T) {
	e := &Evidence{}
	var names []string
	for range 20 {
		for n := range 20 {
			if what := history.What(fmt.Sprint("w", n)); e.reserve(what, 1<<10) {
				names = append(names, e.name(what, "live/s0"))
			}
		}
	}
	if len(names) != maxFiles || !e.full() {
		t.Errorf("%d files, full %v", len(names), e.full())
	}
	if slices.Sort(names); len(slices.Compact(names)) != maxFiles {
		t.Errorf("names come twice: %v", names)
	}
	if e.free("w1", 1<<10); e.full() || !e.reserve("w1", 1<<10) || e.reserve("w1", 1<<10) {
		t.Error("want room for just what was given back")
	}

	e = &Evidence{}
	if e.reserve(history.Gap, maxEvidenceFile+1) {
		t.Error("a file that is too large")
	}
	n := 0
	for i := range 40 {
		if e.reserve(history.What(fmt.Sprint(i)), maxEvidenceFile) {
			n++
		}
	}
	if n != maxEvidence/maxEvidenceFile {
		t.Errorf("%d files of %d bytes", n, maxEvidenceFile)
	}
	if (*Evidence)(nil).reserve(history.Gap, 1) || !(*Evidence)(nil).full() {
		t.Error("nowhere has room")
	}
}

func TestEvidenceNames(t *testing.T) {
	for key, want := range map[string]string{
		"live/s0":                "evidence/gap-live-s0-1.flv",
		"../../etc/passwd":       "evidence/gap-..-..-etc-passwd-1.flv",
		"a\\b\x00c:é\n":          "evidence/gap-a-b-c----1.flv",
		strings.Repeat("x", 200): "evidence/gap-" + strings.Repeat("x", 64) + "-1.flv",
	} {
		if got := (&Evidence{}).name(history.Gap, key); got != want {
			t.Errorf("%q: %s, want %s", key, got, want)
		}
	}
}

// TestEvidenceOnAFullDisk: what can't be written is our trouble, told before the player's last event, and nothing more is tried.
func TestEvidenceOnAFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		stays bool // until the player leaves
	}{{"the server ends it", false}, {"we do", true}} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := newNotes()
				pipes := newPipes(t, func(s *side, n int) {
					p := newProjector(s)
					p.begin()
					p.show(1, 1, 1)
					if time.Sleep(time.Second); n > 1 || tt.stays {
						p.gone()
					}
				})
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				p := Player{
					Key: "live/s0", URL: "http://127.0.0.1/live/s0.flv", Sink: sink, Dial: pipes.dial, Source: 7, Witness: true,
					Evidence: &Evidence{Dir: dir},
				}
				if err := p.Run(ctx); err != nil {
					t.Error(err)
				}
				pipes.sides.Wait()
				if got := historytest.Of[history.OwnTrouble](sink.Notes); len(got) != 1 || got[0].Code != "disk" {
					t.Errorf("%+v", got)
				}
				events := sink.All()
				if last, ok := events[len(events)-1].What.(history.PlayEnded); !ok || last.Wire != history.WireOurs {
					t.Errorf("the last event is %+v", events[len(events)-1])
				}
				named := 0
				for _, o := range historytest.Of[history.Oddity](sink.Notes) {
					if o.File != "" {
						named++
					}
				}
				if named != 1 {
					t.Errorf("%d files are named", named)
				}
			})
		})
	}
}
