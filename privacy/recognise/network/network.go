// Package network recognises hardware and Internet addresses. Addresses of
// private ranges, of well-known public resolvers, and version numbers are
// nobody's and come out as rejections.
package network

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// Rules returns the rules of the family.
func Rules() []recognise.Rule { return []recognise.Rule{mac, macBare, ipv4, ipv6} }

var mac = recognise.Rule{
	ID: "mac.eui48", Type: rule.MAC,
	About: "EUI-48 as six pairs with : or -, three fours with . - or : (IEEE 802; Huawei and Cisco styles)",
	Need:  recognise.Need{Classes: fold.Digit | fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachSign(func(at int, sep rune) {
			if sep != ':' && sep != '-' && sep != '.' {
				return
			}
			for _, size := range [...]int{2, 4} { // the sign is the first of the address
				if i := at - size; isHex(p, i) && isHex(p, at-1) && p.Free(i) && !(joins(p, i-1) && p.Alnum(i-2)) {
					grouped(p, i, size, 12/size, sep, emit)
				}
			}
		})
	},
	True:  []string{"MAC«00:1A:2B:3C:4D:5E»", "«00-1a-2b-3c-4d-5e»", "光猫«001a-2b3c-4d5e»", "«001a.2b3c.4d5e»", "«００：１Ａ：２Ｂ：３Ｃ：４Ｄ：５Ｅ»"},
	False: []string{"00:00:00:00:00:00", "FF:FF:FF:FF:FF:FF", "1234-5678-9012", "12:30:45", "00:1A:2B:3C:4D", "00:1A:2B:3C:4D:5E:6F:70"},
}

func joins(p *recognise.Page, i int) bool {
	return p.Rune(i) == ':' || p.Rune(i) == '-' || p.Rune(i) == '.'
}

func isHex(p *recognise.Page, i int) bool {
	r := p.Rune(i)
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F'
}

func grouped(p *recognise.Page, i, size, groups int, sep rune, emit func(rule.Candidate)) {
	at := i
	for g := range groups {
		for range size {
			if !isHex(p, at) {
				return
			}
			at++
		}
		if g < groups-1 {
			if p.Rune(at) != sep {
				return
			}
			at++
		}
	}
	if p.Alnum(at) || p.Rune(at) == sep && p.Alnum(at+1) {
		return
	}
	var b strings.Builder
	for _, r := range p.Upper(i, at) {
		if r != ':' && r != '-' && r != '.' {
			b.WriteRune(r)
		}
	}
	text := b.String()
	c := rule.Candidate{Start: i, End: at, Canonical: text, Confidence: 0.95, Evidence: []string{"six octets"}}
	label, impersonal := p.Labelled(i)
	switch labelled := (label|p.Before(i, 10))&(recognise.MAC|recognise.SN) != 0; {
	case strings.Trim(text, "0") == "" || strings.Trim(text, "F") == "":
		c.Rejected = "the null or the broadcast address"
	case labelled:
		c.Confidence = 0.97
	case impersonal:
		c.Rejected = recognise.OrderWins
	case sep != ':' && recognise.AllDigits(text):
		c.Rejected = "digits only and no word for the address before"
	}
	emit(c)
}

var macBare = recognise.Rule{
	ID: "mac.bare", Type: rule.MAC,
	About: "12 hexadecimal digits right after a word for the address",
	Need:  recognise.Need{Cues: recognise.MAC},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.MAC, func(h recognise.Hit) {
			start, end, _ := p.Value(h.End, "")
			if text := p.Upper(start, end); end-start == 12 && strings.Trim(text, "0123456789ABCDEF") == "" {
				emit(rule.Candidate{Start: start, End: end, Canonical: text, Confidence: 0.9, Evidence: []string{"label of the address before"}})
			}
		})
	},
	True:  []string{"MAC地址：«001A2B3C4D5E»", "mac «001122334455»"},
	False: []string{"001A2B3C4D5E", "MAC地址过滤001A2B3C4D5E"},
}

