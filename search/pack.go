package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"qingting/internal/document"
)

// errStored is what a stored document that cannot be read is.
var errStored = errors.New("malformed stored document")

// packer writes a document without its record and its text: lengths and numbers
// as varints, and the strings that programs choose, such as versions and rules,
// as their number in a table. It appends to data.
type packer struct {
	data  []byte
	names *names
}

func (p *packer) uint(v uint64) { p.data = binary.AppendUvarint(p.data, v) }
func (p *packer) int(v int)     { p.data = binary.AppendVarint(p.data, int64(v)) }

func (p *packer) string(s string) {
	p.uint(uint64(len(s)))
	p.data = append(p.data, s...)
}

// name writes a string of which there are few.
func (p *packer) name(s string) { p.numbered(s, p.names.id) }

// common writes a string that publishers choose and that is a term of the index,
// which says whether it is in use: numbered once many documents have had it.
func (p *packer) common(s string) { p.numbered(s, p.names.common) }

// own writes out a string that may be one person's and is no term of a field, as
// unpacker.name reads it.
func (p *packer) own(s string) {
	p.numbered(s, func(string) (uint32, bool) { return 0, false })
}

// numbered writes a string by the number that it has, if it has one.
func (p *packer) numbered(s string, number func(string) (id uint32, ok bool)) {
	if s == "" {
		p.uint(0)
		return
	}
	id, ok := number(s)
	if !ok {
		p.uint(1)
		p.text(s)
		return
	}
	p.uint(uint64(id) + 2)
}

// span writes where something stands, after the end of the one before.
func (p *packer) span(before *int, start, end int) {
	p.int(start - *before)
	p.int(end - start)
	*before = end
}

// number takes two or three bytes for what has at most three decimals.
func (p *packer) number(v float64) {
	const most = 1 << 40
	if scaled := math.Round(v * 1000); scaled > -most && scaled < most && scaled/1000 == v && (v != 0 || !math.Signbit(v)) {
		p.data = binary.AppendVarint(p.data, int64(scaled)<<1)
		return
	}
	p.data = binary.AppendVarint(p.data, 1)
	p.data = binary.LittleEndian.AppendUint64(p.data, math.Float64bits(v))
}

// timeBase is where the seconds of a document's time are counted from: a recent
// one takes five bytes.
func timeBase() time.Time { return time.Unix(1_577_836_800, 0) } // 2020-01-01

// time writes a time by its distance to another.
func (p *packer) time(t, base time.Time) {
	_, offset := t.Zone()
	flags := int64(0)
	if t.Nanosecond() != 0 {
		flags |= 1
	}
	if offset != 0 {
		flags |= 2
	}
	p.data = binary.AppendVarint(p.data, (t.Unix()-base.Unix())<<2|flags)
	if flags&1 != 0 {
		p.uint(uint64(t.Nanosecond()))
	}
	if flags&2 != 0 {
		p.int(offset)
	}
}

func packList[T any](p *packer, list []T, each func(T)) {
	p.uint(uint64(len(list)))
	for _, v := range list {
		each(v)
	}
}

func (p *packer) tags(list []document.Tag) {
	packList(p, list, func(t document.Tag) {
		p.name(t.ID)
		p.number(t.Score)
		p.number(t.Polarity)
		at := 0
		packList(p, t.Evidence, func(s document.Span) { p.span(&at, s.Start, s.End) })
	})
}

// document writes all but Record, Text and Time.
func (p *packer) document(d *document.Document) {
	p.name(d.Schema)
	p.string(monthOf(d.Month, d.Time))
	p.common(d.Source)
	p.common(d.Channel)
	p.common(d.Region)
	p.common(d.Product)
	p.time(d.Intake, d.Time)
	if d.Rating == nil {
		p.uint(0)
	} else {
		p.uint(1)
		p.number(*d.Rating)
	}
	p.string(d.Customer)
	packList(p, d.Subjects, p.string)
	packList(p, slices.Sorted(maps.Keys(d.Attributes)), func(key string) {
		p.own(key)
		p.text(d.Attributes[key])
	})
	at := 0
	packList(p, d.Redactions, func(r document.Redaction) {
		p.own(r.Field)
		p.span(&at, r.Start, r.End)
		p.name(r.Type)
		p.name(r.Action)
		p.name(r.Rule)
		p.number(r.Confidence)
	})
	p.name(d.Policy)
	p.name(d.Engine)
	p.common(d.Epoch)
	packList(p, d.Parts, func(part document.Part) {
		p.string(part.ID)
		p.common(part.Epoch)
	})
	p.int(d.Grade)
	packList(p, d.GradeReasons, p.name)
	p.name(d.Language)
	p.tags(d.Themes)
	p.tags(d.Dimensions)
	p.tags(d.PainPoints)
	p.tags(d.Risks)
	p.name(d.Sentiment.Label)
	p.number(d.Sentiment.Score)
	packList(p, d.Keywords, func(word string) { p.keyword(d.Text, word) })
	p.name(d.Taxonomy)
	p.name(d.Lexicon)
	p.name(d.Model)
}

