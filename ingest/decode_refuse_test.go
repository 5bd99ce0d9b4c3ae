package ingest

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"
	"github.com/nats-io/nats.go"
)

// canary stands in every bad input below, and in no refusal.
const canary = "canary13812345678"

var received = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func identity(t testing.TB) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func sealed(t testing.TB, plain string, recipients ...age.Recipient) []byte {
	t.Helper()
	var buf bytes.Buffer
	w, err := age.Encrypt(&buf, recipients...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(plain)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func armored(t testing.TB, file []byte) string {
	t.Helper()
	var buf bytes.Buffer
	w := armor.NewWriter(&buf)
	if _, err := w.Write(file); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

// event is a structured CloudEvent whose last members are rest.
func event(rest string) string {
	return `{"specversion":"1.0","id":"7","source":"/crm","type":"feedback",` + rest + `}`
}

func TestDecodeRefuses(t *testing.T) {
	ours, theirs := identity(t), identity(t)
	good := `{"text":"` + canary + `"}`
	many := make([]age.Recipient, 21)
	for i := range many {
		many[i] = ours.Recipient()
	}
	file := sealed(t, good, ours.Recipient())
	flipped := bytes.Clone(file)
	flipped[len(flipped)-1] ^= 1
	deep := strings.Repeat("[", 1000) + `"` + canary + `"` + strings.Repeat("]", 1000)
	wide := func(n int, group string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"a%d":"%s"`, i, canary)
		}
		return `{"text":"x","` + group + `":{` + b.String()[1:] + `}}`
	}
	bomb := nats.Header{}
	for i := range 65 {
		bomb.Set(fmt.Sprintf("X-%d", i), canary)
	}
	typed := func(contentType string, more ...string) nats.Header {
		h := nats.Header{"Content-Type": {contentType}}
		for i := 0; i < len(more); i += 2 {
			h.Set(more[i], more[i+1])
		}
		return h
	}
	binary := func(more ...string) nats.Header {
		h := nats.Header{"ce-specversion": {"1.0"}, "ce-id": {"7"}, "ce-source": {"/crm"}, "ce-type": {"feedback"}}
		for i := 0; i < len(more); i += 2 {
			h.Set(more[i], more[i+1])
		}
		return h
	}

	for _, c := range []struct {
		name   string
		header nats.Header
		body   string
		reason string
		detail string // part of it
	}{
		{"no body", nil, "", ReasonEmpty, "no text"},
		{"blank text", nil, " \n\t　", ReasonEmpty, ""},
		{"invisible text", nil, `{"text":"\u200b\ufeff\u3164","id":"` + canary + `"}`, ReasonEmpty, ""},
		{"no text field", nil, `{"id":"` + canary + `"}`, ReasonEmpty, ""},
		{"null text", nil, `{"text":null,"id":"` + canary + `"}`, ReasonEmpty, ""},
		{"empty object", nil, `{}`, ReasonEmpty, ""},
		{"10 MB body", nil, canary + strings.Repeat("x", 10<<20), ReasonOversize, "1048576"},
		{"long text", nil, canary + strings.Repeat("话", 100_000), ReasonOversize, "text has"},
		{"long field", nil, `{"text":"x","region":"` + canary + strings.Repeat("x", 5000) + `"}`, ReasonOversize, "region has"},
		{"too many attributes", nil, wide(65, "attributes"), ReasonOversize, "more than 64"},
		{"too many customer fields", nil, wide(33, "customer"), ReasonOversize, "more than 32"},
		{"deep JSON", nil, `{"text":` + deep + `}`, ReasonOversize, "nested deeper than 32"},
		{"million brackets", nil, `{"text":"` + canary + `","a":` + strings.Repeat("[", 1_000_000), ReasonOversize, "nested"},
		{"header bomb by count", bomb, good, ReasonOversize, "65 header values"},
		{"header bomb by size", nats.Header{"X-A": {canary + strings.Repeat("x", 20_000)}}, good, ReasonOversize, "headers have"},
		{"broken UTF-8", nil, canary + "\xff\xfe", ReasonEncoding, "byte 17"},
		{"broken UTF-8 in JSON", nil, `{"text":"` + canary + "\xc3\x28" + `"}`, ReasonEncoding, "byte 26"},
		{"overlong UTF-8", nil, canary + "\xc0\xaf", ReasonEncoding, ""},
		{"UTF-8 surrogate", nil, canary + "\xed\xa0\x80", ReasonEncoding, ""},
		{"GB18030 undeclared", nil, canary + "\xcd\xf8\xcb\xd9\xc2\xfd", ReasonEncoding, "charset=gb18030"},
		{"not the GB18030 declared", typed("text/plain; charset=gb18030"), canary + "\xff\xff", ReasonEncoding, ""},
		{"unknown charset", typed("text/plain; charset=koi8-r"), canary, ReasonUnsupported, "character set"},
		{"NUL in text", nil, canary + "\x00", ReasonInvalid, "NUL at byte 17"},
		{"escaped NUL", nil, `{"text":"` + canary + `\u0000"}`, ReasonInvalid, "NUL"},
		{"NUL in an attribute", nil, `{"text":"x","attributes":{"a":"` + canary + `\u0000"}}`, ReasonInvalid, "attributes value 1"},
		{"truncated JSON", nil, `{"text":"` + canary, ReasonMalformed, "too early"},
		{"truncated after a value", nil, `{"text":"` + canary + `",`, ReasonMalformed, "too early"},
		{"JSON with a bare word", nil, `{"text":` + canary + `}`, ReasonMalformed, "byte 9"},
		{"JSON with single quotes", nil, `{'text':'` + canary + `'}`, ReasonMalformed, ""},
		{"trailing comma", nil, `{"text":"` + canary + `",}`, ReasonMalformed, ""},
		{"trailing data", nil, good + good, ReasonMalformed, "broken at byte"},
		{"duplicate name", nil, `{"text":"` + canary + `","text":"b"}`, ReasonMalformed, "twice"},
		{"duplicate name within", nil, `{"text":"x","customer":{"phone":"` + canary + `","phone":"1"}}`, ReasonMalformed, "twice"},
		{"raw newline in JSON string", nil, "{\"text\":\"" + canary + "\n\"}", ReasonMalformed, ""},
		{"JSON array declared", typed("application/json"), `["` + canary + `"]`, ReasonInvalid, "an array"},
		{"JSON string declared", typed("application/json"), `"` + canary + `"`, ReasonInvalid, "a string"},
		{"text declared as JSON", typed("application/json"), canary, ReasonMalformed, ""},
		{"text is a number", nil, `{"text":13812345678}`, ReasonInvalid, "text is a number"},
		{"text is an array", nil, `{"text":["` + canary + `"]}`, ReasonInvalid, "text is an array"},
		{"id is an object", nil, `{"text":"x","id":{"v":"` + canary + `"}}`, ReasonInvalid, "id is an object"},
		{"id is a boolean", nil, `{"text":"x","id":true}`, ReasonInvalid, "id is true or false"},
		{"channel is a number", nil, `{"text":"x","channel":13812345678}`, ReasonInvalid, "channel is a number"},
		{"customer is a string", nil, `{"text":"x","customer":"` + canary + `"}`, ReasonInvalid, "customer is a string"},
		{"customer field nested", nil, `{"text":"x","customer":{"phone":{"a":"` + canary + `"}}}`, ReasonInvalid, "customer value 1"},
		{"attributes are a list", nil, `{"text":"x","attributes":["` + canary + `"]}`, ReasonInvalid, "attributes is an array"},
		{"unknown nested field", nil, `{"text":"x","` + canary + `":{"a":1}}`, ReasonInvalid, "field 2 is unknown"},
		{"attribute name is a number of somebody", nil, `{"text":"x","attributes":{"` + canary + `":"1"}}`, ReasonInvalid, "digits in a row"},
		{"attribute name with blanks", nil, `{"text":"x","attributes":{"a b":"` + canary + `"}}`, ReasonInvalid, "no letter"},
		{"attribute name empty", nil, `{"text":"x","attributes":{"":"` + canary + `"}}`, ReasonInvalid, "is empty"},
		{"attribute name too long", nil, `{"text":"x","attributes":{"` + strings.Repeat("a", 65) + `":"` + canary + `"}}`, ReasonInvalid, "64 bytes"},
		{"attribute given twice", nil, `{"text":"x","note":"` + canary + `","attributes":{"note":"b"}}`, ReasonInvalid, "given twice"},
		{"year 0", nil, `{"text":"` + canary + `","time":"0000-01-01T00:00:00Z"}`, ReasonInvalid, "before 2000-01-01"},
		{"far future", nil, `{"text":"` + canary + `","time":"2099-01-01T00:00:00Z"}`, ReasonInvalid, "48 hours"},
		{"no such day", nil, `{"text":"` + canary + `","time":"2025-02-30"}`, ReasonInvalid, "time is none of"},
		{"time in words", nil, `{"text":"x","time":"` + canary + `"}`, ReasonInvalid, "time is none of"},
		{"time in microseconds", nil, `{"text":"` + canary + `","time":1700000000000000}`, ReasonInvalid, ""},
		{"time past any number", nil, `{"text":"` + canary + `","time":1e400}`, ReasonInvalid, "time is none of"},
		{"rating out of range", nil, `{"text":"` + canary + `","rating":11}`, ReasonInvalid, "outside 0 to 10"},
		{"rating negative", nil, `{"text":"` + canary + `","rating":-1}`, ReasonInvalid, "outside"},
		{"rating past any number", nil, `{"text":"` + canary + `","rating":1e999}`, ReasonInvalid, "rating"},
		{"rating as a string", nil, `{"text":"x","rating":"` + canary + `"}`, ReasonInvalid, "rating is a string"},
		{"rating header NaN", nats.Header{"Qingting-Rating": {"NaN"}}, canary, ReasonInvalid, "rating is not a number"},
		{"header given twice", nats.Header{"Qingting-Id": {"1", "2"}}, canary, ReasonInvalid, "twice"},
		{"header given in two cases", nats.Header{"Qingting-Id": {"1"}, "qingting-id": {"2"}}, canary, ReasonInvalid, "twice"},
		{"header not UTF-8", nats.Header{"Qingting-Region": {canary + "\xff"}}, "x", ReasonEncoding, "region"},
		{"customer header name", nats.Header{"Qingting-Customer-" + canary: {"1"}}, "x", ReasonInvalid, "digits in a row"},
		{"compressed body", typed("application/json", "Content-Encoding", "gzip"), canary, ReasonUnsupported, "uncompressed"},
		{"an image", typed("image/png"), canary, ReasonUnsupported, "content type"},
		{"content type broken", typed(canary + ";;=;"), canary, ReasonUnsupported, "cannot be read"},
		{"sealed for another key", nil, string(sealed(t, good, theirs.Recipient())), ReasonSealed, "another key"},
		{"armored for another key", nil, armored(t, sealed(t, good, theirs.Recipient())), ReasonSealed, "another key"},
		{"sealed and flipped", nil, string(flipped), ReasonMalformed, "damaged"},
		{"sealed and cut short", nil, string(file[:len(file)-10]), ReasonMalformed, "cut short"},
		{"sealed header alone", nil, ageIntro + canary, ReasonMalformed, "header of an age file"},
		{"armor damaged", nil, armor.Header + "\n" + canary + "!!\n" + armor.Footer, ReasonMalformed, "armor"},
		{"sealed twice", nil, string(sealed(t, string(file), ours.Recipient())), ReasonSealed, "twice"},
		{"sealed for a crowd", nil, string(sealed(t, good, many...)), ReasonOversize, "21 recipients"},
		{"declared sealed", typed("application/age"), good, ReasonMalformed, "is none"},
		{"bad JSON inside", nil, string(sealed(t, `{"text":"`+canary, ours.Recipient())), ReasonMalformed, "too early"},
		{"event of version 0.3", nil, `{"specversion":"0.3","id":"1","source":"` + canary + `","type":"t","data":"x"}`, ReasonUnsupported, "specversion 1.0"},
		{"event without id", nil, `{"specversion":"1.0","source":"` + canary + `","type":"t","data":"x"}`, ReasonInvalid, "without id"},
		{"event without data", nil, event(`"subject":"` + canary + `"`), ReasonEmpty, "without data"},
		{"event data a number", nil, event(`"data":13812345678`), ReasonInvalid, "data is a number"},
		{"event data twice", nil, event(`"data":"` + canary + `","data_base64":"eA=="`), ReasonMalformed, "both data"},
		{"event base64 broken", nil, event(`"data_base64":"` + canary + `!"`), ReasonMalformed, "base64"},
		{"event base64 not UTF-8", nil, event(`"data_base64":"` + base64.StdEncoding.EncodeToString([]byte(canary+"\xff")) + `"`), ReasonEncoding, ""},
		{"event attribute nested", nil, event(`"ext":{"a":"` + canary + `"},"data":"x"`), ReasonInvalid, "CloudEvents attribute 5"},
		{"event in an event", nil, event(`"datacontenttype":"application/cloudevents+json","data_base64":"` + base64.StdEncoding.EncodeToString([]byte(event(`"data":"`+canary+`"`))) + `"`), ReasonUnsupported, "inside"},
		{"event batch", typed("application/cloudevents-batch+json"), `[` + event(`"data":"`+canary+`"`) + `]`, ReasonUnsupported, "batch"},
		{"event in Avro", typed("application/cloudevents+avro"), canary, ReasonUnsupported, "another format"},
		{"binary event without type", nats.Header{"ce-specversion": {"1.0"}, "ce-id": {canary}, "ce-source": {"s"}}, "x", ReasonInvalid, "without type"},
		{"binary and structured event", binary("Content-Type", "application/cloudevents+json"), event(`"data":"` + canary + `"`), ReasonMalformed, "both"},
		{"binary event time broken", binary("ce-time", canary), "x", ReasonInvalid, "time is none of"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Decode("feedback.in.app", c.header, []byte(c.body), []age.Identity{ours}, received)
			var refusal *Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("Decode = %v, %v; want a refusal", got, err)
			}
			if refusal.Reason != c.reason || !strings.Contains(refusal.Detail, c.detail) {
				t.Errorf("refused as %q %q, want %q %q", refusal.Reason, refusal.Detail, c.reason, c.detail)
			}
			if msg := err.Error(); strings.Contains(msg, "canary") || strings.Contains(msg, "13812345678") {
				t.Errorf("the refusal shows content: %s", msg)
			}
			if got.Text != "" || got.ID != "" {
				t.Error("a refusal came with feedback")
			}
		})
	}
}
