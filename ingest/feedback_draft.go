package ingest

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Draft gathers the fields of one Feedback and checks each against Limits. It
// is how every reader, of messages and of files, arrives at the same rules.
// A Draft is for one Feedback and not safe for concurrent use.
type Draft struct {
	limits   Limits
	received time.Time
	f        Feedback
	timed    bool
}

// NewDraft starts an empty Feedback received at the given time.
func NewDraft(limits Limits, received time.Time) *Draft {
	return &Draft{limits: limits, received: received}
}

// Set gives a field its value. Field is text, id, source, channel, time,
// region, product, rating, customer.<name> or attributes.<name>. A blank value
// leaves the field unset, except that it still counts for text when Feedback
// is called. Errors are *Refusal and never hold the value.
func (d *Draft) Set(field, value string) error {
	if r := d.set(field, value); r != nil {
		return r
	}
	return nil
}

// Has reports whether the field has been given a value that is not blank.
func (d *Draft) Has(field string) bool {
	switch field {
	case "time":
		return d.timed
	case "rating":
		return d.f.Rating != nil
	}
	if s := d.plain(field); s != nil {
		return *s != ""
	}
	if name, ok := strings.CutPrefix(field, "customer."); ok {
		return d.f.Customer[name] != ""
	}
	name, _ := strings.CutPrefix(field, "attributes.")
	return d.f.Attributes[name] != ""
}

// Feedback returns the finished Feedback, or a *Refusal when it has no text.
func (d *Draft) Feedback() (Feedback, error) {
	if r := d.finish(); r != nil {
		return Feedback{}, r
	}
	return d.f, nil
}

func (d *Draft) finish() *Refusal {
	if !legible(d.f.Text) {
		return &Refusal{ReasonEmpty, "no text"}
	}
	if !d.timed {
		d.f.Time, d.f.Undated = d.received.UTC(), true
	}
	return nil
}

// plain is where a field that is simply a string is kept.
func (d *Draft) plain(field string) *string {
	switch field {
	case "text":
		return &d.f.Text
	case "id":
		return &d.f.ID
	case "source":
		return &d.f.Source
	case "channel":
		return &d.f.Channel
	case "region":
		return &d.f.Region
	case "product":
		return &d.f.Product
	default:
		return nil
	}
}

func (d *Draft) set(field, raw string) *Refusal {
	if field == "text" {
		return d.setText(raw)
	}
	if name, ok := strings.CutPrefix(field, "customer."); ok {
		return d.setPair(&d.f.Customer, "customer", name, raw, d.limits.Customer, d.limits.Field)
	}
	if name, ok := strings.CutPrefix(field, "attributes."); ok {
		return d.setPair(&d.f.Attributes, "attributes", name, raw, d.limits.Attributes, d.limits.Value)
	}
	text, r := bounded(field, raw, d.limits.Field)
	if r != nil || text == "" {
		return r
	}
	switch field {
	case "time":
		return d.setTime(text)
	case "rating":
		return d.setRating(text)
	}
	s := d.plain(field)
	if s == nil {
		return &Refusal{ReasonInvalid, "no such field in the contract"}
	}
	*s = text
	return nil
}

func (d *Draft) setText(raw string) *Refusal {
	if len(raw) > d.limits.Text {
		return &Refusal{ReasonOversize, fmt.Sprintf("text has %d bytes, the limit is %d", len(raw), d.limits.Text)}
	}
	text, r := clean("text", raw)
	if r != nil {
		return r
	}
	d.f.Text = text
	return nil
}

// setPair adds a customer field or an attribute. The name is the publisher's
// own, so a refusal gives its position and not the name.
func (d *Draft) setPair(pairs *map[string]string, group, name, raw string, count, size int) *Refusal {
	nth := len(*pairs) + 1
	label := fmt.Sprintf("%s value %d", group, nth)
	if fault := nameFault(name, d.limits.Name); fault != "" {
		return &Refusal{ReasonInvalid, fmt.Sprintf("%s name %d %s", group, nth, fault)}
	}
	text, r := bounded(label, raw, size)
	if r != nil || text == "" {
		return r
	}
	if _, again := (*pairs)[name]; again {
		return &Refusal{ReasonInvalid, label + " is given twice"}
	}
	if len(*pairs) >= count {
		return &Refusal{ReasonOversize, fmt.Sprintf("more than %d %s", count, group)}
	}
	if *pairs == nil {
		*pairs = make(map[string]string)
	}
	(*pairs)[name] = text
	return nil
}

