package embedded

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flvstorm/flvstorm/internal/flv"
)

// brief names a tag: meta, avc and aac for what comes before the frames, K, P and A for frames, with their timestamps.
func brief(tag flv.Tag) string {
	switch {
	case tag.Type == flv.Script:
		return "meta"
	case tag.IsSequenceHeader() && tag.Type == flv.Video:
		return "avc"
	case tag.IsSequenceHeader():
		return "aac"
	case tag.Type == flv.Audio:
		return fmt.Sprint("A", tag.Timestamp)
	case tag.Keyframe():
		return fmt.Sprint("K", tag.Timestamp)
	}
	return fmt.Sprint("P", tag.Timestamp)
}

// upTo reads tags up to the one of that brief name.
func (p *play) upTo(last string) string {
	p.t.Helper()
	var names []string
	for {
		tag, err := p.scan()
		if err != nil {
			p.t.Fatalf("%v behind %q", err, names)
		}
		names = append(names, brief(tag))
		if names[len(names)-1] == last {
			return strings.Join(names, " ")
		}
	}
}

// opens sends what comes before the frames, then a keyframe and n more pictures, 40 ms apart.
func (p *pub) opens(at uint32, n int) {
	p.t.Helper()
	p.message(flv.Script, 0, onMetaData)
	p.message(flv.Video, at, avcHeader)
	p.message(flv.Audio, at, aacHeader)
	p.message(flv.Video, at, keyframe)
	for i := range n {
		p.message(flv.Video, at+40*uint32(i+1), interframe)
	}
}

const (
	first  = "meta avc aac K1000 P1040 P1080"
	second = "meta avc aac K0 P40 P80"
)

// What viewers get across a return, of each bug that has them get something else: those of the first publish, one that waits
// for the second, and one that comes when that runs.
func TestViewersAcrossAReturn(t *testing.T) {
	for _, tc := range []struct {
		bug        string
		joins      string // what the one gets that comes while the first publish runs
		kept       int    // viewers of the first publish that get the second
		silent     bool   // the others are not ended
		late       string // what the one gets that comes late
		lateSilent bool   // nothing but a header
	}{
		{bug: "", joins: first, late: second},
		{bug: "stale-gop", joins: first, late: "meta avc aac K1000 P1040 P1080 avc aac K0 P40 P80"},
		{bug: "no-sequence-header", joins: "meta K1000 P1040 P1080", late: "meta K0 P40 P80"},
		{bug: "no-eof", joins: first, silent: true, late: second},
		{bug: "silent-play", joins: first, lateSilent: true},
		{bug: "uneven-eof", joins: first, kept: 1, late: second},
	} {
		t.Run(tc.bug, func(t *testing.T) {
			t.Parallel()
			r := start(t, Config{Bug: tc.bug, Gather: 1})
			before := r.viewers(t, "s0", 3)
			p := r.publish(t, "s0")
			p.opens(1000, 2)
			for i, v := range before {
				if got := v.upTo("P1080"); got != first {
					t.Errorf("viewer %d of the first publish got %s", i, got)
				}
			}
			if got := r.view(t, "s0").upTo("P1080"); got != tc.joins {
				t.Errorf("who came to the first publish got %s, want %s", got, tc.joins)
			}
			p.nc.Close()
			r.log.wait(t, "http: unmount", 1)
			r.forgetLog()
			waiting := r.viewers(t, "s0", 1)[0]
			p = r.publish(t, "s0")
			early := r.view(t, "s0")
			r.log.wait(t, "/live/s0.flv, content-length", 2)
			if !tc.lateSilent {
				r.until(t, func() bool { return r.listed("live/s0") >= 2+tc.kept })
			}
			p.opens(0, 1)
			if got := waiting.upTo("P40"); got != "meta avc aac K0 P40" {
				t.Errorf("who waited for the second got %s", got)
			}
			late := r.view(t, "s0")
			if tc.lateSilent {
				late.response()
				header := make([]byte, flv.HeaderSize+4)
				if _, err := io.ReadFull(late.resp.Body, header); err != nil {
					t.Fatal(err)
				}
			} else {
				late.upTo("K0")
			}
			p.message(flv.Video, 80, interframe)
			waiting.upTo("P80")
			if tc.lateSilent {
				p.nc.Close()
				if !late.silent(50 * time.Millisecond) {
					t.Error("who came late got something")
				}
			} else {
				late.upTo("P80")
				again := r.view(t, "s0")
				for name, v := range map[string]*play{"late": again, "before the first frame": early} {
					if got := v.upTo("P80"); got != tc.late {
						t.Errorf("who came %s got %s, want %s", name, got, tc.late)
					}
				}
			}
			kept := 0
			for i, v := range before {
				if tc.silent {
					if !v.silent(50 * time.Millisecond) {
						t.Errorf("viewer %d of the first publish got something", i)
					}
					continue
				}
				tag, err := v.scan()
				switch {
				case err == io.EOF:
				case err != nil:
					t.Errorf("the stream of viewer %d ended with %v", i, err)
				default:
					kept++
					if got := brief(tag) + " " + v.upTo("P80"); got != "avc aac K0 P40 P80" {
						t.Errorf("viewer %d was kept and got %s", i, got)
					}
				}
			}
			if kept != tc.kept {
				t.Errorf("%d viewers were kept", kept)
			}
		})
	}
}

