package ingest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func ptr(f float64) *float64 { return &f }

// full is a Feedback with every field set; its numbers are invented.
func full() Feedback {
	return Feedback{
		ID: "T-1", Source: "crm", Text: "宽带又断了，<没人>回访 & 处理", Channel: "hotline",
		Time: time.Date(2026, 2, 28, 1, 2, 3, 4000000, time.UTC), Region: "广东", Product: "宽带", Rating: ptr(2.5),
		Customer:   map[string]string{"phone": "13812345678", "name": "张三"},
		Attributes: map[string]string{"工单类型": "投诉", "note": "second call"},
	}
}

const fullJSON = `{"id":"T-1","source":"crm","text":"宽带又断了，<没人>回访 & 处理","channel":"hotline",
 "time":"2026-02-28T09:02:03.004+08:00","region":"广东","product":"宽带","rating":2.5,
 "customer":{"phone":13812345678,"name":"张三","email":null},"attributes":{"工单类型":"投诉","note":"second call"}}`

func TestDecode(t *testing.T) {
	ours := identity(t)
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("信号太差")
	if err != nil {
		t.Fatal(err)
	}
	minimal := func(change func(*Feedback)) Feedback {
		f := Feedback{Text: "信号太差", Channel: "app", Time: received}
		if change != nil {
			change(&f)
		}
		return f
	}
	ceAttrs := map[string]string{"ce.type": "feedback"}
	ceHeaders := nats.Header{
		"ce-specversion": {"1.0"}, "ce-id": {"7"}, "ce-source": {"/crm/%E5%B9%BF"}, "ce-type": {"feedback"},
		"ce-time": {"2026-02-28T01:02:03Z"}, "ce-channel": {"wechat"}, "ce-subject": {"100%"},
	}
	ceFeedback := Feedback{
		ID: "7", Source: "/crm/广", Text: "信号太差", Channel: "wechat", Time: time.Date(2026, 2, 28, 1, 2, 3, 0, time.UTC),
		Attributes: map[string]string{"ce.type": "feedback", "ce.subject": "100%"},
	}
	for _, c := range []struct {
		name   string
		header nats.Header
		body   string
		want   Feedback
	}{
		{"native", nil, fullJSON, full()},
		{"native declared", nats.Header{"content-type": {"application/json; charset=utf-8"}}, fullJSON, full()},
		{"native with a byte order mark", nil, "\ufeff" + fullJSON, full()},
		{"native sealed", nil, string(sealed(t, fullJSON, ours.Recipient())), full()},
		{"native armored", nats.Header{"Content-Type": {"application/age"}}, "\n" + armored(t, sealed(t, fullJSON, ours.Recipient())), full()},
		{
			"document wins over headers",
			nats.Header{"Qingting-Channel": {"sms"}, "Qingting-Customer-Phone": {"1"}},
			fullJSON,
			func() Feedback { f := full(); f.Customer["phone"] = "13812345678"; return f }(),
		},
		{"text", nil, "信号太差", minimal(nil)},
		{"text that begins like a list", nil, "[信号太差]", minimal(func(f *Feedback) { f.Text = "[信号太差]" })},
		{"text declared, though it looks like JSON", nats.Header{"Content-Type": {"text/plain"}}, "{信号太差}", minimal(func(f *Feedback) { f.Text = "{信号太差}" })},
		{"text in GB18030", nats.Header{"Content-Type": {"text/plain; charset=GBK"}}, gb, minimal(nil)},
		{"text in GB18030 sealed", nats.Header{"Content-Type": {"text/plain; charset=gb18030"}}, string(sealed(t, gb, ours.Recipient())), minimal(nil)},
		{"text with headers", nats.Header{
			"Qingting-Id": {"9"}, "qingting-source": {"ivr"}, "Qingting-Channel": {"sms"}, "Qingting-Time": {"2026-02-28 09:02:03"},
			"Qingting-Region": {"广东"}, "Qingting-Product": {"5G"}, "QINGTING-RATING": {"3"}, "Qingting-Customer-Phone": {"13812345678"},
			"Qingting-Attribute-Shift": {"night"}, "Nats-Msg-Id": {"x"},
		}, "信号太差", Feedback{
			ID: "9", Source: "ivr", Text: "信号太差", Channel: "sms", Time: time.Date(2026, 2, 28, 1, 2, 3, 0, time.UTC),
			Region: "广东", Product: "5G", Rating: ptr(3), Customer: map[string]string{"phone": "13812345678"},
			Attributes: map[string]string{"shift": "night"},
		}},
		{"control characters become blanks", nil, `{"text":"信号\u000b\u001b太差\n再见\t"}`, minimal(func(f *Feedback) { f.Text = "信号  太差\n再见\t" })},
		{"half an emoji", nil, `{"text":"信号太差\ud83d"}`, minimal(func(f *Feedback) { f.Text = "信号太差\ufffd" })},
		{"number as id", nil, `{"text":"信号太差","id":9007199254740993}`, minimal(func(f *Feedback) { f.ID = "9007199254740993" })},
		{
			"unknown fields become attributes", nil, `{"text":"信号太差","vip":true,"score":1.50,"none":null}`,
			minimal(func(f *Feedback) { f.Attributes = map[string]string{"vip": "true", "score": "1.50"} }),
		},
		{"nulls are absent", nil, `{"text":"信号太差","time":null,"rating":null,"customer":null,"turns":null}`, minimal(nil)},
		{"time in seconds", nil, `{"text":"信号太差","time":1767225600}`, minimal(func(f *Feedback) { f.Time = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) })},
		{"time in milliseconds", nil, `{"text":"信号太差","time":1767225600250}`, minimal(func(f *Feedback) { f.Time = time.Date(2026, 1, 1, 0, 0, 0, 250e6, time.UTC) })},
		{"date alone is China's", nil, `{"text":"信号太差","time":"2026-01-01"}`, minimal(func(f *Feedback) { f.Time = time.Date(2025, 12, 31, 16, 0, 0, 0, time.UTC) })},
		{
			"structured event",
			nats.Header{"Content-Type": {"application/cloudevents+json"}},
			event(`"data":{"text":"信号太差","channel":"app"}`),
			minimal(func(f *Feedback) { f.ID, f.Source, f.Attributes = "7", "/crm", ceAttrs }),
		},
		{
			"structured event, undeclared", nil, event(`"data":"信号太差","region":"广东","datacontenttype":"text/plain"`),
			minimal(func(f *Feedback) { f.ID, f.Source, f.Region, f.Attributes = "7", "/crm", "广东", ceAttrs }),
		},
		{
			"structured event, data wins", nil, event(`"data":{"text":"信号太差","id":"inner"}`),
			minimal(func(f *Feedback) { f.ID, f.Source, f.Attributes = "inner", "/crm", ceAttrs }),
		},
		{
			"structured event in base64", nil, event(`"datacontenttype":"text/plain;charset=gb18030","data_base64":"` + base64.StdEncoding.EncodeToString([]byte(gb)) + `"`),
			minimal(func(f *Feedback) { f.ID, f.Source, f.Attributes = "7", "/crm", ceAttrs }),
		},
		{
			"structured event in base64, JSON", nil, event(`"data_base64":"` + base64.StdEncoding.EncodeToString([]byte(`{"text":"信号太差"}`)) + `"`),
			minimal(func(f *Feedback) { f.ID, f.Source, f.Attributes = "7", "/crm", ceAttrs }),
		},
		{
			"structured event sealed", nil, string(sealed(t, event(`"data":"信号太差"`), ours.Recipient())),
			minimal(func(f *Feedback) { f.ID, f.Source, f.Attributes = "7", "/crm", ceAttrs }),
		},
		{"binary event of text", ceHeaders, "信号太差", ceFeedback},
		{"binary event of JSON", ceHeaders, `{"text":"信号太差"}`, ceFeedback},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Decode("feedback.in.app", c.header, []byte(c.body), []age.Identity{identity(t), ours}, received)
			if err != nil {
				t.Fatal(err)
			}
			c.want.Undated = c.want.Time.Equal(received)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEncode(t *testing.T) {
	for name, encode := range map[string]func(Feedback) ([]byte, error){
		"plain":  Feedback.Encode,
		"sealed": nil,
	} {
		t.Run(name, func(t *testing.T) {
			id := identity(t)
			if encode == nil {
				encode = func(f Feedback) ([]byte, error) { return NewSealedPayload(f, id.Recipient()) }
			}
			data, err := encode(full())
			if err != nil {
				t.Fatal(err)
			}
			got, err := Decode("feedback.in.other", nil, data, []age.Identity{id}, received)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(full(), got); diff != "" {
				t.Error(diff)
			}
		})
	}
	for reason, f := range map[string]Feedback{
		ReasonEmpty:    {},
		ReasonEncoding: {Text: canary + "\xff"},
		ReasonOversize: {Text: canary, Region: strings.Repeat("x", 5000)},
		ReasonInvalid:  {Text: canary, Time: time.Date(1, 1, 1, 1, 0, 0, 0, time.UTC)},
	} {
		_, err := f.Encode()
		var refusal *Refusal
		if !errors.As(err, &refusal) || refusal.Reason != reason {
			t.Errorf("Encode: %v, want %s", err, reason)
		}
	}
}

// TestFeedbackHides looks for a value of a Feedback in everything fmt, slog
// and encoding/json make of it.
func TestFeedbackHides(t *testing.T) {
	f := full()
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+verb+verb, f, &f, []Feedback{f})
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("x", "f", f, "p", &f, "in", struct{ F Feedback }{f})
	}
	if data, err := json.Marshal(map[string]any{"f": f}); err == nil {
		out.Write(data)
	}
	for _, value := range []string{"13812345678", "张三", "宽带", "T-1", "second"} {
		if strings.Contains(out.String(), value) {
			t.Errorf("a value shows in %s", out.String())
		}
	}
}

