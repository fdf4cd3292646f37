//go:build unix

package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
)

// deceived are runs that are small, and of which every frame is read.
var deceived = join(patient, []string{"--witnesses", "all", "--streams", "2", "--players", "2", "--live", "800ms",
	"--duration", "2500ms", "--contenders", "0"})

// liars are the lies that servers tell, and what has to come of each. What they do is legal where nothing is wanted.
var liars = slices.Concat(
	lies("media-corrupt", []row{
		{name: "a forged epoch", lie: changed(func(p piece) { p.restamp(func(s *media.Stamp) { s.Epoch = 4_000_000_000 }) })},
		{name: "a stamp from the future", lie: changed(func(p piece) {
			p.restamp(func(s *media.Stamp) { s.SentAt += int64(time.Hour) })
		})},
		{name: "a damaged stamp", lie: changed(func(p piece) {
			var stamp [media.StampSize]byte
			p.stamp().Put(stamp[:])
			p[bytes.Index(p, stamp[:])+5] ^= 0x04
		})},
		{name: "an altered picture", lie: changed(func(p piece) {
			picture := p.picture()
			picture[len(picture)/2] ^= 0x10
		})},
		{name: "lengths that don't add up", lie: changed(func(p piece) { binary.BigEndian.PutUint32(p.body()[5:], 1<<20) })},
	}),
	lies("media-loss", []row{
		{name: "a frame dropped", lie: at(10, func(io.Writer, piece) error { return nil })},
		{name: "a jump in the sequence", lie: inEach(func(to io.Writer, n int, p piece) error {
			if n >= 10 {
				p.restamp(func(s *media.Stamp) { s.Seq += 1000 })
			}
			return truly(to, p)
		})},
	}),
	lies("media-duplicate", []row{
		{name: "a frame twice", lie: inserted(func(p piece) []byte { return p })},
	}),
	lies("media-reorder", []row{
		{name: "two frames exchanged", lie: exchanged},
	}),
	lies("mixed-media", []row{
		{name: "another key's frame", lie: crossed},
	}),
	lies("stale-media", []row{
		{name: "an old epoch's GOP first", lie: stale},
		{name: "an old epoch's frames between", lie: between},
	}),
	lies("flv-invalid", []row{
		{name: "a wrong PreviousTagSize", lie: changed(func(p piece) { p.trailer()[2] ^= 1 })},
		{name: "a broken tag and a frame less", lie: inEach(func(to io.Writer, n int, p piece) error {
			switch n {
			case 8:
				p.trailer()[2] ^= 1
			case 12:
				return nil // whatever it was that broke the tag
			}
			return truly(to, p)
		})},
		{name: "a tag shorter than it says", lie: changed(func(p piece) { p[2]++ })},
		{name: "timestamps backwards", lie: inEach(func(to io.Writer, n int, p piece) error {
			if n >= 10 {
				p.at(p.time() - min(p.time(), 300))
			}
			return truly(to, p)
		})},
		{name: "1,000 metadata tags", lie: inserted(func(p piece) []byte {
			return bytes.Repeat(flv.AppendTag(nil, flv.Script, p.time(), metadata), 1000)
		})},
		{name: "a second file header", lie: inserted(func(piece) []byte { return flv.AppendHeader(nil, true, true) })},
		{name: "a wrong signature", lie: ofOne(func(to io.Writer, p piece) error {
			if p.isFile() {
				copy(p, "FLX")
			}
			return truly(to, p)
		})},
		{name: "no keyframe first", lie: inEach(func(to io.Writer, n int, p piece) error {
			if n == 0 {
				return nil
			}
			return truly(to, p)
		})},
		{name: "a stream number", lie: changed(func(p piece) { p[10] = 1 })},
		{name: "an encrypted tag", lie: changed(func(p piece) { p[0] |= 0x20 })},
		{name: "an unknown tag", lie: inserted(func(p piece) []byte { return flv.AppendTag(nil, 15, p.time(), metadata) })},
		{name: "parameters that nobody announced", lie: inEach(func(to io.Writer, n int, p piece) error {
			if n >= 10 {
				p.restamp(func(s *media.Stamp) { s.Config ^= 1 })
			}
			return truly(to, p)
		})},
	}),
	lies("", []row{
		{name: "metadata of 16 MiB", lie: inserted(func(p piece) []byte {
			return flv.AppendTag(nil, flv.Script, p.time(), metadata, make([]byte, flv.MaxBodySize-len(metadata)))
		})},
		{name: "a sequence header again", lie: again(piece.isConfig)},
		{name: "metadata between frames", lie: inEach(func(to io.Writer, _ int, p piece) error {
			if _, err := to.Write(bytes.Repeat(flv.AppendTag(nil, flv.Script, p.time(), metadata), 20)); err != nil {
				return err
			}
			return truly(to, p)
		})},
		{name: "no audio", lie: func() mangler {
			return func(int, string) func(io.Writer, piece) error {
				return func(to io.Writer, p piece) error {
					if p.isAudio() {
						return nil
					}
					return truly(to, p)
				}
			}
		}},
		{name: "timestamps of its own", lie: func() mangler {
			return func(int, string) func(io.Writer, piece) error {
				return func(to io.Writer, p piece) error {
					if p.isTag() {
						p.at(p.time() + 1<<24 - 200) // past what 24 bits hold
					}
					return truly(to, p)
				}
			}
		}},
		{name: "cut off in the end", lie: inEach(func(to io.Writer, n int, p piece) error {
			if n >= 8 {
				return nil // a missing tail is no loss
			}
			return truly(to, p)
		})},
	}),
	// What never becomes a stream starves who waits for it, or refuses him.
	[]row{
		{name: "an endless header", args: join(deceived, starved), want: "player-refused", lie: ofOne(func(to io.Writer, _ piece) error {
			if _, err := io.WriteString(to, "HTTP/1.1 200 OK\r\n"); err != nil {
				return err
			}
			return forever(to, "X-Endless: "+strings.Repeat("x", 1000)+"\r\n")
		})},
		{name: "404 for a live key", args: join(deceived, starved), want: "player-refused", lie: answering("404 Not Found")},
		{name: "403 for viewers", args: join(deceived, starved), code: exitCannotRun, lie: answering("403 Forbidden")},
		{name: "an endless chunk extension", args: join(deceived, starved), want: "player-starved", lie: ofOne(func(to io.Writer, _ piece) error {
			if _, err := io.WriteString(to, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9;x="); err != nil {
				return err
			}
			return forever(to, strings.Repeat("x", 1000))
		})},
		{name: "a frame of 16 MiB", args: join(deceived, unhurried), want: "media-corrupt", lie: inserted(func(p piece) []byte { // too large for evidence
			return flv.AppendTag(nil, flv.Video, p.time(), p.body()[:5], bytes.Repeat([]byte{0xff}, flv.MaxBodySize-5))
		})},
		{name: "16 MiB of nothing", args: join(deceived, unhurried), want: "flv-invalid", lie: inserted(func(p piece) []byte {
			return flv.AppendTag(nil, flv.Video, p.time(), make([]byte, flv.MaxBodySize))
		})},
		{name: "a tag that says 16 MiB", args: join(deceived, starved), want: "player-starved", lie: inserted(func(p piece) []byte {
			return flv.AppendTagHeader(nil, flv.Video, p.time(), flv.MaxBodySize)
		})},
		{name: "nothing but metadata", args: join(deceived, starved), want: "flv-invalid player-starved", lie: ofOne(func(to io.Writer, p piece) error {
			if !p.isFile() {
				return truly(to, p)
			}
			if err := truly(to, p); err != nil {
				return err
			}
			return forever(to, string(flv.AppendTag(nil, flv.Script, 0, metadata)))
		})},
	},
)