// One that was kept goes on to wait when the next publish ends without a frame, and leaves nothing when it hangs up.
func TestUnevenEOFOverAnEmptyPublish(t *testing.T) {
	r := start(t, Config{Bug: "uneven-eof", Gather: 1})
	viewers := r.viewers(t, "s0", 3)
	for i, at := range []uint32{1000, 0, 2000} {
		p := r.publish(t, "s0")
		if at > 0 {
			p.opens(at, 1)
			if i == 0 {
				for _, v := range viewers {
					v.upTo("P1040")
				}
			}
		}
		p.nc.Close()
		r.log.wait(t, "http: unmount", i+1)
	}
	kept := 0
	for _, v := range viewers {
		if tag, err := v.scan(); err == nil {
			kept++
			if got := brief(tag) + " " + v.upTo("P2040"); got != "avc aac K2000 P2040" {
				t.Errorf("got %s", got)
			}
		}
		v.nc.Close()
	}
	if kept != 1 {
		t.Errorf("%d were kept", kept)
	}
	r.until(t, func() bool { return r.keys.rules.waiting.Load() == 0 })
}

// Who came to a publish that ended without a frame has waited for the next: it is not late for that.
func TestWaitingBehindAnEmptyPublish(t *testing.T) {
	for _, bug := range []string{"", "no-sequence-header", "stale-gop"} {
		t.Run(bug, func(t *testing.T) {
			t.Parallel()
			r := start(t, Config{Bug: bug, Gather: 1})
			p, _ := r.live(t, 1)
			p.nc.Close()
			r.log.wait(t, "http: unmount", 1)
			p = r.publish(t, "s0")
			v := r.view(t, "s0")
			r.until(t, func() bool { return r.listed("live/s0") >= 1 })
			p.nc.Close()
			r.log.wait(t, "http: unmount", 2)
			r.publish(t, "s0").opens(0, 2)
			if got := v.upTo("P80"); got != second {
				t.Errorf("got %s", got)
			}
		})
	}
}

// listed is how many viewers of a key are known.
func (r *running) listed(name string) int {
	k := r.keys.hold(name)
	defer r.keys.drop(k)
	_, viewers := k.clients()
	return len(viewers)
}

// A return over no-eof, again and again: nobody of an earlier publish holds the key or is on a list.
func TestSilentViewersAreNobodys(t *testing.T) {
	r := start(t, Config{Bug: "no-eof", Gather: 1, busy: patience})
	p, viewers := r.live(t, 2)
	for range 5 {
		p = r.comeBack(t, p)
		if err := p.answer(); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range viewers {
		v.nc.Close()
	}
	p.nc.Close()
	r.until(t, func() bool { return len(r.keys.list()) == 0 })
}

// What the bugs do to tags that are otherwise as they were sent.
func TestTags(t *testing.T) {
	const n = 60
	sent := make([]string, n)
	for i := range sent {
		sent[i] = fmt.Sprint("P", 40*i)
	}
	sent[0] = "K0"
	for _, tc := range []struct {
		bug  string
		want func([]string) []string
		torn int
	}{
		{bug: "", want: func(s []string) []string { return s }},
		{bug: "torn-tag", want: func(s []string) []string { return s }, torn: n / 25},
		{bug: "ts-rewind", want: func(s []string) []string {
			s[24], s[49] = fmt.Sprint("P", 40*24-200), fmt.Sprint("P", 40*49-200)
			return s
		}},
		{bug: "drop-frames", want: func(s []string) (left []string) {
			for i, name := range s {
				if i == 0 || i%8 != 0 {
					left = append(left, name)
				}
			}
			return left
		}},
	} {
		t.Run(tc.bug, func(t *testing.T) {
			t.Parallel()
			r := start(t, Config{Bug: tc.bug})
			v := r.viewers(t, "s0", 1)[0]
			p := r.publish(t, "s0")
			p.message(flv.Video, 0, avcHeader)
			p.message(flv.Video, 0, keyframe)
			for i := 1; i < n; i++ {
				p.message(flv.Video, uint32(40*i), interframe)
			}
			p.nc.Close()
			v.response()
			body, err := io.ReadAll(v.resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			got, torn := walk(t, body)
			if diff := cmp.Diff(append([]string{"avc"}, tc.want(append([]string(nil), sent...))...), got); diff != "" {
				t.Error(diff)
			}
			if torn != tc.torn {
				t.Errorf("%d sizes of previous tags are wrong, want %d", torn, tc.torn)
			}
		})
	}
}

// walk goes through a stream from tag to tag by their sizes, and counts where PreviousTagSize is another.
func walk(t *testing.T, body []byte) (names []string, torn int) {
	t.Helper()
	for at := flv.HeaderSize + 4; at < len(body); {
		h := body[at:]
		size := int(h[1])<<16 | int(h[2])<<8 | int(h[3])
		tag := flv.Tag{Type: flv.TagType(h[0]), Size: size, Head: h[flv.TagHeaderSize:][:size],
			Timestamp: uint32(h[7])<<24 | uint32(h[4])<<16 | uint32(h[5])<<8 | uint32(h[6])}
		names = append(names, brief(tag))
		at += flv.TagHeaderSize + size
		if int(binary.BigEndian.Uint32(body[at:])) != flv.TagHeaderSize+size {
			torn++
		}
		at += flv.TrailerSize
	}
	return names, torn
}