// monthOf leaves out the month that is that of the time, as it is nearly always.
func monthOf(month string, t time.Time) string {
	if month == t.UTC().Format("200601") {
		return ""
	}
	return month
}

// unpacker reads what packer wrote. After a mistake it gives zero values, and
// err says so.
type unpacker struct {
	data  []byte
	names *names
	err   error
}

func (u *unpacker) fail() {
	if u.err == nil {
		u.err = fmt.Errorf("%w: it breaks off", errStored)
	}
	u.data = nil
}

func (u *unpacker) uint() uint64 {
	v, n := binary.Uvarint(u.data)
	if n <= 0 {
		u.fail()
		return 0
	}
	u.data = u.data[n:]
	return v
}

func (u *unpacker) int64() int64 {
	v, n := binary.Varint(u.data)
	if n <= 0 {
		u.fail()
		return 0
	}
	u.data = u.data[n:]
	return v
}

func (u *unpacker) int() int { return int(u.int64()) }

func (u *unpacker) string() string {
	n := u.uint()
	if n > uint64(len(u.data)) {
		u.fail()
		return ""
	}
	s := string(u.data[:n])
	u.data = u.data[n:]
	return s
}

func (u *unpacker) name() string {
	switch id := u.uint(); id {
	case 0:
		return ""
	case 1:
		return u.text()
	default:
		s, ok := u.names.name(id - 2)
		if !ok && u.err == nil {
			u.err = fmt.Errorf("%w: it uses name %d, which the index does not have", errStored, id-2)
		}
		return s
	}
}

// span reads what packer.span wrote.
func (u *unpacker) span(before *int) (start, end int) {
	start = *before + u.int()
	end = start + u.int()
	*before = end
	return start, end
}

func (u *unpacker) number() float64 {
	v := u.int64()
	if v&1 == 0 {
		return float64(v>>1) / 1000
	}
	if len(u.data) < 8 {
		u.fail()
		return 0
	}
	f := math.Float64frombits(binary.LittleEndian.Uint64(u.data))
	u.data = u.data[8:]
	return f
}

func (u *unpacker) time(base time.Time) time.Time {
	v := u.int64()
	nanos, zone := uint64(0), time.UTC
	if v&1 != 0 {
		nanos = u.uint()
	}
	if v&2 != 0 {
		zone = time.FixedZone("", u.int())
	}
	return time.Unix(v>>2+base.Unix(), int64(nanos)).In(zone)
}

func unpackList[T any](u *unpacker, each func() T) []T {
	n := u.uint()
	if n > uint64(len(u.data)) { // each takes a byte at least
		u.fail()
	}
	if n == 0 || u.err != nil {
		return nil
	}
	list := make([]T, n)
	for i := range list {
		list[i] = each()
	}
	return list
}

func (u *unpacker) tags() []document.Tag {
	return unpackList(u, func() document.Tag {
		t := document.Tag{ID: u.name(), Score: u.number(), Polarity: u.number()}
		at := 0
		t.Evidence = unpackList(u, func() document.Span {
			start, end := u.span(&at)
			return document.Span{Start: start, End: end}
		})
		return t
	})
}

// document reads what packer.document wrote into d, whose Time is there.
func (u *unpacker) document(d *document.Document) error {
	d.Schema = u.name()
	if d.Month = u.string(); d.Month == "" {
		d.Month = d.Time.UTC().Format("200601")
	}
	d.Source, d.Channel, d.Region, d.Product = u.name(), u.name(), u.name(), u.name()
	d.Intake = u.time(d.Time)
	if u.uint() == 1 {
		rating := u.number()
		d.Rating = &rating
	}
	d.Customer = u.string()
	d.Subjects = unpackList(u, u.string)
	if pairs := unpackList(u, func() [2]string { return [2]string{u.name(), u.text()} }); pairs != nil {
		d.Attributes = make(map[string]string, len(pairs))
		for _, p := range pairs {
			d.Attributes[p[0]] = p[1]
		}
	}
	at := 0
	d.Redactions = unpackList(u, func() document.Redaction {
		r := document.Redaction{Field: u.name()}
		r.Start, r.End = u.span(&at)
		r.Type, r.Action, r.Rule, r.Confidence = u.name(), u.name(), u.name(), u.number()
		return r
	})
	d.Policy, d.Engine, d.Epoch = u.name(), u.name(), u.name()
	d.Parts = unpackList(u, func() document.Part { return document.Part{ID: u.string(), Epoch: u.name()} })
	d.Grade = u.int()
	d.GradeReasons = unpackList(u, u.name)
	d.Language = u.name()
	d.Themes, d.Dimensions, d.PainPoints, d.Risks = u.tags(), u.tags(), u.tags(), u.tags()
	d.Sentiment.Label, d.Sentiment.Score = u.name(), u.number()
	d.Keywords = unpackList(u, func() string { return u.keyword(d.Text) })
	d.Taxonomy, d.Lexicon, d.Model = u.name(), u.name(), u.name()
	if u.err == nil && len(u.data) > 0 {
		u.err = fmt.Errorf("%w: something follows it", errStored)
	}
	return u.err
}
