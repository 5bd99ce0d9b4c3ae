package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"filippo.io/age"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qingting/ingest"
	"qingting/internal/secrets"
)

// canary is one invented personal value in the sentence that carries it. Core
// is what may be found nowhere: the value, or for what is generalised the part
// that must go.
type canary struct{ typ, sentence, core string }

// canaries returns one canary of every type; no two n share a value.
func canaries(n int) []canary {
	d := func(width, salt int) string { return fmt.Sprintf("%0*d", width, (n+1)*7919*(salt+3)%pow10(width)) }
	id := idCard(fmt.Sprintf("44010619%02d%02d%02d%s", 60+n%40, 1+n%12, 1+n%28, d(3, 1)))
	bank := luhn("621700" + d(12, 2))
	imei := luhn("86" + d(12, 3))
	phone, land := "138"+d(8, 4), "0755-8"+d(7, 5)
	name := string([]rune("赵钱孙周吴郑王冯陈褚")[n%10]) + string([]rune("建国志伟秀英丽华晓明")[(n*3)%10]) + string([]rune("霞峰磊涛静敏杰辉玲芳")[(n*7)%10])
	list := []canary{
		{"PERSON_NAME", "我叫%s，本人投诉。", name},
		{"MOBILE", "我的手机号是%s。", phone},
		{"LANDLINE", "家里电话%s。", land},
		{"ID_CARD", "身份证号%s。", id},
		{"PASSPORT", "护照号码E%s。", d(8, 6)},
		{"BANK_CARD", "银行卡号%s。", bank},
		{"LICENSE_PLATE", "车牌号是%s。", "粤B" + string(rune('A'+n%8)) + d(4, 7)},
		{"IMEI", "手机IMEI是%s。", imei},
		{"IMSI", "IMSI号%s。", "46001" + d(10, 8)},
		{"ICCID", "卡的ICCID是%s。", "898601" + d(14, 9)},
		{"MAC", "光猫MAC地址%s。", fmt.Sprintf("A4:5E:60:%02X:%02X:%02X", n*37%256, n*91%256, n*17%256)},
		{"IP", "我的IP是%s。", fmt.Sprintf("113.%d.%d.%d", 60+n%90, 10+n*7%200, 11+n*13%200)},
		{"EMAIL", "邮箱是%s。", "user" + d(6, 10) + "@qq.com"},
		{"WECHAT", "微信号%s。", "wxid_k" + d(9, 11)},
		{"QQ", "QQ号%s。", "7" + d(8, 12)},
		{"BROADBAND_ACCOUNT", "宽带账号是%s。", "0755" + d(9, 13)},
		{"EMPLOYEE_ID", "客服工号%s态度差。", "8" + d(5, 14)},
		{"CREDENTIAL", "服务密码是%s。", "7" + d(5, 15)},
		{"DOB", "出生日期是%s。", fmt.Sprintf("19%02d年%d月%d日", 60+n%40, 1+n%12, 10+n%18)},
		{"GPS", "定位在%s。", fmt.Sprintf("113.%s,22.%s", d(6, 16), d(6, 17))},
	}
	for i, c := range list {
		list[i].sentence = fmt.Sprintf(c.sentence, c.core)
	}
	road := "建设北路" + d(3, 18) + "号"
	list = append(list, canary{"ADDRESS", "地址是广东省深圳市南山区" + road + "6栋2单元1803室。", road + "6栋"})
	return list
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// idCard appends the check character of GB 11643 to 17 digits.
func idCard(s string) string {
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * w
	}
	return s + string("10X98765432"[sum%11])
}