// unhurried publishers stay until much has been read, also on a machine that does other things.
var unhurried = []string{"--live", "2s", "--duration", "5s"}

// answering refuses viewers.
func answering(status string) func() mangler {
	return ofOne(func(to io.Writer, _ piece) error {
		io.WriteString(to, "HTTP/1.1 "+status+"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return io.EOF
	})
}

// starved are runs in which a player has the time to starve.
var starved = []string{"--grace", "1s", "--live", "3s", "--duration", "4s"}

// lies are rows of which the same is wanted, with evidence where it is something.
func lies(want string, rows []row) []row {
	for i := range rows {
		rows[i].args, rows[i].want = deceived, want
		if want != "" {
			rows[i].check = shown(want)
		}
	}
	return rows
}

// metadata is a script tag's body: onMetaData with an empty object (E.4.4).
var metadata = []byte("\x02\x00\x0aonMetaData\x03\x00\x00\x09")

// forever writes the same again and again, until nobody takes it any more.
func forever(to io.Writer, text string) error {
	block := []byte(strings.Repeat(text, max(1, 64<<10/len(text))))
	for {
		if _, err := to.Write(block); err != nil {
			return err
		}
	}
}

// again repeats what is of that kind every tenth frame.
func again(kind func(piece) bool) func() mangler {
	return func() mangler {
		return func(int, string) func(io.Writer, piece) error {
			var kept piece
			n := 0
			return func(to io.Writer, p piece) error {
				if kind(p) {
					kept = p.clone()
				}
				if p.isFrame() {
					if n++; n%10 == 0 && kept != nil {
						kept.at(p.time())
						if err := truly(to, kept); err != nil {
							return err
						}
					}
				}
				return truly(to, p)
			}
		}
	}
}

// exchanged has two frames change places, and only them: the timestamps stay in their order.
func exchanged() mangler {
	return func(int, string) func(io.Writer, piece) error {
		n, held := 0, piece(nil)
		return func(to io.Writer, p piece) error {
			if !p.isFrame() {
				if held != nil && p.isTag() {
					p.at(max(p.time(), held.time()))
				}
				return truly(to, p)
			}
			if n++; n == 10 && !p.isKey() {
				held = p.clone()
				return nil
			}
			if held == nil {
				return truly(to, p)
			}
			first, second := p, held
			held = nil
			if err := truly(to, first); err != nil {
				return err
			}
			second.at(first.time())
			return truly(to, second)
		}
	}
}

// crossed gives the viewers of one stream a frame of another.
func crossed() mangler {
	var mu sync.Mutex
	latest := map[uint32]piece{} // by source
	return func(int, string) func(io.Writer, piece) error {
		n := 0
		return func(to io.Writer, p piece) error {
			if !p.isFrame() {
				return truly(to, p)
			}
			mu.Lock()
			own := p.stamp().Source
			latest[own] = p.clone()
			var other piece
			for source, f := range latest {
				if source != own {
					other = f.clone()
				}
			}
			mu.Unlock()
			if n++; n >= 10 && n < 15 && other != nil {
				other.at(p.time())
				if err := truly(to, other); err != nil {
					return err
				}
			}
			return truly(to, p)
		}
	}
}

// past keeps the first frames of the first epoch of each stream, from its keyframe on.
type past struct {
	mu     sync.Mutex
	frames map[uint32][]piece // by source
}

const pastFrames = 8

// of keeps p if it belongs to the past, and returns what is kept of the past if p is no part of it.
func (k *past) of(p piece) []piece {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := p.stamp()
	old := k.frames[s.Source]
	switch {
	case len(old) == 0 && !p.isKey():
		return nil
	case len(old) == 0 || old[0].stamp().Epoch == s.Epoch:
		if len(old) < pastFrames && (len(old) == 0 || old[len(old)-1].stamp().Seq+1 == s.Seq) {
			k.frames[s.Source] = append(old, p.clone())
		}
		return nil
	case old[0].stamp().Epoch > s.Epoch:
		return nil
	}
	return old
}

// stale begins every session of a later epoch with the first GOP of the first.
func stale() mangler {
	k := &past{frames: map[uint32][]piece{}}
	return func(int, string) func(io.Writer, piece) error {
		n := 0
		return func(to io.Writer, p piece) error {
			if !p.isFrame() {
				return truly(to, p)
			}
			old := k.of(p)
			if n++; n == 1 {
				for _, f := range old {
					if err := truly(to, f); err != nil {
						return err
					}
				}
			}
			return truly(to, p)
		}
	}
}

// between puts every second of the first frames of an old epoch between those of a later one.
func between() mangler {
	k := &past{frames: map[uint32][]piece{}}
	return func(int, string) func(io.Writer, piece) error {
		n := 0
		return func(to io.Writer, p piece) error {
			if !p.isFrame() {
				return truly(to, p)
			}
			old := k.of(p)
			for i := 0; n == 3 && i < len(old); i += 2 {
				if err := truly(to, old[i]); err != nil {
					return err
				}
			}
			n++
			return truly(to, p)
		}
	}
}