func TestReasonsAreSubjectTokens(t *testing.T) {
	for _, r := range Reasons() {
		if r == "" || strings.ContainsAny(r, ". *>\t") {
			t.Errorf("%q is no subject token", r)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("application/json", "", "", []byte(fullJSON))
	f.Add("", "1.0", "2026-01-01", []byte("信号太差"))
	f.Add("text/plain; charset=gbk", "", "", []byte("\xd0\xc5\xba\xc5"))
	f.Add("application/cloudevents+json", "", "1", []byte(event(`"data_base64":"eA=="`)))
	f.Add("application/age", "", "", []byte(ageIntro+"-> X25519 abc\n"))
	reasons := Reasons()
	f.Fuzz(func(t *testing.T, contentType, specversion, when string, body []byte) {
		header := nats.Header{
			"Content-Type": {contentType}, "ce-specversion": {specversion}, "ce-id": {when}, "ce-source": {when}, "ce-type": {when},
			"Qingting-Time": {when}, "Qingting-Customer-Phone": {when},
		}
		before := bytes.Clone(body)
		got, err := Decode("feedback.in.app", header, body, nil, received)
		if !bytes.Equal(before, body) {
			t.Fatal("Decode changed its input")
		}
		again, errAgain := Decode("feedback.in.app", header, body, nil, received)
		if fmt.Sprint(err) != fmt.Sprint(errAgain) || !cmp.Equal(got, again) {
			t.Fatalf("two answers for one message: %v, %v", err, errAgain)
		}
		if err != nil {
			var refusal *Refusal
			if !errors.As(err, &refusal) || !slices.Contains(reasons, refusal.Reason) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		if !utf8.ValidString(got.Text) || strings.ContainsRune(got.Text, 0) || !legible(got.Text) {
			t.Fatal("text that is no text")
		}
		data, err := got.Encode()
		if err != nil {
			t.Fatalf("decoded, but does not encode: %v", err)
		}
		back, err := Decode("feedback.in.app", nil, data, nil, received)
		if err != nil || !cmp.Equal(got, back) {
			t.Fatalf("does not come back the same: %v", err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data := []byte(fullJSON)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Decode("feedback.in.app", nil, data, nil, received); err != nil {
			b.Fatal(err)
		}
	}
}