var ipv4 = recognise.Rule{
	ID: "ip.v4", Type: rule.IP,
	About: "four octets, without private ranges, public resolvers and version numbers (RFC 791, 1918, 6598)",
	Need:  recognise.Need{Classes: fold.Digit},
	Find:  findIPv4,
	True:  []string{"IP«123.45.67.89»", "从«８８．７７．６６．５５»登录", "公网ip是«61.139.2.69»，丢包", "«203.0.113.7»:8080", "公网IP是«61.139.2.69»ping不通", "升级后IP变成«61.139.2.69»"},
	False: []string{
		"192.168.1.1", "10.0.0.1", "172.16.3.4", "100.64.1.1", "127.0.0.1", "DNS 114.114.114.114", "8.8.8.8", "版本1.2.3.4", "v2.10.3.45", "1.2.3.4.5", "256.1.1.1",
		"固件版本 3.21.4.1", "回退到 21.4.33.10 就好了", "固件从61.2.13.8升级到61.2.14.1后断流", "build 12.33.104.22 crashes", "软件刷回31.204.18.2", "由 34.12.8.77 降到 34.12.6.11", "版本从11.22.33.44变成11.22.33.55", "QQ 15.6.7.8 版本", "1.2.3", "01.02.03.04", "224.0.0.1", "255.255.255.0",
	},
}

// resolvers are public DNS servers, which people name when they describe a fault.
var resolvers = map[string]bool{
	"8.8.8.8": true, "8.8.4.4": true, "1.1.1.1": true, "1.0.0.1": true, "9.9.9.9": true, "114.114.114.114": true, "114.114.115.115": true,
	"114.114.114.119": true, "114.114.115.119": true, "114.114.114.110": true, "114.114.115.110": true, "223.5.5.5": true, "223.6.6.6": true,
	"119.29.29.29": true, "119.28.28.28": true, "182.254.116.116": true, "180.76.76.76": true, "1.2.4.8": true, "210.2.4.8": true,
	"101.226.4.6": true, "218.30.118.6": true, "123.125.81.6": true, "208.67.222.222": true, "208.67.220.220": true, "4.2.2.1": true, "4.2.2.2": true,
	"2001:4860:4860::8888": true, "2001:4860:4860::8844": true, "2400:3200::1": true, "2400:3200:baba::1": true, "2606:4700:4700::1111": true, "240c::6666": true, "240c::6644": true,
}

func findIPv4(p *recognise.Page, emit func(rule.Candidate)) {
	next := 0
	p.EachSign(func(point int, sign rune) {
		if sign != '.' {
			return
		}
		for next = max(next, point-3); next < point; {
			next = max(next+1, octets(p, next, emit))
		}
	})
}

// octets reads an address that starts at unit i and has its first point within
// three units. It returns the unit past it, or 0.
func octets(p *recognise.Page, i int, emit func(rule.Candidate)) int {
	if !p.Is(i, fold.Digit) || !p.Free(i) && !versionLetter(p, i-1) || p.Rune(i-1) == '.' && p.Alnum(i-2) {
		return 0
	}
	at, ok := i, true
	for octet := 0; octet < 4 && ok; octet++ {
		start := at
		v := 0
		for p.Is(at, fold.Digit) && at-start < 4 {
			v = 10*v + int(p.Units[at].Value)
			at++
		}
		ok = at > start && at-start <= 3 && v <= 255 && (at-start == 1 || p.Units[start].Value != 0)
		if octet < 3 {
			ok = ok && p.Rune(at) == '.'
			at++
		}
	}
	if !ok || p.Alnum(at) && !(p.Is(at, fold.Letter) && p.Before(i, 10)&recognise.IP != 0) || p.Rune(at) == '.' && p.Is(at+1, fold.Digit) {
		return 0
	}
	text := p.Folded(i, at)
	c := rule.Candidate{Start: i, End: at, Canonical: text, Confidence: 0.9, Evidence: []string{"four octets"}}
	label, impersonal := p.Labelled(i)
	switch addr, err := netip.ParseAddr(text); {
	case err != nil:
		return 0
	case versionLetter(p, i-1), label&recognise.Version != 0:
		c.Rejected = "a version number"
	case !public(addr):
		c.Rejected = "a private or reserved address"
	case impersonal:
		c.Rejected = recognise.OrderWins
	case (label|p.Before(i, 10))&recognise.IP != 0:
		c.Confidence = 0.96
	case p.Before(i, 8)&recognise.Version != 0, released(p, i, at):
		c.Rejected = "a version number"
	case at-i <= 7: // 1.2.3.4: as likely a chapter or a version
		c.Confidence = 0.45
	}
	emit(c)
	return at + 1
}

