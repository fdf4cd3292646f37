package target

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/flvstorm/flvstorm/internal/foreign"
	"github.com/flvstorm/flvstorm/internal/phrase"
)

// Stream is one line of a file of streams: a name of the user's, and where it is published and played.
type Stream struct {
	Name    string
	Publish string
	Play    string // empty where nobody plays it
	// At is where it stands, file:line, for sentences.
	At string
}

const (
	// MaxStreams bounds the streams of a load.
	MaxStreams = 20_000
	// maxStreamsFile bounds a file of streams, in bytes: a kilobyte for each.
	maxStreamsFile = MaxStreams << 10
	// maxName bounds the name of a stream, in bytes.
	maxName = 200
)

// byteOrderMark stands before the text where some programs write UTF-8.
const byteOrderMark = "\xEF\xBB\xBF"

// The columns of a file of streams.
const (
	columnStream  = "stream"
	columnPublish = "publish_url"
	columnPlay    = "play_url"
)

// ReadStreams reads the value of --streams-file: comma-separated values (RFC 4180) whose first line names the columns
// stream, publish_url and play_url, in any order; the last may be missing, or empty, where nobody plays. Lines that begin
// with # are comments. A {stream} in a URL stands for the stream's name. The error holds every problem of the lines, each
// with its place.
//
// Two streams never have one key, for what the server says of a key could not be told apart; so one that is published on
// two servers under one name needs two runs.
func ReadStreams(path string) ([]Stream, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, phrase.Errorf(phrase.ReachStreams, path, err)
	}
	defer f.Close()
	return readStreams(path, f)
}

func readStreams(path string, f io.Reader) ([]Stream, error) {
	text := &io.LimitedReader{R: f, N: maxStreamsFile + 1}
	in := bufio.NewReader(text)
	if head, _ := in.Peek(len(byteOrderMark)); string(head) == byteOrderMark {
		in.Discard(len(byteOrderMark))
	}
	list := listing{path: path, in: csv.NewReader(in)}
	list.in.Comment, list.in.FieldsPerRecord, list.in.ReuseRecord = '#', -1, true
	err := list.read()
	switch {
	case text.N <= 0:
		return nil, phrase.Errorf(phrase.ReachStreamsLong, path, maxStreamsFile>>20)
	case err != nil:
		return nil, err
	case len(list.problems) > 0:
		return nil, errors.Join(list.problems...)
	case len(list.streams) == 0:
		return nil, phrase.Errorf(phrase.ReachStreamsEmpty, path)
	}
	return list.streams, nil
}

// listing is a file of streams as it is read.
type listing struct {
	path     string
	in       *csv.Reader
	columns  map[string]int // where each column stands
	streams  []Stream
	problems []error
	// What was there before, and where: names, keys and play URLs.
	names, keys, plays map[string]string
}

// maxProblems bounds how many problems of a file are told.
const maxProblems = 10

func (l *listing) read() error {
	l.names, l.keys, l.plays = map[string]string{}, map[string]string{}, map[string]string{}
	for {
		record, err := l.in.Read()
		var syntax *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &syntax):
			return phrase.Errorf(phrase.ReachStreamsCSV, where(l.path, syntax.StartLine), syntax.Err)
		case err != nil:
			return phrase.Errorf(phrase.ReachStreams, l.path, err)
		}
		line, _ := l.in.FieldPos(0)
		for i := range record {
			record[i] = strings.TrimSpace(record[i])
		}
		at := where(l.path, line)
		if l.columns == nil {
			if err := l.head(at, record); err != nil {
				return err
			}
			continue
		}
		if len(l.streams) == MaxStreams {
			return phrase.Errorf(phrase.ReachStreamsMany, at, MaxStreams)
		}
		if err := l.take(at, record); err != nil {
			if l.problems = append(l.problems, err); len(l.problems) == maxProblems {
				return nil
			}
		}
	}
}