func (d *Draft) setTime(text string) *Refusal {
	t, ok := ParseTime(text)
	if !ok {
		return &Refusal{ReasonInvalid, "time is none of RFC 3339, 2006-01-02 15:04:05, 2006-01-02, Unix seconds or milliseconds"}
	}
	return d.setInstant(t)
}

// SetTime gives the time of the feedback, for a reader whose times come in
// forms of their own. An error is a *Refusal.
func (d *Draft) SetTime(t time.Time) error {
	if r := d.setInstant(t); r != nil {
		return r
	}
	return nil
}

func (d *Draft) setInstant(t time.Time) *Refusal {
	if t.Before(d.limits.Earliest) {
		return &Refusal{ReasonInvalid, "time is before " + d.limits.Earliest.Format(time.DateOnly)}
	}
	if t.After(d.received.Add(d.limits.Ahead)) {
		return &Refusal{ReasonInvalid, fmt.Sprintf("time is more than %g hours after it was received", d.limits.Ahead.Hours())}
	}
	d.f.Time, d.timed = t.UTC(), true
	return nil
}

func (d *Draft) setRating(text string) *Refusal {
	rating, err := strconv.ParseFloat(text, 64)
	// ParseFloat also takes hexadecimal, infinities and NaN, which are no ratings.
	if err != nil || strings.ContainsAny(text, "xXiInNpP_") {
		return &Refusal{ReasonInvalid, "rating is not a number"}
	}
	if math.IsNaN(rating) || rating < d.limits.RatingMin || rating > d.limits.RatingMax {
		return &Refusal{ReasonInvalid, fmt.Sprintf("rating is outside %v to %v", d.limits.RatingMin, d.limits.RatingMax)}
	}
	d.f.Rating = &rating
	return nil
}

// bounded checks a value of at most size bytes and trims the blanks around it.
func bounded(label, raw string, size int) (string, *Refusal) {
	if len(raw) > size {
		return "", &Refusal{ReasonOversize, fmt.Sprintf("%s has %d bytes, the limit is %d", label, len(raw), size)}
	}
	text, r := clean(label, raw)
	return strings.TrimSpace(text), r
}

// clean refuses invalid UTF-8 and NUL, the mark of binary data, and turns each
// other control character except tab and line ends into one space, so that no
// offset moves.
func clean(label, s string) (string, *Refusal) {
	if !utf8.ValidString(s) {
		return "", &Refusal{ReasonEncoding, label + " is not valid UTF-8"}
	}
	if i := strings.IndexByte(s, 0); i >= 0 {
		return "", &Refusal{ReasonInvalid, fmt.Sprintf("%s holds a NUL at byte %d", label, i)}
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' {
			return ' '
		}
		return r
	}, s), nil
}

// legible reports whether there is anything in s to read: a letter, a digit, a
// sign. Blanks, marks and invisible characters alone say nothing, among them
// the Hangul fillers, which Unicode counts as letters, and the blank of
// Braille, which it counts as a symbol.
func legible(s string) bool {
	for _, r := range s {
		if r == '\u2800' || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) {
			continue
		}
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return true
		}
	}
	return false
}

// longestDigits is how many digits in a row a name may hold. Names are shown
// as they are, values are scanned: a longer run could be somebody's number.
const longestDigits = 4

// nameFault says what is wrong with the name of an attribute or customer
// field, or nothing.
func nameFault(name string, limit int) string {
	if name == "" {
		return "is empty"
	}
	if len(name) > limit {
		return fmt.Sprintf("has more than %d bytes", limit)
	}
	run := 0
	for _, r := range name {
		if r == utf8.RuneError {
			return "is not valid UTF-8"
		}
		if unicode.IsDigit(r) {
			if run++; run > longestDigits {
				return fmt.Sprintf("has more than %d digits in a row", longestDigits)
			}
			continue
		}
		run = 0
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune("_.-", r) {
			return "has a character that is no letter, digit, '_', '.' or '-'"
		}
	}
	return ""
}
