//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flvstorm/flvstorm/internal/flv"
	"github.com/flvstorm/flvstorm/internal/media"
	"github.com/flvstorm/flvstorm/internal/peertest"
	"github.com/flvstorm/flvstorm/report/history"
)

// A liar stands between a good server and its viewers: publishers go straight to the server, and what viewers get of it goes
// through a proxy that changes it. So the lie is the only thing that is wrong, and the stamps in it are those of the run.

// mangler is what a liar does with a session: for its number, from 0 on, and the path that was asked for it returns a function
// that is called with each piece of the true answer and writes to the viewer what it likes. After an error the session is over.
type mangler func(session int, path string) func(to io.Writer, p piece) error

// piece is a part of an answer, whole: the head of the HTTP response; the file header of the FLV with PreviousTagSize0; or a
// tag with the PreviousTagSize behind it.
type piece []byte

func (p piece) isTag() bool    { return len(p) >= flv.TagHeaderSize+flv.TrailerSize && p[0] <= 18 }
func (p piece) isFile() bool   { return bytes.HasPrefix(p, []byte("FLV")) }
func (p piece) body() []byte   { return p[flv.TagHeaderSize : len(p)-flv.TrailerSize] }
func (p piece) isVideo() bool  { return p.isTag() && p[0] == byte(flv.Video) && len(p.body()) > 5 }
func (p piece) isFrame() bool  { return p.isVideo() && p.body()[1] == 1 }
func (p piece) isConfig() bool { return p.isVideo() && p.body()[1] == 0 }
func (p piece) isAudio() bool  { return p.isTag() && p[0] == byte(flv.Audio) && len(p.body()) > 2 }
func (p piece) isKey() bool    { return p.isFrame() && p.body()[0]>>4 == 1 }
func (p piece) clone() piece   { return bytes.Clone(p) }
func (p piece) time() uint32 {
	return uint32(p[7])<<24 | uint32(p[4])<<16 | uint32(p[5])<<8 | uint32(p[6])
}
func (p piece) at(ms uint32) {
	p[4], p[5], p[6], p[7] = byte(ms>>16), byte(ms>>8), byte(ms), byte(ms>>24)
}
func (p piece) trailer() []byte { return p[len(p)-flv.TrailerSize:] }

// stamp is the stamp of a frame.
func (p piece) stamp() media.Stamp {
	s, _, _ := media.FindStamp(p.body())
	return s
}

// restamp puts another stamp in the place of that of a frame, with a checksum that is right.
func (p piece) restamp(change func(*media.Stamp)) {
	var was [media.StampSize]byte
	s := p.stamp()
	s.Put(was[:])
	if at := bytes.Index(p, was[:]); at >= 0 {
		change(&s)
		s.Put(p[at:])
	}
}

// picture is the first NAL unit of a coded picture in a frame.
func (p piece) picture() []byte {
	for b := p.body()[5:]; len(b) > 4; {
		size := int(binary.BigEndian.Uint32(b))
		if nal := b[4 : 4+size]; nal[0]&0x1f >= 1 && nal[0]&0x1f <= 5 {
			return nal
		}
		b = b[4+size:]
	}
	return nil
}

// lying starts the proxy and returns its address.
func lying(t testing.TB, server string, lie mangler) (addr string) {
	t.Helper()
	var sessions atomic.Int32
	return hostile(t, func(nc net.Conn) {
		req, err := http.ReadRequest(bufio.NewReader(nc))
		if err != nil {
			return
		}
		up, err := net.Dial("tcp", server)
		if err != nil {
			return
		}
		defer up.Close()
		go func() { // a viewer that leaves is gone for the server, too
			io.Copy(io.Discard, nc)
			up.Close()
		}()
		if err := req.Write(up); err != nil {
			return
		}
		resp, err := http.ReadResponse(bufio.NewReader(up), req)
		if err != nil {
			return
		}
		if resp.StatusCode != http.StatusOK {
			fmt.Fprintf(nc, "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", resp.Status)
			return
		}
		tell := lie(int(sessions.Add(1)-1), req.URL.Path)
		err = tell(nc, piece("HTTP/1.1 200 OK\r\nContent-Type: video/x-flv\r\nConnection: close\r\n\r\n"))
		for err == nil {
			var p piece
			if p, err = nextPiece(resp.Body); err == nil {
				err = tell(nc, p)
			}
		}
	})
}

// nextPiece reads what comes next of an FLV stream.
func nextPiece(r io.Reader) (piece, error) {
	p := make(piece, flv.TagHeaderSize)
	if _, err := io.ReadFull(r, p); err != nil {
		return nil, err
	}
	rest := flv.HeaderSize + 4 - flv.TagHeaderSize
	if !p.isFile() {
		rest = int(p[1])<<16 + int(p[2])<<8 + int(p[3]) + flv.TrailerSize
	}
	p = append(p, make([]byte, rest)...)
	_, err := io.ReadFull(r, p[flv.TagHeaderSize:])
	return p, err
}

// truly passes a piece on.
func truly(to io.Writer, p piece) error {
	_, err := to.Write(p)
	return err
}

