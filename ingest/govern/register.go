package govern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
)

// RegisterVersion is the version of the register's JSON form.
const RegisterVersion = 1

// DefaultSource is the name under which feedback that names no source is
// registered.
const DefaultSource = "default"

// Bases are the legal grounds of PIPL art. 13, in its order, with what each is
// called. Contract and staff are the two halves of its item 2.
func Bases() []Basis {
	return []Basis{
		{"consent", "取得个人同意", "consent"},
		{"contract", "订立、履行合同所必需", "necessary for a contract with the person"},
		{"staff", "依法实施人力资源管理所必需", "necessary for managing staff"},
		{"duty", "履行法定职责或者法定义务所必需", "necessary for a statutory duty"},
		{"emergency", "应对突发公共卫生事件或者紧急情况所必需", "public health or emergency"},
		{"news", "新闻报道、舆论监督", "news reporting in the public interest"},
		{"public", "已合法公开的个人信息", "lawfully disclosed already"},
		{"law", "法律、行政法规规定的其他情形", "another case provided by law"},
	}
}

// Basis is a legal ground.
type Basis struct{ Code, ZH, EN string }

// Consents are how consent was given, where it is needed (PIPL 14, 29).
var consents = []string{"", "given", "separate", "written", "guardian"}

// transfers are the ways of PIPL 38 in which data may leave the country.
var transfers = []string{"assessment", "certification", "contract", "law"}

// Source is one system that sends feedback, with what a record of processing
// activities says of it. No field holds personal data of customers.
type Source struct {
	Name       string   `json:"name"`       // as its feedback names it
	Purposes   []string `json:"purposes"`   // why it is processed
	Bases      []string `json:"bases"`      // codes of Bases
	Notice     Notice   `json:"notice"`     // what the persons were told
	Categories []string `json:"categories"` // types of personal data that are expected, or words
	Sensitive  bool     `json:"sensitive,omitempty"`
	Consent    string   `json:"consent,omitempty"` // given, separate, written, guardian
	Retention  Days     `json:"retention"`         // shorter counts, here or in the retention setting
	Stored     string   `json:"stored"`            // region or site where it is kept
	Abroad     *Abroad  `json:"abroad,omitempty"`
	Contact    string   `json:"contact"` // who answers for it: a role or department
	Processor  string   `json:"processor,omitempty"`
	Remark     string   `json:"remark,omitempty"`
}

// Notice is what the persons were told (PIPL 17): text or address, and since when.
type Notice struct {
	Text string `json:"text,omitempty"`
	URL  string `json:"url,omitempty"`
	Date string `json:"date"` // 2006-01-02
}

// Days is how long sealed values and documents are kept; 0 says nothing.
type Days struct {
	Vault int `json:"vault,omitempty"`
	Docs  int `json:"docs,omitempty"`
}

// Abroad is a transfer out of the country (PIPL 38, 39).
type Abroad struct {
	To  string `json:"to"`
	Way string `json:"way"` // assessment, certification, contract, law
}

// Register is the register of sources.
type Register struct {
	Version int      `json:"register"`
	Sources []Source `json:"sources"`
}

// ParseRegister reads a register and refuses one with a mistake. No data is an
// empty register.
func ParseRegister(data []byte) (*Register, error) {
	r := &Register{Version: RegisterVersion}
	if len(data) == 0 {
		return r, nil
	}
	if err := strict(data, r); err != nil {
		return nil, fmt.Errorf("malformed register of sources: %w", err)
	}
	if r.Version != RegisterVersion {
		return nil, fmt.Errorf("register of sources of version %d, want %d", r.Version, RegisterVersion)
	}
	for i, s := range r.Sources {
		for _, p := range s.Lint() {
			if p.Error {
				return nil, fmt.Errorf("source %q: %s", s.Name, p.Text)
			}
		}
		if slices.ContainsFunc(r.Sources[:i], func(o Source) bool { return o.Name == s.Name }) {
			return nil, fmt.Errorf("source %q is there twice", s.Name)
		}
	}
	return r, nil
}

// strict decodes one JSON value with no member it does not know.
func strict(data []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is something after the end")
	}
	return nil
}