// luhn appends the check digit of ISO/IEC 7812.
func luhn(s string) string {
	sum := 0
	for i := range len(s) {
		v := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return s + string(rune('0'+(10-sum%10)%10))
}

// TestNoPersonalDataAtRest sends canaries of every type down every path, and
// then looks for each, in every encoding it could hide in, in every file and in
// everything the server said: while it runs, after a kill, after a stop.
func TestNoPersonalDataAtRest(t *testing.T) {
	s := newSite(t)
	server := s.start(t)
	nc := s.connect(t)
	sent := sendCanaries(t, s, nc)
	s.processed(t, sent.docs, sent.dead)
	scanForCanaries(t, s, "running", sent.canaries)
	s.kill(t, server)
	scanForCanaries(t, s, "killed", sent.canaries)
	server = s.start(t)
	s.awaitListener(t)
	s.stop(t, server)
	scanForCanaries(t, s, "stopped", sent.canaries)
	// And they are not simply lost: the officer gets them back.
	st, err := openStreams(t.Context(), s.dataFlags())
	if err != nil {
		t.Fatal(err)
	}
	defer st.close()
	latest := latestDocuments(t, st)
	if len(latest) != sent.docs {
		t.Errorf("%d documents, want %d", len(latest), sent.docs)
	}
	for _, c := range sent.canaries {
		for _, d := range latest {
			data, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(data, []byte(c.core)) {
				t.Errorf("a %s canary stands in a document", c.typ)
			}
		}
	}
	checkVaultOpens(t, s, st, latest)
}

type sentCanaries struct {
	canaries   []canary
	docs, dead int
}

// sendCanaries publishes a set of canaries by each form of message.
func sendCanaries(t *testing.T, s *site, nc *nats.Conn) (sent sentCanaries) {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	publish := func(header nats.Header, data []byte) {
		t.Helper()
		msg := &nats.Msg{Subject: "feedback.in.app", Header: header, Data: data}
		if _, err := js.PublishMsg(t.Context(), msg); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	next := func() ([]canary, string) {
		set := canaries(n)
		n++
		sent.canaries = append(sent.canaries, set...)
		var text strings.Builder
		for _, c := range set {
			text.WriteString(c.sentence)
		}
		return set, text.String()
	}
	encode := func(f ingest.Feedback) []byte {
		data, err := f.Encode()
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	jsonHeader := nats.Header{"Content-Type": {"application/json"}}

	_, text := next()
	native := encode(ingest.Feedback{ID: "native", Text: text})
	publish(jsonHeader, native)

	// In the customer, in attributes, and where one would not expect them.
	set, text := next()
	f := ingest.Feedback{
		ID: cut(text, 20), Source: "crm", Text: "信号差", Region: set[1].sentence, Product: set[3].sentence,
		Customer: map[string]string{"phone": set[1].core, "name": set[0].core, "id_card": set[3].core}, Attributes: map[string]string{},
	}
	for i, c := range set {
		f.Attributes[fmt.Sprintf("note%d", i)] = c.sentence
	}
	publish(jsonHeader, encode(f))

	_, text = next()
	event, err := json.Marshal(map[string]any{
		"specversion": "1.0", "id": "ev1", "source": "/app", "type": "feedback", "time": time.Now().UTC().Format(time.RFC3339),
		"datacontenttype": "application/json", "data": json.RawMessage(encode(ingest.Feedback{Text: text})),
	})
	if err != nil {
		t.Fatal(err)
	}
	publish(nats.Header{"Content-Type": {"application/cloudevents+json"}}, event)

	_, text = next()
	publish(nats.Header{
		"ce-specversion": {"1.0"}, "ce-id": {"ev2"}, "ce-source": {"/app"}, "ce-type": {"feedback"},
		"Content-Type": {"application/json"},
	}, encode(ingest.Feedback{Text: text}))

	_, text = next()
	publish(nats.Header{"Qingting-Id": {"bare"}}, []byte(text))

	recipients, err := secrets.LoadRecipients(filepath.Join(s.dataFlags().secretsDir(), "intake.pub"))
	if err != nil {
		t.Fatal(err)
	}
	_, text = next()
	sealed, err := ingest.NewSealedPayload(ingest.Feedback{ID: "sealed", Text: text}, recipients[0])
	if err != nil {
		t.Fatal(err)
	}
	publish(nats.Header{"Content-Type": {"application/age"}}, sealed)
	sent.docs = n

	// Bad ones: each must be a dead letter, sealed.
	_, text = next()
	publish(jsonHeader, encode(ingest.Feedback{Text: text})[:200])
	_, text = next()
	publish(nil, append([]byte(text), 0xff, 0xfe))
	_, text = next()
	publish(jsonHeader, []byte(`{"text":`+fmt.Sprintf("%q", text)+`,"rating":"`+cut(text, 20)+`"}`))
	_, text = next()
	publish(nats.Header{"Content-Type": {cut(text, 30)}}, []byte(text))
	set, _ = next()
	publish(nats.Header{"Qingting-Rating": {set[1].core}}, []byte(set[1].sentence))
	other, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	_, text = next()
	if sealed, err = ingest.NewSealedPayload(ingest.Feedback{Text: text}, other.Recipient()); err != nil {
		t.Fatal(err)
	}
	publish(nats.Header{"Content-Type": {"application/age"}}, sealed)
	sent.dead = n - sent.docs
	return sent
}

// processed waits until the server said it parked every dead letter, and
// indexed every document.
func (s *site) processed(t *testing.T, docs, dead int) {
	t.Helper()
	waitFor(t, s, "end of the queue", func() bool {
		return strings.Count(s.output.String(), "dead letter") >= dead && s.indexed() >= docs
	})
}

// indexed is how many documents the last server said it has indexed.
func (s *site) indexed() (n int) {
	for line := range strings.Lines(s.output.String()) {
		if _, rest, ok := strings.Cut(line, "msg=indexed documents="); ok {
			if _, err := fmt.Sscan(rest, &n); err != nil {
				return 0
			}
		}
	}
	return n
}

// scanForCanaries searches every file of the site and all output.
func scanForCanaries(t *testing.T, s *site, when string, all []canary) {
	t.Helper()
	needles := make(map[string]canary)
	for _, c := range all {
		for _, form := range forms(t, c.core) {
			needles[form] = c
		}
	}
	look := func(where string, data []byte) {
		for form, c := range needles {
			if bytes.Contains(data, []byte(form)) {
				t.Errorf("%s: a %s canary in %s", when, c.typ, where)
			}
		}
	}
	look("the server's output", s.output.Bytes())
	files := 0
	err := filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if os.IsNotExist(err) { // a running index deletes what it has merged
			return nil
		}
		files++
		look(strings.TrimPrefix(path, s.dir), data)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if files < 10 {
		t.Errorf("%s: only %d files were searched", when, files)
	}
}

// forms are the byte sequences by which a value could stand in a file. The
// base64 of a longer text holds that of the value at one of three alignments.
func forms(t *testing.T, value string) []string {
	t.Helper()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(value)
	if err != nil {
		t.Fatal(err)
	}
	var le, be []byte
	for _, u := range utf16.Encode([]rune(value)) {
		le = append(le, byte(u), byte(u>>8))
		be = append(be, byte(u>>8), byte(u))
	}
	list := []string{value, gb, string(le), string(be), hex.EncodeToString([]byte(value)), strings.ToUpper(hex.EncodeToString([]byte(value)))}
	for shift := range 3 {
		enc := base64.StdEncoding.EncodeToString(append(make([]byte, shift), value...))
		from := []int{0, 2, 3}[shift]
		list = append(list, enc[from:len(enc)-4])
	}
	return list
}

// A scan that cannot find what is there would pass every test above.
func TestScanFindsCanaries(t *testing.T) {
	value := canaries(0)[3].core
	for _, form := range forms(t, value) {
		if len(form) < 8 {
			t.Errorf("form %d bytes long is too short to mean anything", len(form))
		}
	}
	for shift := range 3 {
		text := strings.Repeat("x", shift) + value + "yz"
		enc := base64.StdEncoding.EncodeToString([]byte(text))
		found := false
		for _, form := range forms(t, value) {
			found = found || strings.Contains(enc, form)
		}
		if !found {
			t.Errorf("base64 at alignment %d is not found", shift)
		}
	}
}

// cut returns the first n characters of s.
func cut(s string, n int) string { return string([]rune(s)[:n]) }
