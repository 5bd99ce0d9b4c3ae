package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
	"github.com/nats-io/nats.go"

	"qingting/ingest"
)

// The values that every bad message carries and nobody may say aloud.
const (
	badWord  = "金丝雀"
	badPhone = "13812345678"
	badText  = badWord + "的手机号是" + badPhone
)

// badMessage is a message that can never be feedback, and as what it is refused.
type badMessage struct {
	name   string
	header nats.Header
	body   string
	reason string
}

func typed(contentType string, more ...string) nats.Header {
	h := nats.Header{"Content-Type": {contentType}}
	for i := 0; i < len(more); i += 2 {
		h[more[i]] = []string{more[i+1]}
	}
	return h
}

func binaryEvent(more ...string) nats.Header {
	h := nats.Header{"ce-specversion": {"1.0"}, "ce-id": {"7"}, "ce-source": {"/crm"}, "ce-type": {"feedback"}}
	for i := 0; i < len(more); i += 2 {
		h[more[i]] = []string{more[i+1]}
	}
	return h
}

func manyHeaders(n int) nats.Header {
	h := nats.Header{}
	for i := range n {
		h[fmt.Sprintf("X-%d", i)] = []string{badWord}
	}
	return h
}

// badMessages are all kinds of message that cannot be feedback.
func badMessages(t *testing.T, ours age.Recipient) []badMessage {
	seal := func(plain string, to ...age.Recipient) []byte {
		var buf bytes.Buffer
		w, err := age.Encrypt(&buf, to...)
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
	stranger, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	crowd := make([]age.Recipient, 2000)
	for i := range crowd {
		crowd[i] = stranger.Recipient()
	}
	native := `{"text":"` + badText + `"}`
	with := func(field, value string) string { return `{"text":"` + badText + `","` + field + `":` + value + `}` }
	quoted := `"` + badText + `"`
	file := seal(native, ours)
	pairs := make(map[string]string)
	for i := range 100 {
		pairs["a"+string(rune('a'+i%26))+string(rune('a'+i/26))] = badText
	}
	wide, err := json.Marshal(map[string]any{"text": badText, "attributes": pairs})
	if err != nil {
		t.Fatal(err)
	}
	event := func(rest string) string {
		return `{"specversion":"1.0","id":"7","source":"/crm","type":"feedback",` + rest + `}`
	}
	return []badMessage{
		{"no body", typed("text/plain", "X-Note", badText), "", ingest.ReasonEmpty},
		{"blank text", nats.Header{"Qingting-Id": {badText}}, " \t\n　", ingest.ReasonEmpty},
		{"empty text", nil, `{"text":"","id":` + quoted + `}`, ingest.ReasonEmpty},
		{"invisible text", nil, `{"text":"\u200b\u3164","id":` + quoted + `}`, ingest.ReasonEmpty},
		{"null text", nil, `{"text":null,"note":` + quoted + `}`, ingest.ReasonEmpty},
		{"BOM alone", nil, "\xef\xbb\xbf", ingest.ReasonEmpty},
		{"broken UTF-8", nil, badText + "\xff\xfe", ingest.ReasonEncoding},
		{"broken UTF-8 in JSON", nil, `{"text":"` + badText + "\xc3\x28\"}", ingest.ReasonEncoding},
		{"surrogate as UTF-8", nil, badText + "\xed\xa0\x80", ingest.ReasonEncoding},
		{"header not UTF-8", nats.Header{"Qingting-Region": {badText + "\xff\x01"}}, "信号差", ingest.ReasonEncoding},
		{"charset wrong", typed("text/plain; charset=gb18030"), badText + "\xff\xff", ingest.ReasonEncoding},
		{"charset unknown", typed("text/plain; charset=shift_jis"), badText, ingest.ReasonUnsupported},
		{"truncated JSON", nil, native[:len(native)-8], ingest.ReasonMalformed},
		{"trailing data", nil, native + native, ingest.ReasonMalformed},
		{"duplicate keys", nil, with("text", quoted), ingest.ReasonMalformed},
		{"duplicate keys within", nil, with("customer", `{"phone":"`+badPhone+`","phone":"1"}`), ingest.ReasonMalformed},
		{"bare NaN", nil, with("rating", "NaN"), ingest.ReasonMalformed},
		{"deep JSON", nil, with("note", strings.Repeat("[", 1000)+quoted+strings.Repeat("]", 1000)), ingest.ReasonOversize},
		{"deep brackets", nil, with("note", strings.Repeat("[", 1<<20-200)), ingest.ReasonOversize},
		{"deep objects", nil, with("note", strings.Repeat(`{"a":`, 1000)+quoted+strings.Repeat("}", 1000)), ingest.ReasonOversize},
		{"JSON null", typed("application/json", "X-Note", badText), "null", ingest.ReasonInvalid},
		{"JSON list", typed("application/json"), `[` + quoted + `]`, ingest.ReasonInvalid},
		{"JSON number", typed("application/json"), badPhone, ingest.ReasonInvalid},
		{"JSON string", typed("application/json"), quoted, ingest.ReasonInvalid},
		{"text a number", nil, `{"text":` + badPhone + `}`, ingest.ReasonInvalid},
		{"text a list", nil, `{"text":[` + quoted + `]}`, ingest.ReasonInvalid},
		{"id an object", nil, with("id", `{"a":1}`), ingest.ReasonInvalid},
		{"source a number", nil, with("source", "7"), ingest.ReasonInvalid},
		{"channel a list", nil, with("channel", `[1]`), ingest.ReasonInvalid},
		{"region a boolean", nil, with("region", `true`), ingest.ReasonInvalid},
		{"product an object", nil, with("product", `{}`), ingest.ReasonInvalid},
		{"time a list", nil, with("time", `[]`), ingest.ReasonInvalid},
		{"rating a string", nil, with("rating", quoted), ingest.ReasonInvalid},
		{"customer a list", nil, with("customer", `[`+quoted+`]`), ingest.ReasonInvalid},
		{"customer nested", nil, with("customer", `{"phone":[`+quoted+`]}`), ingest.ReasonInvalid},
		{"attributes a string", nil, with("attributes", quoted), ingest.ReasonInvalid},
		{"attributes nested", nil, with("attributes", `{"a":{"b":`+quoted+`}}`), ingest.ReasonInvalid},
		{"attribute name of digits", nil, with("attributes", `{"`+badPhone+`":"1"}`), ingest.ReasonInvalid},
		{"attribute name of words", nil, with("attributes", `{"`+badText+` !":"1"}`), ingest.ReasonInvalid},
		{"too many attributes", nil, string(wide), ingest.ReasonOversize},
		{"long attribute", nil, with("attributes", `{"a":"`+badText+strings.Repeat("话", 20000)+`"}`), ingest.ReasonOversize},
		{"long text", nil, `{"text":"` + badText + strings.Repeat("话", 100_000) + `"}`, ingest.ReasonOversize},
		{"NUL in the body", nil, badText + "\x00", ingest.ReasonInvalid},
		{"NUL escaped", nil, `{"text":"` + badText + `\u0000"}`, ingest.ReasonInvalid},
		{"year 0", nil, with("time", `"0000-01-01T00:00:00Z"`), ingest.ReasonInvalid},
		{"far future", nil, with("time", `"9999-12-31T23:59:59Z"`), ingest.ReasonInvalid},
		{"time past any number", nil, with("time", "1e400"), ingest.ReasonInvalid},
		{"rating huge", nil, with("rating", "1e308"), ingest.ReasonInvalid},
		{"rating past any number", nil, with("rating", strings.Repeat("9", 4000)), ingest.ReasonInvalid},
		{"rating NaN by header", nats.Header{"Qingting-Rating": {"NaN"}}, badText, ingest.ReasonInvalid},
		{"header twice", nats.Header{"Qingting-Id": {badText, "2"}}, badText, ingest.ReasonInvalid},
		{"thousands of headers", manyHeaders(3000), badText, ingest.ReasonOversize},
		{"long header", nats.Header{"X-Note": {strings.Repeat(badText, 2000)[:60_000]}}, badText, ingest.ReasonOversize},
		{"header of control characters", nats.Header{"X-Note": {badText + strings.Repeat("\x01", 60_000)}}, "信号差", ingest.ReasonOversize},
		{"body at the stream's limit", nil, badText + strings.Repeat("x", ingest.MaxMessage-len(badText)), ingest.ReasonOversize},
		{"gzip", typed("application/json", "Content-Encoding", "gzip"), "\x1f\x8b" + badText, ingest.ReasonUnsupported},
		{"content type unknown", typed("image/png"), badText, ingest.ReasonUnsupported},
		{"content type broken", typed(badText + ";;="), badText, ingest.ReasonUnsupported},
		{"event of version 0.3", nil, `{"specversion":"0.3","id":"1","source":` + quoted + `,"type":"t","data":"x"}`, ingest.ReasonUnsupported},
		{"event of no version", typed("application/cloudevents+json"), native, ingest.ReasonUnsupported},
		{"event batch", typed("application/cloudevents-batch+json"), `[` + event(`"data":`+quoted) + `]`, ingest.ReasonUnsupported},
		{"event binary and structured", binaryEvent("Content-Type", "application/cloudevents+json"), event(`"data":` + quoted), ingest.ReasonMalformed},
		{"event without source", nats.Header{"ce-specversion": {"1.0"}, "ce-id": {badText}, "ce-type": {"t"}}, badText, ingest.ReasonInvalid},
		{"event base64 garbage", nil, event(`"data_base64":"!` + badText + `"`), ingest.ReasonMalformed},
		{"event base64 of garbage", nil, event(`"data_base64":"` + base64.StdEncoding.EncodeToString([]byte("{"+badText)) + `"`), ingest.ReasonMalformed},
		{"event data twice", nil, event(`"data":` + quoted + `,"data_base64":"eA=="`), ingest.ReasonMalformed},
		{"sealed, truncated", nil, string(file[:len(file)-20]), ingest.ReasonMalformed},
		{"sealed, flipped", nil, string(append(bytes.Clone(file[:len(file)-1]), file[len(file)-1]^1)), ingest.ReasonMalformed},
		{"sealed, header alone", nil, "age-encryption.org/v1\n" + badText, ingest.ReasonMalformed},
		{"sealed for a crowd", nil, string(seal(native, crowd...)), ingest.ReasonOversize},
		{"sealed twice", nil, string(seal(string(file), ours)), ingest.ReasonSealed},
		{"sealed, bad inside", nil, string(seal(`{"text":`+badText, ours)), ingest.ReasonMalformed},
		{"declared sealed", typed("application/age"), native, ingest.ReasonMalformed},
		{"armored garbage", nil, armor.Header + "\n" + badText + "!!\n" + armor.Footer, ingest.ReasonMalformed},
	}
}
