package subject

import (
	"fmt"
	"strings"
	"time"
)

// kindWords are what the kinds are called to a person.
var kindWords = map[Kind][2]string{
	Access:   {"查阅个人信息", "access to your personal information"},
	Copy:     {"复制、转移个人信息", "a copy of your personal information"},
	Correct:  {"更正、补充个人信息", "correction of your personal information"},
	Restrict: {"限制处理个人信息", "restriction of processing"},
	Withdraw: {"撤回同意", "withdrawal of consent"},
	Erase:    {"删除个人信息", "erasure of your personal information"},
	Complain: {"投诉", "complaint"},
}

// Words are what a kind is called, in Chinese and English.
func (k Kind) Words() (zh, en string) { w := kindWords[k]; return w[0], w[1] }

// doneWords say what was done.
var doneWords = map[Kind][2]string{
	Access:   {"随函附上我们持有的与您有关的信息清单，包括处理目的、来源和保存期限。", "Enclosed is what we hold about you, with purposes, sources and periods of retention."},
	Copy:     {"随函附上您的个人信息副本，含可供机器读取的格式。", "Enclosed is a copy of your personal information, in a machine-readable form as well."},
	Correct:  {"您指出的内容已经更正，原内容已不可恢复地删除。", "What you pointed out has been corrected; what stood there before is deleted beyond recovery."},
	Restrict: {"您的信息仅予存储，不再用于检索、统计和导出。", "Your information is only stored; it is no longer used for search, statistics or exports."},
	Withdraw: {"您的同意已经撤回，此后来自相关渠道的反馈将不再被处理。撤回不影响此前处理的效力。", "Your consent is withdrawn, and what comes of those sources is no longer processed. What was done before remains lawful."},
	Erase:    {"您的信息已从存储、文档和索引中删除，并已核验无残留。备份将按期失效；已对外提供的副本无法收回。", "Your information is deleted from store, documents and index, which was verified. Back-ups expire in their time; copies that were handed out cannot be recalled."},
	Complain: {"我们已就您反映的问题作出处理。", "We have dealt with what you complained of."},
}

// Answer is the letter to who asked, in Chinese and then in English. It names
// the case and not the person. An open case is answered that it came in.
func (c *Case) Answer() string {
	zh, en := c.Kind.Words()
	day := func(t time.Time) string { return t.UTC().Format(time.DateOnly) }
	var z, e strings.Builder
	fmt.Fprintf(&z, "编号 %s：您于 %s 提出的“%s”请求", c.ID, day(c.Opened), zh)
	fmt.Fprintf(&e, "Reference %s: your request of %s, %s", c.ID, day(c.Opened), en)
	switch {
	case c.Closing == nil && c.Extension != nil:
		fmt.Fprintf(&z, "正在办理。因%s，答复期限延长至 %s。\n", c.Extension.Why, day(c.Due))
		fmt.Fprintf(&e, ", is being dealt with. It will be answered by %s, later than said, because: %s.\n", day(c.Due), c.Extension.Why)
	case c.Closing == nil:
		fmt.Fprintf(&z, "已收到，我们将于 %s 前答复。\n", day(c.Due))
		fmt.Fprintf(&e, ", has come in. It will be answered by %s.\n", day(c.Due))
	case c.Closing.Outcome == Abandoned:
		z.WriteString("已按您的意愿终止。\n")
		e.WriteString(", has been ended as you wished.\n")
	default:
		z.WriteString("已办理完毕。\n")
		e.WriteString(", has been dealt with.\n")
		if c.Closing.Outcome != Refused {
			z.WriteString(doneWords[c.Kind][0] + "\n")
			e.WriteString(doneWords[c.Kind][1] + "\n")
		}
		if r, ok := RefusalOf(c.Closing.Refusal); ok {
			part := [2]string{"该请求未能予以满足", "It could not be granted"}
			if c.Closing.Outcome == Partly {
				part = [2]string{"其中一部分未能予以满足", "In part it could not be granted"}
			}
			fmt.Fprintf(&z, "%s，理由：%s（%s）。您可以依法向人民法院提起诉讼，或者向履行个人信息保护职责的部门投诉。\n", part[0], r.ZH, r.Basis)
			fmt.Fprintf(&e, "%s, because %s (%s). You may go to court, or complain to the authority that protects personal information.\n", part[1], r.EN, r.Basis)
		}
	}
	return z.String() + "\n" + e.String()
}
