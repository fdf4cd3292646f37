package media

import "encoding/binary"

// stamped returns a copy of an AVC body with room for a stamp in front of its picture, every NAL unit with a length of 4
// bytes, which had lengthSize. A body that has been stamped already keeps the place. The stamp stands in the first HeadSize
// bytes, where FindStamp looks, whatever stands in front of the picture. idr says whether there is an IDR picture in it, and
// ok is false if the lengths don't add up. A body without a picture comes back nil.
func stamped(src []byte, lengthSize int) (b body, idr, ok bool) {
	nals, picture, place := 0, false, 0
	size := 0
	ok = eachNAL(src[avcHeaderSize:], lengthSize, func(nal []byte) {
		size += 4 + len(nal)
		near := size < HeadSize/2 // behind this NAL unit a stamp is still found, with room to spare
		switch kind := nal[0] & 0x1f; {
		case isPicture(nal[0]):
			picture = true
			idr = idr || kind == nalIDR
		case kind == nalAUD && nals == 0 && near:
			place = 1 // nothing may stand in front of an access unit delimiter (H.264 7.4.1.2.3)
		case kind == nalSEI && !picture && len(nal) > 1 && nal[1] == seiBuffering && near:
			// Nor in front of the SEI with the buffering period (ibid.). One so large that the stamp would not be found
			// behind it comes second all the same: a frame whose stamp nobody sees would count as lost.
			place = nals + 1
		}
		nals++
	})
	if !ok || !picture {
		return body{}, false, ok
	}
	out := make([]byte, 0, avcHeaderSize+size+4+stampNALSize)
	out = append(out, src[:avcHeaderSize]...)
	found := findStamp(src)
	keeps := lengthSize == 4 && found >= 0 && found+StampSize < min(len(src), HeadSize)
	at, n := -1, 0
	eachNAL(src[avcHeaderSize:], lengthSize, func(nal []byte) {
		if n == place && !keeps {
			at = len(out) + 4 + stampPrefix
			out = appendStampNAL(out, Stamp{})
		}
		n++
		out = binary.BigEndian.AppendUint32(out, uint32(len(nal)))
		out = append(out, nal...)
	})
	if keeps {
		at = findStamp(out)
	}
	sum, _ := PictureSum(out)
	return body{bytes: out, stampAt: at, sum: sum}, idr, true
}

// eachNAL calls do for each NAL unit that is not empty, and reports whether their lengths add up to b.
func eachNAL(b []byte, lengthSize int, do func(nal []byte)) bool {
	for len(b) > 0 {
		if len(b) < lengthSize {
			return false
		}
		n := int64(0) // 4 bytes are too many for the int of a 32-bit machine
		for _, c := range b[:lengthSize] {
			n = n<<8 | int64(c)
		}
		b = b[lengthSize:]
		if n > int64(len(b)) {
			return false
		}
		if n > 0 {
			do(b[:n:n])
		}
		b = b[n:]
	}
	return true
}