// inEach makes a lie of which every session is told the same: lie is called with the number of each frame in its session,
// from 0 on; all else passes.
func inEach(lie func(to io.Writer, n int, p piece) error) func() mangler {
	return func() mangler {
		return func(int, string) func(io.Writer, piece) error {
			n := -1
			return func(to io.Writer, p piece) error {
				if !p.isFrame() {
					return truly(to, p)
				}
				n++
				return lie(to, n, p)
			}
		}
	}
}

// at is inEach of one frame.
func at(frame int, lie func(to io.Writer, p piece) error) func() mangler {
	return inEach(func(to io.Writer, n int, p piece) error {
		if n == frame {
			return lie(to, p)
		}
		return truly(to, p)
	})
}

// changed is a lie about one frame that goes on its way changed.
func changed(change func(p piece)) func() mangler {
	return at(10, func(to io.Writer, p piece) error {
		change(p)
		return truly(to, p)
	})
}

// inserted is a lie that puts something before a frame.
func inserted(extra func(p piece) []byte) func() mangler {
	return at(10, func(to io.Writer, p piece) error {
		if _, err := to.Write(extra(p)); err != nil {
			return err
		}
		return truly(to, p)
	})
}

// ofOne is a lie about one of the streams. It begins when the run does: by then one session has come and gone, to see
// whether the URLs are right.
func ofOne(lie func(to io.Writer, p piece) error) func() mangler {
	return func() mangler {
		return func(session int, path string) func(io.Writer, piece) error {
			if session == 0 || !strings.HasSuffix(path, "0.flv") {
				return truly
			}
			return lie
		}
	}
}

// modestKB is how much memory a flvstorm may have taken on which hostile servers work, with the race detector's share.
const modestKB = 500_000

// modest wants that a flvstorm which has ended did not take more memory than that.
func modest(peak int64) error {
	if peak > modestKB {
		return fmt.Errorf("flvstorm took %d kB of memory", peak)
	}
	return nil
}

// peak follows how much memory p has held at most until it ends, in kB; 0 where the system doesn't say. What the kernel tells
// of a child that has ended would not do: it counts from before the program was there, when the child was as large as we are.
func (p *process) peak() <-chan int64 {
	most := make(chan int64, 1)
	go func() {
		var peak int64
		look := time.NewTicker(50 * time.Millisecond)
		defer look.Stop()
		for {
			status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
			if _, after, ok := strings.Cut(string(status), "VmHWM:"); ok {
				kB, _ := strconv.ParseInt(strings.Fields(after)[0], 10, 64)
				peak = max(peak, kB)
			}
			select {
			case <-look.C:
			case <-p.done:
				most <- peak
				return
			}
		}
	}()
	return most
}

// evident wants that a finding of what a witness saw comes with a file below the run's folder that is an FLV, and small.
func evident(b *box, d document, code string) error {
	i := d.finding(code)
	if i < 0 {
		return fmt.Errorf("no %s", code)
	}
	files := 0
	for _, e := range d.Findings[i].Evidence {
		if e.File == "" {
			continue
		}
		files++
		name := b.path(filepath.Join("run", e.File))
		if !strings.HasPrefix(e.File, "evidence/") || !strings.HasSuffix(e.File, ".flv") {
			return fmt.Errorf("evidence in %q", e.File)
		}
		file, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		broken := strings.Contains(e.File, string(history.FileHeader)) // what is wrong is that it does not begin as an FLV
		if len(file) < flv.HeaderSize || !broken && string(file[:3]) != "FLV" || len(file) > 4<<20 {
			return fmt.Errorf("%s is no small FLV: %d bytes, %q", e.File, len(file), file[:min(len(file), 16)])
		}
	}
	if files == 0 {
		return errors.New(code + " has no file as evidence")
	}
	return nil
}

// TestEvidenceOpens: what a witness keeps opens in the programs that people have, and `flvstorm report` says of such a run what
// the run itself said.
func TestEvidenceOpens(t *testing.T) {
	t.Parallel()
	ffprobe, flvmeta := peertest.Program(t, "ffprobe"), peertest.Program(t, "flvmeta")
	for _, name := range []string{"drop-frames", "an altered picture", "an old epoch's GOP first"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			insistently(t, func(t testing.TB) {
				r, where := rowNamed(name)
				calmly(t, 300*time.Millisecond, func(b *box) error {
					if err := r.try(b, "flvstorm", where, 1); err != nil {
						return err
					}
					files, err := filepath.Glob(b.path("run/evidence/*.flv"))
					if err != nil || len(files) == 0 {
						return fmt.Errorf("no evidence: %v", err)
					}
					for _, file := range files {
						out, err := exec.Command(ffprobe, "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", file).CombinedOutput()
						if err != nil || !strings.Contains(string(out), "h264") {
							return fmt.Errorf("ffprobe %s: %v\n%s", file, err, out)
						}
						if out, err := exec.Command(flvmeta, "-F", file).CombinedOutput(); err != nil {
							return fmt.Errorf("flvmeta %s: %v\n%s", file, err, out)
						}
					}
					again := b.run("report", "run", "--json", "again.json", "--quiet")
					if again.code != 1 || b.read("again.json") != b.read("result.json") {
						t.Errorf("the document was\n%s\nand is\n%s", b.read("result.json"), b.read("again.json"))
					}
					return nil
				})
			})
		})
	}
}
