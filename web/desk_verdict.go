package web

import (
	"strconv"
	"strings"
)

// The states of a verdict, which colour it.
const (
	verdictFine = "fine"
	verdictBad  = "bad"
	verdictOpen = "open" // nobody knows yet
)

// deskVerdict answers one of the questions an officer comes with.
type deskVerdict struct {
	Question, Answer, Note string
	State                  string
	Link, Lead             string // where more is said, "" for nowhere
	Check                  bool   // the ledger can be verified from here
}

// redactionVerdict says whether redaction works, by the newest sample that can tell: one
// that is judged to its end before one that is not, and that before none.
func redactionVerdict(list []SampleState, l language) deskVerdict {
	v := deskVerdict{
		Question: say{"脱敏有效吗？", "Does redaction work?"}.in(l), State: verdictOpen, Link: "/desk/review?lang=" + string(l) + "#draw", Lead: say{"抽取样本", "Draw a sample"}.in(l),
		Answer: say{"还不知道", "Not known yet"}.in(l), Note: say{"还没有抽查过。抽取一批随机样本并复核，就能给出漏遮的上限。", "No sample was drawn yet. A random one, once it is judged, bounds what is missed."}.in(l),
	}
	var best *SampleState
	for i := range list {
		if x := &list[i]; best == nil || x.Complete && !best.Complete || x.Judged > 0 && best.Judged == 0 {
			best = x
		}
	}
	if best == nil {
		return v
	}
	x := *best
	v.Link, v.Lead = sampleRowOf(x, l).Link, say{"看样本", "See the sample"}.in(l)
	if x.Judged == 0 {
		v.Note = say{"样本已抽取，" + thousands(x.Left()) + " 份等待复核。", "A sample is drawn: " + thousands(x.Left()) + " documents are to be judged."}.in(l)
		v.Lead = say{"去复核", "Judge them"}.in(l)
		return v
	}
	sure := strconv.FormatFloat(100*x.Confidence, 'f', -1, 64) + "%"
	judged, missed, upper, aim := thousands(x.Judged), thousands(x.MissedDocuments), percentText(x.Upper), percentText(x.Target)
	v.Answer = say{"至多 " + upper + " 的反馈有漏遮", "At most " + upper + " of feedback has a miss"}.in(l)
	v.Note = say{"复核 " + judged + " 份，其中 " + missed + " 份有漏遮；置信水平 " + sure + "，目标 " + aim, judged + " documents judged, " + missed + " with a miss; at a confidence of " + sure + ", target " + aim}.in(l)
	switch {
	case !x.Complete:
		all := thousands(x.Documents - x.Gone)
		v.Answer = say{"复核进行中，" + judged + " / " + all, "Under review, " + judged + " of " + all}.in(l)
		v.Note = say{"到此为止 " + missed + " 份有漏遮，只能说明至多 " + upper + "（置信水平 " + sure + "，目标 " + aim + "）。", "So far " + missed + " with a miss, which shows no more than " + upper + " at most (confidence " + sure + ", target " + aim + ")."}.in(l)
		v.Lead = say{"接着复核", "Go on with it"}.in(l)
	case x.Met:
		v.State = verdictFine
		v.Note += say{"，已达到。", ", which is met."}.in(l)
	case x.MissedDocuments == 0:
		v.Answer = say{"未见漏遮，但样本太小", "No miss seen, but the sample is too small"}.in(l)
		v.Note = say{"复核 " + judged + " 份没有漏遮，在 " + sure + " 的置信水平下只能说明至多 " + upper + " 的反馈有漏遮，目标是 " + aim + "。", judged + " documents without a miss show no more, at a confidence of " + sure + ", than that at most " + upper + " of feedback has one; the target is " + aim + "."}.in(l)
	default:
		v.State = verdictBad
		v.Note += say{"，未达到。", ", which is not met."}.in(l)
	}
	return v
}

// ledgerVerdict says whether the ledger is whole, as the last verification found.
func ledgerVerdict(state LedgerState, l language) deskVerdict {
	v := deskVerdict{
		Question: say{"台账完整吗？", "Is the ledger whole?"}.in(l), State: verdictOpen, Link: "/desk/ledger?lang=" + string(l), Lead: say{"看台账", "See the ledger"}.in(l),
		Answer: say{"还不知道", "Not known yet"}.in(l), Check: !state.NoKey && !state.Checking,
	}
	entries := thousands(int(state.Entries))
	switch c := state.Check; {
	case state.NoKey:
		v.Note = say{"本机没有台账的验证公钥，无法核验。", "The ledger's verifier key is not on this machine."}.in(l)
	case state.Checking:
		v.Note = say{"正在核验 " + entries + " 条。", entries + " entries are being verified."}.in(l)
	case c == nil:
		v.Note = say{"共 " + entries + " 条，启动以来尚未核验。", entries + " entries, not verified since the start."}.in(l)
	case len(c.Faults) > 0:
		v.State, v.Answer = verdictBad, say{"不完整", "It does not hold"}.in(l)
		v.Note = say{moment(c.At) + " 核验，" + thousands(len(c.Faults)) + " 处不成立。", "Verified " + moment(c.At) + ": " + thousands(len(c.Faults)) + " faults."}.in(l)
		v.Lead = say{"看是哪些", "See which"}.in(l)
	default:
		v.State, v.Answer = verdictFine, say{"完整", "It is whole"}.in(l)
		v.Note = say{moment(c.At) + " 核验了全部 " + thousands(int(c.Entries)) + " 条。", "All " + thousands(int(c.Entries)) + " entries were verified " + moment(c.At) + "."}.in(l)
		if since := state.Entries - c.Entries; since > 0 {
			v.Note += say{"此后新增 " + thousands(int(since)) + " 条。", " Since then it grew by " + thousands(int(since)) + "."}.in(l)
		}
	}
	return v
}

// waitingVerdict sums up what waits.
func waitingVerdict(waits []waiting, l language) deskVerdict {
	v := deskVerdict{Question: say{"有什么等我处理？", "What waits for me?"}.in(l), State: verdictFine, Answer: say{"没有", "Nothing"}.in(l)}
	n := 0
	var urgent, others []string
	for _, w := range waits {
		if n += w.N; w.N > 0 && w.Urgent {
			urgent = append(urgent, w.Name)
		} else if w.N > 0 {
			others = append(others, w.Name)
		}
	}
	if n == 0 {
		v.Note = say{"样本、申请、个人请求、密钥和登记都没有待办。", "Samples, approvals, requests, keys and the register are in order."}.in(l)
		return v
	}
	between := say{"、", "; "}.in(l)
	v.State, v.Answer = verdictOpen, say{thousands(n) + " 件", thousands(n) + " " + map[bool]string{true: "thing", false: "things"}[n == 1]}.in(l)
	v.Note = strings.Join(others, between)
	if len(urgent) > 0 {
		v.State, v.Note = verdictBad, say{"要紧的是：", "Urgent: "}.in(l)+strings.Join(urgent, between)
	}
	return v
}