// head reads the names of the columns.
func (l *listing) head(at string, record []string) error {
	l.columns = map[string]int{}
	for i, name := range record {
		name = strings.ToLower(name)
		if _, twice := l.columns[name]; twice || !slices.Contains([]string{columnStream, columnPublish, columnPlay}, name) {
			return phrase.Errorf(phrase.ReachStreamsHead, at, foreign.Short(foreign.Mask(name)))
		}
		l.columns[name] = i
	}
	for _, name := range []string{columnStream, columnPublish} {
		if _, ok := l.columns[name]; !ok {
			return phrase.Errorf(phrase.ReachStreamsColumn, at, name)
		}
	}
	return nil
}

// take takes one stream, or says what is wrong with it.
func (l *listing) take(at string, record []string) error {
	if len(record) != len(l.columns) {
		return phrase.Errorf(phrase.ReachStreamsFields, at, len(record), len(l.columns))
	}
	field := func(name string) string {
		if i, ok := l.columns[name]; ok {
			return strings.Clone(record[i])
		}
		return ""
	}
	s := Stream{Name: field(columnStream), At: at}
	if err := checkName(at, s.Name); err != nil {
		return err
	}
	s.Publish = strings.ReplaceAll(field(columnPublish), Placeholder, s.Name)
	s.Play = strings.ReplaceAll(field(columnPlay), Placeholder, s.Name)
	if err := checkPublish("--streams-file "+at+": "+columnPublish, s.Publish); err != nil {
		return err
	}
	if s.Play != "" {
		if err := checkURL("--streams-file "+at+": "+columnPlay, s.Play, "http", PlayExample); err != nil {
			return err
		}
	}
	key := URLs{Publish: s.Publish}.Key("")
	for _, is := range []struct {
		what, value string
		before      map[string]string
	}{
		{columnStream, s.Name, l.names}, {"app/stream", key, l.keys}, {columnPlay, s.Play, l.plays},
	} {
		if first, twice := is.before[is.value]; twice && is.value != "" {
			return phrase.Errorf(phrase.ReachStreamsTwice, at, is.what, foreign.Mask(is.value), first)
		}
		is.before[is.value] = at
	}
	l.streams = append(l.streams, s)
	return nil
}

// checkName says what is wrong with the name of a stream. It stands for {stream} in URLs, so nothing of a URL's own may be
// in it.
func checkName(at, name string) error {
	switch {
	case name == "":
		return phrase.Errorf(phrase.ReachStreamsNoName, at)
	case len(name) > maxName, strings.ContainsAny(name, "/?#&%{}\\\"'"), foreign.Clean(name) != name, strings.Contains(name, " "):
		return phrase.Errorf(phrase.ReachStreamsName, at, foreign.Short(foreign.Clean(name)), maxName)
	}
	return nil
}

// Listing are the URLs of the streams of a file.
func Listing(streams []Stream) URLs {
	u := URLs{Listed: make(map[string]Stream, len(streams))}
	for i, s := range streams {
		if i == 0 {
			u.Publish, u.Play = s.Publish, s.Play
		}
		u.Listed[s.Name] = s
	}
	return u
}

// validateListed says which streams players can't reach.
func (u URLs) validateListed(players int) error {
	var problems []error
	for _, s := range u.list() {
		if players > 0 && s.Play == "" && len(problems) < maxProblems {
			problems = append(problems, phrase.Errorf(phrase.ReachStreamsNoPlay, s.At))
		}
	}
	return errors.Join(problems...)
}

// list returns the listed streams, sorted by name, so that what is said of them hangs on nothing else.
func (u URLs) list() []Stream {
	return slices.SortedFunc(maps.Values(u.Listed), func(a, b Stream) int { return cmp.Compare(a.Name, b.Name) })
}

// where names a line of a file.
func where(path string, line int) string { return path + ":" + strconv.Itoa(line) }
