package ingest

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"unicode/utf8"

	"qingting/internal/strictjson"
)

// eventPrefix begins the headers of a binary CloudEvent. The published NATS
// binding (1.0.2) knows structured mode alone; the names are those of its
// successor and of the HTTP and Kafka bindings.
const eventPrefix = "ce-"

// eventFields maps context attributes and the extensions we know to fields.
var eventFields = map[string]string{
	"id":      "id",
	"source":  "source",
	"time":    "time",
	"channel": "channel",
	"region":  "region",
	"product": "product",
	"rating":  "rating",
}

// binaryEvent reports whether the headers make the message a CloudEvent.
func (m *message) binaryEvent() bool { return m.header.event("specversion") != "" }

// event is the value of a ce- header, percent-decoded as the bindings ask.
func (h headers) event(name string) string {
	v := h.get(eventPrefix + name)
	if d, err := url.PathUnescape(v); err == nil && utf8.ValidString(d) {
		return d
	}
	return v // a lone % is a %
}

// eventHeaders takes the context attributes of a binary event. The body is
// decoded after it, and its own fields win.
func (m *message) eventHeaders() *Refusal {
	attrs := make(map[string]string)
	for name := range m.header {
		if key, ok := strings.CutPrefix(name, eventPrefix); ok {
			attrs[key] = m.header.event(key)
		}
	}
	return m.eventContext(attrs)
}

// structuredEvent takes an event in the JSON event format (CloudEvents 1.0.2,
// JSON format section 3).
func (m *message) structuredEvent(doc strictjson.Value) *Refusal {
	attrs := make(map[string]string)
	var data *strictjson.Value
	var encoded string
	for i, f := range doc.Members {
		if f.Value.Kind == strictjson.Null {
			continue
		}
		switch f.Name {
		case "data":
			data = &doc.Members[i].Value
			continue
		case "data_base64":
			if f.Value.Kind != strictjson.String || f.Value.Text == "" {
				return &Refusal{ReasonInvalid, "data_base64 is not a string of base64"}
			}
			encoded = f.Value.Text
			continue
		}
		text, ok := f.Value.Scalar()
		if !ok {
			return &Refusal{ReasonInvalid, fmt.Sprintf("CloudEvents attribute %d is %s", i+1, f.Value.Kind)}
		}
		attrs[f.Name] = text
	}
	if r := m.eventContext(attrs); r != nil {
		return r
	}
	switch {
	case data != nil && encoded != "":
		return &Refusal{ReasonMalformed, "both data and data_base64"}
	case encoded != "":
		return m.eventBytes(encoded, attrs["datacontenttype"])
	case data == nil:
		return &Refusal{ReasonEmpty, "an event without data"}
	case data.Kind == strictjson.String:
		return m.draft.set("text", data.Text)
	case data.Kind == strictjson.Object:
		return m.native(*data)
	default:
		return &Refusal{ReasonInvalid, "data is " + data.Kind.String()}
	}
}

// eventBytes decodes data_base64 as a body of its own.
func (m *message) eventBytes(encoded, contentType string) *Refusal {
	body, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return &Refusal{ReasonMalformed, "data_base64 is not base64"}
	}
	c, r := parseContent(contentType)
	if r != nil {
		return r
	}
	if strings.HasPrefix(c.media, "application/cloudevents") {
		return &Refusal{ReasonUnsupported, "an event inside an event"}
	}
	if body, r = toUTF8(body, c.charset); r != nil {
		return r
	}
	if !strings.HasPrefix(strings.TrimLeft(string(body), " \t\r\n"), "{") || c.media == "text/plain" {
		return m.text(body)
	}
	v, r := m.limits.parseJSON(body)
	if r != nil {
		return r
	}
	return m.native(v)
}

// eventContext checks the required context attributes and sets the fields
// they stand for; type, subject, dataschema and unknown extensions become
// attributes named ce.<name>.
func (m *message) eventContext(attrs map[string]string) *Refusal {
	if attrs["specversion"] != "1.0" {
		return &Refusal{ReasonUnsupported, "CloudEvents version: send specversion 1.0"}
	}
	for _, required := range []string{"id", "source", "type"} {
		if attrs[required] == "" {
			return &Refusal{ReasonInvalid, "a CloudEvent without " + required}
		}
	}
	names := make([]string, 0, len(attrs))
	for name := range attrs {
		names = append(names, name)
	}
	sort.Strings(names) // so that the same event gives the same refusal
	for _, name := range names {
		if name == "specversion" || name == "datacontenttype" {
			continue
		}
		field, ok := eventFields[name]
		if !ok {
			field = "attributes.ce." + name
		}
		if r := m.draft.set(field, attrs[name]); r != nil {
			return r
		}
	}
	return nil
}
