package phrase

// What --media accepts, and how to get there, in Chinese.
const (
	mediaAcceptedZh = "；可接受的是含 H.264（codec id 7）、AAC（sound format 10）或两者兼有的 FLV 文件"
	mediaRemuxZh    = "；可重新封装：ffmpeg -i FILE -c copy NEW.flv"
	mediaRecodeZh   = mediaAcceptedZh + "，例如这样生成：ffmpeg -i FILE -c:v libx264 -c:a aac NEW.flv"
)

// mediaZh is the Chinese of this area.
var mediaZh = map[ID]string{
	MediaBadFPS:        "--fps %d 超出范围；帧率可为每秒 1 到 %d 帧",
	MediaBadBitrate:    "--bitrate %d 超出范围；单位为 bit/s，最大 %d",
	MediaBadGOP:        "--gop %v 超出范围；时长最大 %v",
	MediaTooLarge:      "--bitrate %d 配合 --gop %v，一个 GOP 就要占 %d MiB 内存；最多允许 %d MiB：请调低其中之一",
	MediaBitrateTooLow: "--bitrate %d 对每秒 %d 帧来说太低；至少需要 %d，或调低 --fps",

	MediaUnreadable:    "--media %s 无法读取：%v",
	MediaNoFile:        "--media %s 不是普通文件" + mediaAcceptedZh,
	MediaEmpty:         "--media %s 是空文件：在第 0 字节就结束了" + mediaAcceptedZh,
	MediaFileTooLarge:  "--media %s 有 %d MiB；最多接受 %d MiB，可截取一段：ffmpeg -i FILE -t 60 -c copy NEW.flv",
	MediaTooManyFrames: "--media %s：第 %d 字节：到这里为止的帧已超过 %d MiB 内存；可截取一段：ffmpeg -i FILE -t 60 -c copy NEW.flv",

	MediaNotFLV:             "--media %s 不是 FLV：第 %d 字节处没有 FLV 标识" + mediaAcceptedZh,
	MediaBadVersion:         "--media %s：第 %d 字节：FLV 版本为 %d；只支持版本 1" + mediaAcceptedZh,
	MediaBadDataOffset:      "--media %s：第 %d 字节：文件头声称数据从第 %d 字节开始" + mediaRemuxZh,
	MediaBadPreviousTagSize: "--media %s：第 %d 字节：PreviousTagSize 为 %d，应为 %d" + mediaRemuxZh,
	MediaBadTagType:         "--media %s：第 %d 字节：未知的 tag 类型 %#02x；文件在此处损坏" + mediaRemuxZh,
	MediaEncrypted:          "--media %s：第 %d 字节：tag 是加密的" + mediaAcceptedZh,
	MediaBadStreamID:        "--media %s：第 %d 字节：StreamID 为 %d，应为 0" + mediaRemuxZh,
	MediaCut:                "--media %s 不完整：在第 %d 字节处结束，而第 %d 字节开始的 tag 还没有完" + mediaRemuxZh,

	MediaVideoCodec:    "--media %s：第 %d 字节：视频编码是 %s（codec id %d）" + mediaRecodeZh,
	MediaAudioCodec:    "--media %s：第 %d 字节：音频编码是 %s（sound format %d）" + mediaRecodeZh,
	MediaEnhanced:      "--media %s：第 %d 字节：编码是 enhanced RTMP 的 %s" + mediaRecodeZh,
	MediaNoConfig:      "--media %s：第 %d 字节：%s 帧出现在它的序列头（%s）之前" + mediaRemuxZh,
	MediaBadConfig:     "--media %s：第 %d 字节：序列头（%s）已损坏：%v" + mediaRecodeZh,
	MediaConfigChanges: "--media %s：第 %d 字节：又出现一个不同的序列头；整个文件只能有一个，例如这样生成：ffmpeg -i FILE -c:v libx264 -c:a aac NEW.flv",
	MediaBadFrame:      "--media %s：第 %d 字节：帧内各部分的长度对不上；文件在此处损坏" + mediaRemuxZh,
	MediaTimeBack:      "--media %s：第 %d 字节：时间戳从 %d ms 倒退到 %d ms" + mediaRemuxZh,
	MediaNoKeyframe:    "--media %s 到第 %d 字节结束为止没有关键帧（IDR 帧）" + mediaRecodeZh,
	MediaNoFrames:      "--media %s 到第 %d 字节结束为止既没有视频也没有音频" + mediaRecodeZh,
}