// Encode is the register's JSON, sources by name.
func (r *Register) Encode() ([]byte, error) {
	out := Register{RegisterVersion, slices.Clone(r.Sources)}
	slices.SortFunc(out.Sources, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	if out.Sources == nil {
		out.Sources = []Source{}
	}
	return json.MarshalIndent(out, "", "  ")
}

// Find returns the entry of a source, by the name that its feedback gives.
func (r *Register) Find(name string) (*Source, bool) {
	name = sourceName(name)
	for i := range r.Sources {
		if r.Sources[i].Name == name {
			return &r.Sources[i], true
		}
	}
	return nil, false
}

// Set adds a source, or replaces the one of its name.
func (r *Register) Set(s Source) {
	if old, ok := r.Find(s.Name); ok {
		*old = s
		return
	}
	r.Sources = append(r.Sources, s)
}

// Remove takes a source out, and reports whether it was there.
func (r *Register) Remove(name string) bool {
	n := len(r.Sources)
	r.Sources = slices.DeleteFunc(r.Sources, func(s Source) bool { return s.Name == name })
	return len(r.Sources) < n
}

// sourceName is the name under which the register has a source.
func sourceName(name string) string {
	if name == "" {
		return DefaultSource
	}
	return name
}

// Problem is something that is wrong with a register's entry. With Error it
// cannot be stored.
type Problem struct {
	Source string `json:"source"`
	Error  bool   `json:"error"`
	Text   string `json:"text"`
}

// maxField bounds any text of the register, in bytes.
const maxField = 4096

// Lint looks at one entry. Errors are what no record of processing may lack;
// the rest is what an auditor will ask about.
func (s Source) Lint() (all []Problem) {
	fault := func(bad bool, format string, args ...any) {
		if bad {
			all = append(all, Problem{s.Name, true, fmt.Sprintf(format, args...)})
		}
	}
	doubt := func(bad bool, text string) {
		if bad {
			all = append(all, Problem{s.Name, false, text})
		}
	}
	fault(s.Name == "" || len(s.Name) > 200 || strings.TrimSpace(s.Name) != s.Name || strings.ContainsFunc(s.Name, unicode.IsControl),
		"a name has 1 to 200 bytes, without control characters or spaces around it")
	fault(len(s.Purposes) == 0, "a purpose is missing (PIPL 6)")
	fault(len(s.Bases) == 0, "a legal basis is missing (PIPL 13): one of %s", strings.Join(codes(), ", "))
	for _, b := range s.Bases {
		fault(!slices.Contains(codes(), b), "%q is no legal basis: one of %s", b, strings.Join(codes(), ", "))
	}
	fault(!slices.Contains(consents, s.Consent), "%q is no form of consent: given, separate, written or guardian", s.Consent)
	if s.Notice.Date != "" {
		_, err := time.Parse(time.DateOnly, s.Notice.Date)
		fault(err != nil, "the date of the notice is not one like 2026-01-31")
	}
	fault(s.Retention.Vault < 0 || s.Retention.Docs < 0 || s.Retention.Vault > maxDays || s.Retention.Docs > maxDays, "retention is 0 to %d days", maxDays)
	if s.Abroad != nil {
		fault(s.Abroad.To == "" || !slices.Contains(transfers, s.Abroad.Way), "a transfer abroad says where to, and by which way of PIPL 38: %s", strings.Join(transfers, ", "))
	}
	for _, text := range append(append(slices.Clone(s.Purposes), s.Categories...), s.Notice.Text, s.Notice.URL, s.Stored, s.Contact, s.Processor, s.Remark) {
		fault(len(text) > maxField, "a text has more than %d bytes", maxField)
	}
	doubt(s.Notice.Text == "" && s.Notice.URL == "", "no notice: what were the persons told (PIPL 17)?")
	doubt(s.Notice.Date == "", "the notice has no date")
	doubt(len(s.Categories) == 0, "no categories of personal data")
	doubt(s.Stored == "", "not said where it is stored (PIPL 40)")
	doubt(s.Contact == "", "nobody answers for it: give --contact a role or department")
	doubt(s.Retention == Days{}, "no retention of its own: the general one holds (PIPL 19)")
	doubt(slices.Contains(s.Bases, "consent") && s.Consent == "", "the basis is consent: say how it was given (PIPL 14)")
	doubt(s.Sensitive && slices.Contains(s.Bases, "consent") && (s.Consent == "given" || s.Consent == ""), "sensitive data need separate consent (PIPL 29)")
	doubt(s.Abroad != nil && slices.Contains(s.Bases, "consent") && s.Consent != "separate" && s.Consent != "written", "a transfer abroad needs separate consent (PIPL 39)")
	return all
}

func codes() (all []string) {
	for _, b := range Bases() {
		all = append(all, b.Code)
	}
	return all
}

// Lint looks at every entry.
func (r *Register) Lint() (all []Problem) {
	for _, s := range r.Sources {
		all = append(all, s.Lint()...)
	}
	return all
}
