// Package device recognises the identifiers of handsets, SIM cards and the
// optical terminals of broadband lines.
package device

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

// Rules returns the rules of the family.
func Rules() []recognise.Rule { return []recognise.Rule{imei, meid, imsi, iccid, serial, loid} }

var imei = recognise.Rule{
	ID: "imei.luhn", Type: rule.IMEI,
	About: "15 digits with Luhn; IMEISV 16 digits with a label (3GPP TS 23.003 clause 6)",
	Need:  recognise.Need{Runs: 15},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, r := range p.Runs {
			p.Starts(r, func(k int) {
				for _, n := range []int{16, 15} {
					if w, ok := p.Window(r, k, n); ok && !w.Letter && !w.Torn {
						judgeIMEI(p, w, emit)
					}
				}
			})
		}
	},
	True:  []string{"IMEI：«490154203237518»", "手机串号«490154203237519»", "«861234567890127»", "IMEI«35-209900-176148-1»", "IMEISV «3520990017614823»", "IMEI «4 9 0 1 5 4 2 0 3 2 3 7 5 1 8»、«8 6 1 2 3 4 5 6 7 8 9 0 1 2 7»"},
	False: []string{"订单号490154203237518", "490154203237519", "1234567890123456", "110105491231002"},
}

func judgeIMEI(p *recognise.Page, w recognise.Window, emit func(rule.Candidate)) {
	c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.95, Evidence: []string{"word for the number before"}}
	label, impersonal := p.Labelled(w.Start)
	cued := (label|p.Before(w.Start, 12))&recognise.IMEI != 0
	valid := len(w.Value) == 15 && check.Luhn(w.Value)
	switch {
	case len(w.Value) == 16 && !cued:
		return
	case w.Masked:
		c.Rejected = "a mask touches it"
	case cued && !valid:
		c.Confidence = 0.85
	case cued:
	case impersonal:
		c.Rejected = recognise.OrderWins
	case label != 0 && label&(recognise.SN|recognise.Phone) == 0, !valid:
		c.Rejected = "check digit or label missing"
	case (w.Groups == 1 || w.Spread() || w.Shape == recognise.ShapeOf(4, 4, 4, 3) && w.Seps == 1) && (w.Value[:2] == "35" || w.Value[:2] == "86" || w.Value[:2] == "01" || w.Value[:2] == "99"):
		c.Confidence = 0.7
		c.Evidence = []string{"check digit", "reporting body"}
	default:
		c.Rejected = "no word for the number before"
	}
	emit(c)
}

var meid = recognise.Rule{
	ID: "imei.meid", Type: rule.IMEI,
	About: "14 hexadecimal digits with a label (3GPP2 S.R0048)",
	Need:  recognise.Need{Cues: recognise.IMEI},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.IMEI, func(h recognise.Hit) {
			if start, end, _ := p.Value(h.End, ""); end-start == 14 && hex(p.Upper(start, end)) {
				emit(rule.Candidate{Start: start, End: end, Canonical: p.Upper(start, end), Confidence: 0.93, Evidence: []string{"label of the number before"}})
			}
		})
	},
	True:  []string{"MEID：«A1000012345678»", "meid «99000012345678»", "手机串码：«99000862471854»"},
	False: []string{"A1000012345678", "MEID不存在A1000012345678G"},
}

var imsi = recognise.Rule{
	ID: "imsi.mnc", Type: rule.IMSI,
	About: "460, a known network code, 15 digits, with a label (ITU-T E.212)",
	Need:  recognise.Need{Runs: 15},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, r := range p.Runs {
			p.Starts(r, func(k int) {
				if p.Digits(r, k, 3) != "460" {
					return
				}
				w, ok := p.Window(r, k, 15)
				if !ok || w.Letter {
					return
				}
				c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.95, Evidence: []string{"country and network code", "word for the number before"}}
				label, _ := p.Labelled(w.Start)
				switch mnc := check.Atoi(w.Value[3:5]); {
				case (label|p.Before(w.Start, 15))&recognise.IMSI != 0:
				case mnc > 13 && mnc != 15 && mnc != 20:
					c.Rejected = "unknown network code"
				default:
					c.Rejected = "no word for the number before"
				}
				emit(c)
			})
		}
	},
	True:  []string{"IMSI：«460001234567890»", "imsi是 «460 11 1234567890»"},
	False: []string{"460001234567890", "IMSI 310150123456789", "订单号460011234567890"},
}

