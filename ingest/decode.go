package ingest

import (
	"bytes"
	"fmt"
	"mime"
	"strings"
	"time"
	"unicode/utf8"

	"filippo.io/age"
	"github.com/nats-io/nats.go"

	"qingting/internal/strictjson"
)

// inPrefix begins the subject of an incoming message, feedback.in.<channel>.
const inPrefix = "feedback.in."

// Decode turns one message of feedback.in.<channel> into Feedback under
// DefaultLimits.
//
// It takes native JSON, a CloudEvents 1.0 envelope (structured, or binary by
// ce- headers) and a bare text body with Qingting- headers, each also as an
// age file that one of ids opens. docs/formats/feedback.md is the contract.
// Every failure is a *Refusal. Decode keeps no reference to data and is safe
// for concurrent use.
func Decode(subject string, header nats.Header, data []byte, ids []age.Identity, received time.Time) (Feedback, error) {
	return DefaultLimits().Decode(subject, header, data, ids, received)
}

// Decode is like the function Decode, under limits of the caller's.
func (l Limits) Decode(subject string, header nats.Header, data []byte, ids []age.Identity, received time.Time) (Feedback, error) {
	m := message{limits: l, draft: NewDraft(l, received)}
	if r := m.decode(subject, header, data, ids); r != nil {
		return Feedback{}, r
	}
	return m.draft.Feedback()
}

// message is one message being decoded.
type message struct {
	limits Limits
	header headers
	draft  *Draft
}

func (m *message) decode(subject string, header nats.Header, data []byte, ids []age.Identity) *Refusal {
	if len(data) > m.limits.Body {
		return &Refusal{ReasonOversize, fmt.Sprintf("body has %d bytes, the limit is %d", len(data), m.limits.Body)}
	}
	var r *Refusal
	if m.header, r = readHeaders(header, m.limits); r != nil {
		return r
	}
	content, r := m.contentType()
	if r != nil {
		return r
	}
	if data, content, r = unseal(data, content, ids, m.limits); r != nil {
		return r
	}
	if r := m.body(data, content); r != nil {
		return r
	}
	if r := m.fillFromHeaders(); r != nil {
		return r
	}
	return m.fillChannel(subject)
}

// content is a parsed Content-Type; an absent one has no media type.
type content struct {
	media   string
	charset string
}

func parseContent(s string) (content, *Refusal) {
	if strings.TrimSpace(s) == "" {
		return content{}, nil
	}
	media, params, err := mime.ParseMediaType(s)
	if err != nil {
		return content{}, &Refusal{ReasonUnsupported, "the content type cannot be read"}
	}
	return content{media: media, charset: strings.ToLower(params["charset"])}, nil
}

// contentType is what the headers say of the body.
func (m *message) contentType() (content, *Refusal) {
	if e := m.header.get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return content{}, &Refusal{ReasonUnsupported, "content encoding: send the body uncompressed"}
	}
	if m.binaryEvent() {
		if c := m.header.event("datacontenttype"); c != "" {
			return parseContent(c)
		}
	}
	return parseContent(m.header.get("Content-Type"))
}

// body decodes the opened body by its content type, or by its look when the
// type says nothing: a body that starts with '{' is JSON, and stays JSON when
// it is broken, anything else is text.
func (m *message) body(data []byte, c content) *Refusal {
	data, r := toUTF8(data, c.charset)
	if r != nil {
		return r
	}
	if m.binaryEvent() {
		if r := m.eventHeaders(); r != nil {
			return r
		}
	}
	switch {
	case strings.HasPrefix(c.media, "application/cloudevents-batch"):
		return &Refusal{ReasonUnsupported, "a batch of CloudEvents: send each event as a message"}
	case c.media == "application/cloudevents" || c.media == "application/cloudevents+json":
		return m.json(data, true)
	case strings.HasPrefix(c.media, "application/cloudevents"):
		return &Refusal{ReasonUnsupported, "a CloudEvent in another format than JSON"}
	case c.media == "application/json" || strings.HasSuffix(c.media, "+json"):
		return m.json(data, false)
	case c.media == "text/plain":
		return m.text(data)
	case c.media != "" && c.media != "application/octet-stream":
		return &Refusal{ReasonUnsupported, "content type: send application/json, application/cloudevents+json, application/age or text/plain"}
	case bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")):
		return m.json(data, false)
	default:
		return m.text(data)
	}
}

// json decodes a native document, or a CloudEvent, which announces itself by
// its content type or by a specversion.
func (m *message) json(data []byte, event bool) *Refusal {
	v, r := m.limits.parseJSON(data)
	if r != nil {
		return r
	}
	if v.Kind != strictjson.Object {
		return &Refusal{ReasonInvalid, "the JSON document is " + v.Kind.String() + ", not an object"}
	}
	if _, announced := v.Member("specversion"); event || (announced && !m.binaryEvent()) {
		if m.binaryEvent() {
			return &Refusal{ReasonMalformed, "both a structured and a binary CloudEvent"}
		}
		return m.structuredEvent(v)
	}
	return m.native(v)
}

func (m *message) text(data []byte) *Refusal {
	return m.draft.set("text", string(data))
}

// fillChannel takes the channel from the subject when nothing else names one.
func (m *message) fillChannel(subject string) *Refusal {
	channel, ok := strings.CutPrefix(subject, inPrefix)
	if !ok || m.draft.Has("channel") || !utf8.ValidString(channel) {
		return nil
	}
	return m.draft.set("channel", channel)
}
