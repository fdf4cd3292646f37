package phrase

// flvFaultsZh is the Chinese of this area.
var flvFaultsZh = map[ID]string{
	FLVPreviousTagSize: "第 %s 字节：PreviousTagSize 为 %s，与前一个 tag 不符，应为 %s",
	FLVSignature:       "第 %s 字节：没有 FLV 标识，而是 %s",
	FLVVersion:         "第 %s 字节：FLV 版本不是 1，而是 %s",
	FLVDataOffset:      "第 %s 字节：DataOffset 超出范围：%s",
	FLVTagType:         "第 %s 字节：未知的 tag 类型 %s",
	FLVEncrypted:       "第 %s 字节：tag 是加密的（filter 位为 1）",
	FLVStreamID:        "第 %s 字节：StreamID 为 %s，应为 0",
	FLVSecondHeader:    "第 %s 字节：应为 tag，却是文件头",
	FLVCutHeader:       "在第 %s 字节处中断，文件头不完整",
	FLVCutTag:          "在第 %s 字节处中断，第 %s 字节开始的 tag 不完整",
}