// releases are what is done with programs, and what their states are called by.
var releases = [...]string{"回退", "退回", "升级", "升到", "升至", "升回", "降级", "降到", "降至", "降回", "刷回", "刷到", "刷成", "刷机", "更新到", "更新至", "更新为", "回滚", "补丁", "build", "patch", "release", "upgrade", "upgraded", "downgrade", "rollback"}

// released reports a word for what is done with programs right before the
// address at units start to end, but for what joins the two, or right behind it.
func released(p *recognise.Page, start, end int) bool {
	if p.Before(start, 14)&recognise.IP != 0 {
		return false
	}
	if p.After(end, 2)&recognise.Version != 0 || p.Before(start, 24)&recognise.Version != 0 && strings.Count(p.Folded(start-16, start), ".") > 2 { // 版本从1.2.3.4变成…
		return true
	}
	for p.Rune(end) == ' ' {
		end++
	}
	after := p.Folded(end, end+3)
	for _, w := range releases {
		if strings.HasPrefix(after, w) {
			return true
		}
	}
	before := strings.TrimSuffix(strings.ToLower(p.Folded(start-12, start)), "to ")
	for {
		for _, w := range releases {
			if strings.HasSuffix(before, w) {
				return true
			}
		}
		r, n := utf8.DecodeLastRuneInString(before)
		if !strings.ContainsRune(" 到至为成回了从由:是", r) {
			return false
		}
		before = before[:len(before)-n]
	}
}

// versionLetter reports a lone v before unit i+1.
func versionLetter(p *recognise.Page, i int) bool {
	return (p.Rune(i) == 'v' || p.Rune(i) == 'V') && !p.Alnum(i-1)
}

var cgnat = netip.MustParsePrefix("100.64.0.0/10")

func public(a netip.Addr) bool {
	if a.Is4() && (a.As4()[0] == 0 || a.As4()[0] >= 224) {
		return false
	}
	return !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast() && !a.IsMulticast() && !a.IsUnspecified() && !cgnat.Contains(a) && !resolvers[a.String()]
}

var ipv6 = recognise.Rule{
	ID: "ip.v6", Type: rule.IP,
	About: "an IPv6 address, without local ones and public resolvers (RFC 4291, 5952)",
	Need:  recognise.Need{Classes: fold.Digit},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		next := 0
		p.EachSign(func(i int, sign rune) {
			if sign != ':' || i < next {
				return
			}
			start := i
			for start > 0 && i-start < 5 && isHex(p, start-1) {
				start--
			}
			end := i
			for colons := 0; end < len(p.Units) && end-start < 46 && (isHex(p, end) || p.Rune(end) == ':' && colons < 8); end++ {
				if p.Rune(end) == ':' {
					colons++
				}
			}
			next = max(i+1, end)
			if end-start < 7 {
				return
			}
			text := p.Folded(start, end)
			addr, err := netip.ParseAddr(text)
			if err != nil { // the first colon may belong to a label
				start, text = i+1, p.Folded(i+1, end)
				addr, err = netip.ParseAddr(text)
			}
			if err == nil && !p.Alnum(start-1) && (!p.Alnum(end) || p.Before(start, 10)&recognise.IP != 0) && end-start >= 7 && strings.Count(text, ":") >= 3 && strings.ContainsAny(text, "0123456789") {
				c := rule.Candidate{Start: start, End: end, Canonical: addr.String(), Confidence: 0.95, Evidence: []string{"eight groups"}}
				if !public(addr) {
					c.Rejected = "a private or reserved address"
				}
				emit(c)
			}
		})
	},
	True:  []string{"IPv6：«2408:8207:1234:5678:9abc:def0:1234:5678»", "«240e:3b7::1234:5678»", "IP «240e:390:1a2b:3c4d::1»ping不通"},
	False: []string{"fe80::1234:5678:9abc", "12:30:45", "2001:4860:4860::8888", "std::vector", "比分3:2:1:0"},
}
