package ingest

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// toUTF8 brings a body to valid UTF-8 without a byte order mark. The character
// set is the one declared, UTF-8 when none is: a message is never guessed at,
// since GB18030 gives a reading, a wrong one, to nearly any bytes.
func toUTF8(data []byte, charset string) ([]byte, *Refusal) {
	switch charset {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
		if i := invalidUTF8(data); i >= 0 {
			return nil, &Refusal{ReasonEncoding, fmt.Sprintf("not UTF-8 at byte %d; declare charset=gb18030 if that is what it is", i)}
		}
		return data, nil
	case "gb18030", "gbk", "gb2312", "cp936":
		// GB18030 contains GBK, which contains GB2312.
		out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
			return nil, &Refusal{ReasonEncoding, "not the declared GB18030"}
		}
		return out, nil
	default:
		return nil, &Refusal{ReasonUnsupported, "character set: send UTF-8 or GB18030"}
	}
}

// invalidUTF8 is the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}
