package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// TestInputEncodings: a file in another encoding is read as what it says, by
// every command that reads texts, and what cannot be read is told.
func TestInputEncodings(t *testing.T) {
	rows := `{"id":"1","text":"客户张三的宽带断了，电话13812345678"}` + "\n" + `{"id":"2","text":"乱扣费"}` + "\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(rows)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(rows)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(rows))
	z.Close()
	name := filepath.Join(t.TempDir(), "in.jsonl")
	for _, c := range []struct {
		in   string
		args []string
		exit int
		out  string
		talk string
	}{
		{gbk, []string{"redact"}, 0, "宽带断了，电话⟦手机号", "read as GB18030"},
		{wide, []string{"redact"}, 0, "宽带断了，电话⟦手机号", "read as UTF-16"},
		{gbk, []string{"annotate"}, 0, "broadband-fault", "read as GB18030"},
		{gbk, []string{"discover"}, 0, "2 条反馈", "read as GB18030"},
		{rows + "{\"text\":\"信号\xff差\"}\n", []string{"redact"}, 0, "信号\ufffd差", "not UTF-8 became \ufffd in 1 of the lines"},
		{rows + "{\"text\":\"信号\xff差\"}\n", []string{"duplicates"}, 0, "", "not UTF-8 became \ufffd in 1 of the lines"},
		{packed.String(), []string{"annotate"}, 1, "", "unpack it"},
		{packed.String(), []string{"redact", "--whole"}, 1, "", "unpack it"},
	} {
		if err := os.WriteFile(name, []byte(c.in), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, talk bytes.Buffer
		exit := run(t.Context(), append(c.args, name), &console{In: strings.NewReader(""), Out: &out, Err: &talk})
		if exit != c.exit || !strings.Contains(out.String(), c.out) || !strings.Contains(talk.String(), c.talk) {
			t.Errorf("%v: exit code %d, %s\n%s\nwant %d, %q, %q", c.args, exit, out.String(), talk.String(), c.exit, c.out, c.talk)
		}
	}
}
