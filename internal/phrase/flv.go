package phrase

// What internal/flv says of bytes that are not FLV. It has no catalogue and says it in English, as a history keeps it; these are
// its sentences, for Again.
const (
	FLVPreviousTagSize ID = "flv.previous-tag-size"
	FLVSignature       ID = "flv.signature"
	FLVVersion         ID = "flv.version"
	FLVDataOffset      ID = "flv.data-offset"
	FLVTagType         ID = "flv.tag-type"
	FLVEncrypted       ID = "flv.encrypted"
	FLVStreamID        ID = "flv.stream-id"
	FLVSecondHeader    ID = "flv.second-header"
	FLVCutHeader       ID = "flv.cut.header"
	FLVCutTag          ID = "flv.cut.tag"
)

// flvMark is what those sentences begin with where they are an error.
const flvMark = "flv: "

// flvFaults is the English of this area.
var flvFaults = map[ID]string{
	FLVPreviousTagSize: "byte %s: PreviousTagSize does not match the tag before it: %s instead of %s",
	FLVSignature:       "byte %s: no FLV signature: %s",
	FLVVersion:         "byte %s: FLV version is not 1: %s",
	FLVDataOffset:      "byte %s: DataOffset out of bounds: %s",
	FLVTagType:         "byte %s: unknown tag type: %s",
	FLVEncrypted:       "byte %s: tag is encrypted (filter bit set)",
	FLVStreamID:        "byte %s: StreamID is not 0: %s",
	FLVSecondHeader:    "byte %s: a file header where a tag should stand",
	FLVCutHeader:       "cut at byte %s, inside the file header",
	FLVCutTag:          "cut at byte %s, inside the tag at byte %s",
}
