package ingest

import (
	"fmt"
	"sort"
	"strings"

	"github.com/nats-io/nats.go"
)

// headerPrefix begins our own headers.
const headerPrefix = "qingting-"

// headers are the header values by lower-case name. NATS keeps the case a
// client sent, and clients differ.
type headers map[string]string

func (h headers) get(name string) string { return h[strings.ToLower(name)] }

// readHeaders checks the size of header and keeps one value a name. Names that
// say something to Decode must not repeat; the others may.
func readHeaders(header nats.Header, l Limits) (headers, *Refusal) {
	count, size := 0, 0
	for name, values := range header {
		count += len(values)
		for _, v := range values {
			size += len(name) + len(v)
		}
	}
	if count > l.Headers {
		return nil, &Refusal{ReasonOversize, fmt.Sprintf("%d header values, the limit is %d", count, l.Headers)}
	}
	if size > l.HeaderBytes {
		return nil, &Refusal{ReasonOversize, fmt.Sprintf("headers have %d bytes, the limit is %d", size, l.HeaderBytes)}
	}
	h := make(headers, len(header))
	for name, values := range header {
		if len(values) == 0 {
			continue
		}
		key := strings.ToLower(name)
		ours := strings.HasPrefix(key, headerPrefix) || strings.HasPrefix(key, eventPrefix) || strings.HasPrefix(key, "content-")
		if _, again := h[key]; ours && (again || len(values) > 1) {
			return nil, &Refusal{ReasonInvalid, "a header of the contract is given twice"}
		}
		h[key] = values[0]
	}
	return h, nil
}

// headerFields are the plain fields a Qingting- header may carry.
var headerFields = []string{"id", "source", "channel", "time", "region", "product", "rating"}

// fillFromHeaders sets what the body left unset from the Qingting- headers.
func (m *message) fillFromHeaders() *Refusal {
	for _, field := range headerFields {
		if v := m.header.get(headerPrefix + field); v != "" {
			if r := m.fill(field, v); r != nil {
				return r
			}
		}
	}
	names := make([]string, 0, len(m.header))
	for name := range m.header {
		names = append(names, name)
	}
	sort.Strings(names) // so that the same message gives the same refusal
	for _, name := range names {
		for prefix, group := range map[string]string{
			headerPrefix + "customer-":  "customer.",
			headerPrefix + "attribute-": "attributes.",
		} {
			if key, ok := strings.CutPrefix(name, prefix); ok {
				if r := m.fill(group+key, m.header[name]); r != nil {
					return r
				}
			}
		}
	}
	return nil
}

// fill sets a field that has no value yet: what the document says wins.
func (m *message) fill(field, v string) *Refusal {
	if m.draft.Has(field) {
		return nil
	}
	return m.draft.set(field, v)
}
