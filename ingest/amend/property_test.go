package amend_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingting/ingest"
	"qingting/ingest/amend"
	"qingting/privacy/rule"
)

// Whatever is taken out, in however many amendments, over placeholders and
// beside them, the text comes back byte for byte, each redaction lies on what
// replaced it, and nothing that was given stays in the clear.
func TestRestoredByteForByte(t *testing.T) {
	p := newPlant(t)
	pipe, lenient := p.pipeline(t, lax), p.amender(t, lax)
	strict := p.amender(t, "")
	words := []string{"宽带断网", "手机号" + phone, "小聪明", "🙂", "\n", "身份证110101199003074514", "张建国先生", "abc ", "13987654321", "，请回电。", "住在广东省深圳市南山区建设北路12号6栋2单元1803室", "　", "…"}
	types := []rule.Type{rule.PersonName, rule.Mobile, rule.Address, rule.Credential, rule.DOB}
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 12).Draw(rt, "words"), "")
		if strings.TrimSpace(text) == "" {
			rt.Skip("no text")
		}
		note := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 5).Draw(rt, "note"), "")
		record := p.intake(t, pipe, ingest.Feedback{
			ID: fmt.Sprint("p", n), Source: "crm", Text: text, Time: march, Attributes: map[string]string{"note": note},
		})
		first, _ := p.latest(t, record) // intake trims what was sent
		text, note = p.restore(t, first, ""), p.restore(t, first, "attributes.note")
		for round := range rapid.IntRange(1, 5).Draw(rt, "rounds") {
			d, raw := p.latest(t, record)
			var spans []amend.Span
			for range rapid.IntRange(0, 3).Draw(rt, "spans") {
				s := amend.Span{Type: rapid.SampledFrom(types).Draw(rt, "type")}
				length := len([]rune(d.Text))
				if rapid.Bool().Draw(rt, "in note") {
					s.Field, length = "attributes.note", len([]rune(d.Attributes["note"]))
				}
				if length == 0 {
					continue
				}
				s.Start = rapid.IntRange(0, length-1).Draw(rt, "start")
				s.End = rapid.IntRange(s.Start+1, min(length, s.Start+9)).Draw(rt, "end")
				spans = append(spans, s)
			}
			a := lenient
			if round > 2 {
				a = strict
			}
			if _, err := a.Amend(t.Context(), record, review(amend.Version(raw), spans...)); err != nil {
				rt.Fatal(err)
			}
			d, _ = p.latest(t, record)
			if got := p.restore(t, d, ""); got != text {
				rt.Fatalf("round %d: restored to %q, was %q", round, got, text)
			}
			if got := p.restore(t, d, "attributes.note"); got != note {
				rt.Fatalf("round %d: restored to %q, was %q", round, got, note)
			}
			checkPlaces(t, d)
		}
	})
}
