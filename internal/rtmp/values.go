package rtmp

// Values reads the AMF0 values of a data message or of an FLV script tag, such as onMetaData: one after the other, nil, a
// float64, bool, string, time.Time, []any or map[string]any each. What was read before an error is returned with it. A body
// beyond 1 MiB, 65,536 values or 32 levels is an error.
func Values(body []byte) ([]any, error) {
	r := amfReader{b: body}
	var values []any
	for len(r.b) > 0 {
		v, err := r.next()
		if err != nil {
			return values, err
		}
		values = append(values, v)
	}
	return values, nil
}
