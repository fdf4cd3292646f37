package phrase

// historyZh is the Chinese of this area.
var historyZh = map[ID]string{
	HistoryNoFolder:   "无法创建运行目录 %s：%v；请用 --out 给出可写的目录",
	HistoryExists:     "%s 中已有一次运行的记录；请用 --out 另给目录，或删除该目录（%v）",
	HistoryNotWritten: "无法写入运行记录 %s：%v；磁盘满了吗？请用 --out 另给目录",
	HistoryMissing:    "%s 不是运行目录：其中没有 %s；请给出 --out 生成的目录（%v）",
	HistoryNotRead:    "无法读取运行记录 %s：%v",
	HistoryGarbage:    "%s 不是 flvstorm 的运行记录：%v；请给出一次运行的目录",
	HistorySchema:     "%s 的格式是 %q，本版 flvstorm 读取 %q；请用写出它的 flvstorm，或更新的版本",
	HistoryBadEvent:   "%s 在第 %d 个事件之后损坏：%v；之前的内容有效",
	HistoryLongLine:   "%s 在第 %d 个事件之后损坏：有一行超过 %d 字节；之前的内容有效",
	HistoryCut:        "运行记录在一条记录中途结束，位于第 %d 个事件之后：运行被强行终止，或磁盘已满",
	HistoryQueueFull:  "记录队列已满",
}
