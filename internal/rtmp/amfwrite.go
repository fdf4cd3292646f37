package rtmp

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/yutopp/go-amf0"
)

// values are the arguments of a command, in order: nil, undefined{}, strings, booleans, numbers, objects, and whatever else
// go-amf0 can say.
type values []any

// undefined is sent as AMF0's undefined, which go-amf0 cannot encode.
type undefined struct{}

// object is a value that appends itself, property by property.
type object interface {
	appendTo(dst []byte) ([]byte, error)
}

// appendValues appends the values one after the other. The error is that of a value which AMF0 cannot say.
func appendValues(dst []byte, v values) ([]byte, error) {
	for _, v := range v {
		var err error
		if dst, err = appendValue(dst, v); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// appendValue appends one value. What commands are mostly made of goes without reflection.
func appendValue(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(dst, byte(amf0.MarkerNull)), nil
	case undefined:
		return append(dst, byte(amf0.MarkerUndefined)), nil
	case string:
		return appendString(dst, v), nil
	case int:
		return appendNumber(dst, float64(v)), nil
	case uint32:
		return appendNumber(dst, float64(v)), nil
	case float64:
		return appendNumber(dst, v), nil
	case bool:
		return appendBool(dst, v), nil
	case object:
		dst, err := v.appendTo(append(dst, byte(amf0.MarkerObject)))
		return appendEnd(dst), err
	case amf0.ECMAArray:
		dst = binary.BigEndian.AppendUint32(append(dst, byte(amf0.MarkerEcmaArray)), uint32(len(v)))
		for name, v := range v {
			var err error
			if dst, err = appendValue(appendName(dst, name), v); err != nil {
				return dst, err
			}
		}
		return appendEnd(dst), nil
	}
	var b bytes.Buffer
	err := amf0.NewEncoder(&b).Encode(v)
	return append(dst, b.Bytes()...), err
}

func appendNumber(dst []byte, v float64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, byte(amf0.MarkerNumber)), math.Float64bits(v))
}

func appendBool(dst []byte, v bool) []byte {
	dst = append(dst, byte(amf0.MarkerBoolean), 0)
	if v {
		dst[len(dst)-1] = 1
	}
	return dst
}

func appendString(dst []byte, s string) []byte {
	if len(s) > math.MaxUint16 {
		dst = binary.BigEndian.AppendUint32(append(dst, byte(amf0.MarkerLongString)), uint32(len(s)))
		return append(dst, s...)
	}
	return appendName(append(dst, byte(amf0.MarkerString)), s)
}

// appendName appends the name of a property.
func appendName(dst []byte, name string) []byte {
	name = name[:min(len(name), math.MaxUint16)]
	return append(binary.BigEndian.AppendUint16(dst, uint16(len(name))), name...)
}

// appendText and appendSize append a property that is a string or a number.
func appendText(dst []byte, name, v string) []byte { return appendString(appendName(dst, name), v) }

func appendSize(dst []byte, name string, v int) []byte {
	return appendNumber(appendName(dst, name), float64(v))
}

// appendEnd ends an object.
func appendEnd(dst []byte) []byte { return append(dst, 0, 0, byte(amf0.MarkerObjectEnd)) }

// application is the object that a client sends with connect, as encoders do.
type application struct{ app, flashVer, tcURL string }

func (a application) appendTo(dst []byte) ([]byte, error) {
	dst = appendText(dst, "app", a.app)
	dst = appendText(dst, "type", "nonprivate")
	dst = appendText(dst, "flashVer", a.flashVer)
	dst = appendText(dst, "tcUrl", a.tcURL)
	dst = appendBool(appendName(dst, "fpad"), false)
	dst = appendSize(dst, "capabilities", 15)
	dst = appendSize(dst, "audioCodecs", 4071)
	dst = appendSize(dst, "videoCodecs", 252)
	dst = appendSize(dst, "videoFunction", 1)
	return appendSize(dst, "objectEncoding", 0), nil
}

// properties is the first object of the reply to connect; the words are those of SRS.
type properties struct{}

func (properties) appendTo(dst []byte) ([]byte, error) {
	dst = appendText(dst, "fmsVer", "FMS/3,5,3,888")
	dst = appendSize(dst, "capabilities", 127)
	return appendSize(dst, "mode", 1), nil
}

// information is the second object of the reply to connect.
type information struct {
	code string
	data amf0.ECMAArray
}

func (i information) appendTo(dst []byte) ([]byte, error) {
	dst = appendText(dst, "level", "status")
	dst = appendText(dst, "code", i.code)
	dst = appendText(dst, "description", "Connection succeeded")
	dst = appendSize(dst, "objectEncoding", 0)
	return appendValue(appendName(dst, "data"), i.data)
}

// status is the info object of onStatus and its like.
type status struct{ level, code, description string }

func (s status) appendTo(dst []byte) ([]byte, error) {
	dst = appendText(dst, "level", s.level)
	dst = appendText(dst, "code", s.code)
	return appendText(dst, "description", s.description), nil
}

// shortStatus is the info object of onFCPublish and onFCUnpublish.
type shortStatus struct{ code, description string }

func (s shortStatus) appendTo(dst []byte) ([]byte, error) {
	dst = appendText(dst, "code", s.code)
	return appendText(dst, "description", s.description), nil
}

// fullStatus is the info object of a good onStatus.
type fullStatus struct{ level, code, description, clientID string }

func (s fullStatus) appendTo(dst []byte) ([]byte, error) {
	dst, err := status{s.level, s.code, s.description}.appendTo(dst)
	return appendText(dst, "clientid", s.clientID), err
}
