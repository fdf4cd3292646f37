package rtmp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"testing"

	"github.com/yutopp/go-amf0"
)

// script is the far side of a connection, played by hand: it says exactly what a test wants said.
type script struct {
	t     testing.TB
	nc    net.Conn
	in    *ChunkReader
	chunk int // bytes in a chunk that it sends
}

// scriptServer shakes hands as a server.
func scriptServer(t testing.TB, nc net.Conn) *script {
	if err := serverHandshake(nc); err != nil {
		t.Errorf("script: %v", err)
	}
	return &script{t: t, nc: nc, in: NewChunkReader(nc, Limits{}), chunk: initialChunkSize}
}

// scriptClient shakes hands as a client.
func scriptClient(t testing.TB, nc net.Conn) *script {
	c2, err := clientHandshake(nc, nil)
	if err != nil {
		t.Errorf("script: %v", err)
	}
	s := &script{t: t, nc: nc, in: NewChunkReader(nc, Limits{}), chunk: initialChunkSize}
	s.write(c2)
	return s
}

func (s *script) write(b []byte) {
	if _, err := s.nc.Write(b); err != nil {
		s.t.Logf("script: %v", err)
	}
}

// say sends messages, in one write.
func (s *script) say(all ...Message) {
	var b []byte
	for _, m := range all {
		b = AppendMessage(b, m, s.chunk)
	}
	s.write(b)
}

// hear reads messages until a command comes, and returns it as "name tid args…".
func (s *script) hear() string {
	m := s.message(TypeCommand)
	values, err := decodeAMF0(m.Payload)
	if err != nil {
		s.t.Errorf("script: %v", err)
	}
	return speak(values)
}

// message reads messages until one of type t comes.
func (s *script) message(t TypeID) Message {
	for {
		m, err := s.in.Next()
		if err != nil {
			s.t.Errorf("script: waiting for type %d: %v", t, err)
			return m
		}
		if m.Type == t {
			return m
		}
	}
}

// speak writes AMF0 values down, each as Go prints it.
func speak(values []any) string {
	var b bytes.Buffer
	for i, v := range values {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprint(&b, v)
	}
	return b.String()
}

// cmd is a command message. undefined{} can stand anywhere.
func cmd(values ...any) Message {
	var b bytes.Buffer
	enc := amf0.NewEncoder(&b)
	for _, v := range values {
		if v == any(undefined{}) {
			b.WriteByte(byte(amf0.MarkerUndefined))
			continue
		}
		if err := enc.Encode(v); err != nil {
			panic(err)
		}
	}
	return Message{Type: TypeCommand, Payload: b.Bytes()}
}

// info is the info object of a status.
func info(level, code, text string) map[string]any {
	return map[string]any{"level": level, "code": code, "description": text}
}

// ping is a PingRequest user control event (section 7.1.7).
func ping(timestamp uint32) Message {
	return Message{Type: TypeUserControl, Payload: binary.BigEndian.AppendUint32([]byte{0, 6}, timestamp)}
}

// accepted is the reply to connect.
func accepted() Message {
	return cmd("_result", 1, map[string]any{"fmsVer": "x"}, info("status", "NetConnection.Connect.Success", "ok"))
}