var iccid = recognise.Rule{
	ID: "iccid.8986", Type: rule.ICCID,
	About: "8986 and the operator, 19 or 20 characters, Luhn a bonus (ITU-T E.118)",
	Need:  recognise.Need{Runs: 8},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, r := range p.Runs {
			p.Starts(r, func(k int) {
				if p.Digits(r, k, 4) != "8986" {
					return
				}
				for _, n := range []int{20, 19} {
					w, ok := p.Window(r, k, n)
					if !ok || w.Letter || w.Masked || w.Groups > 6 && w.Groups < n {
						continue
					}
					c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.93, Evidence: []string{"industry, country and operator"}}
					if check.Luhn(w.Value) {
						c.Confidence = 0.97
						c.Evidence = append(c.Evidence, "check digit")
					}
					if label, impersonal := p.Labelled(w.Start); impersonal && label&recognise.ICCID == 0 {
						c.Rejected = recognise.OrderWins
					}
					emit(c)
					return
				}
			})
		}
		for _, t := range p.Tokens { // some operators put letters into the middle
			if n := t.End - t.Start; n != 19 && n != 20 {
				continue
			}
			if text := p.Upper(t.Start, t.End); strings.HasPrefix(text, "89860") || strings.HasPrefix(text, "89861") {
				emit(rule.Candidate{Start: t.Start, End: t.End, Canonical: text, Confidence: 0.85, Evidence: []string{"industry, country and operator"}})
			}
		}
	},
	True:  []string{"ICCID«89860012345678901234»", "卡背面«8986 0112 3456 7890 123»", "«898603A1234567890123»"},
	False: []string{"订单号89860012345678901234", "898600123456789012345", "8986001234", "89870012345678901234"},
}

// vendors are the first letters of the serial numbers of optical terminals.
const vendors = "HWTC ZTEG FHTT ALCL CIOT SKYW YHTC CMDC GONT BDCM TPLG SCTY CXNK UNIO CDKT HUMA RTEG DSNW MTKG TDTC XPON ALCB BELL ERIC TWSH FTTH CMHI CTCU CUSN"

var serial = recognise.Rule{
	ID: "mac.ont_serial", Type: rule.MAC,
	About: "serial number of an optical terminal: four letters of the vendor and 8 hexadecimal digits (ITU-T G.984.3); of another device 13 to 40 letters and digits right after the label",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, t := range p.Tokens {
			n := t.End - t.Start
			if n < 8 || n > 40 {
				continue
			}
			label, impersonal := p.Labelled(t.Start)
			if n != 12 && n != 16 && label&recognise.SN == 0 {
				continue
			}
			text := p.Upper(t.Start, t.End)
			labelled := (label|p.Before(t.Start, 10))&recognise.SN != 0
			known := n == 12 && strings.Contains(vendors, text[:4]) && p.Latin(t.Start, t.Start+4)
			c := rule.Candidate{Start: t.Start, End: t.End, Canonical: text, Confidence: 0.9, Evidence: []string{"vendor and serial number"}}
			switch {
			case label&recognise.SN != 0 && n > 12:
				c.Evidence = []string{"right after its label"}
			case n != 12 && n != 16:
				continue
			case n == 16 && (!labelled || !hex(text)), n == 12 && (!p.Latin(t.Start, t.Start+4) || !hex(text[4:])):
				continue
			case labelled:
				c.Confidence = 0.95
			case impersonal:
				c.Rejected = recognise.OrderWins
			case !known:
				c.Rejected = "unknown vendor and no label"
			}
			emit(c)
		}
	},
	True:  []string{"光猫SN：«HWTC1A2B3C4D»", "«ZTEG12345678»", "SN «48575443A1B2C3D4»", "机顶盒序列号«00100199006042001234A0B1C2D3E4F5»"},
	False: []string{"ABCD12345678", "订单号HWTC12345678", "HWTC1234567G"},
}

var loid = recognise.Rule{
	ID: "broadband.loid", Type: rule.BroadbandAccount,
	About: "logical identifier of a broadband line: 6 to 24 letters and digits right after LOID",
	Need:  recognise.Need{Cues: recognise.LOID},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.LOID, func(h recognise.Hit) {
			start, end, digits := p.Value(h.End, "-_")
			if n := end - start; n >= 6 && n <= 24 && digits >= 4 {
				emit(rule.Candidate{Start: start, End: end, Canonical: p.Upper(start, end), Confidence: 0.93, Evidence: []string{"right after its label"}})
			}
		})
	},
	True:  []string{"LOID：«057100012345»", "loid是«NB12345678A»"},
	False: []string{"LOID认证失败", "loid 12345"},
}

func hex(s string) bool { return strings.Trim(s, "0123456789ABCDEF") == "" }
