// Command gen derives the name recogniser's embedded tables from the Chinese
// dictionary that ships with github.com/go-ego/gse (Apache-2.0; itself the
// jieba dictionary, MIT): a word list with log frequencies, against which a
// name has to compete, and how likely each character is at each place of a
// given name. The output depends on the module version alone.
//
// Run it with go generate in privacy/internal/lexicon.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"log"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/klauspost/compress/zstd"

	"qingting/privacy/internal/surname"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: gen DIRECTORY")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

type entry struct {
	word []rune
	freq float64
	tag  string
}

func run(dir string) error {
	entries, err := dictionary()
	if err != nil {
		return err
	}
	surnames := surname.New()
	given := countGiven(entries, surnames)
	if err := os.WriteFile(filepath.Join(dir, "given.txt"), given.encode(), 0o644); err != nil {
		return err
	}
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	defer enc.Close()
	if err := os.WriteFile(filepath.Join(dir, "famous.txt"), encodeFamous(entries, surnames, given), 0o644); err != nil {
		return err
	}
	words := encodeWords(entries, surnames, given)
	return os.WriteFile(filepath.Join(dir, "words.txt.zst"), enc.EncodeAll(words, nil), 0o644)
}

// dictionary reads "word frequency tag" lines, Han words of one to four characters only.
func dictionary() ([]entry, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-ego/gse").Output()
	if err != nil {
		return nil, fmt.Errorf("find the gse module: %w", err)
	}
	f, err := os.Open(filepath.Join(strings.TrimSpace(string(out)), "data", "dict", "zh", "s_1.txt"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var entries []entry
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		p := strings.Fields(sc.Text())
		if len(p) != 3 {
			continue
		}
		w := []rune(p[0])
		if len(w) > 4 || slices.ContainsFunc(w, func(r rune) bool { return !unicode.Is(unicode.Han, r) || r > 0xffff }) {
			continue
		}
		freq, err := strconv.ParseFloat(p[1], 64)
		if err != nil {
			return nil, fmt.Errorf("frequency of %q: %w", p[0], err)
		}
		entries = append(entries, entry{w, freq, p[2]})
	}
	if len(entries) == 0 {
		return nil, errors.New("the dictionary is empty")
	}
	return entries, sc.Err()
}

// rareFreq is the frequency up to which idioms of four characters are left out:
// they are a third of the list and say nothing of names.
const rareFreq = 3

// encodeWords writes "word score" lines, sorted; score is −10·ln p to
// the nearest 5, p the share of all running words.
func encodeWords(entries []entry, surnames *surname.Table, given *given) []byte {
	total := 0.0
	for _, e := range entries {
		total += e.freq
	}
	best := map[string]float64{}
	for _, e := range entries {
		if isName(e, surnames, given) || len(e.word) == 4 && e.freq <= rareFreq {
			continue
		}
		best[string(e.word)] = max(best[string(e.word)], e.freq)
	}
	keys := make([]string, 0, len(best))
	for w := range best {
		keys = append(keys, w)
	}
	slices.Sort(keys)
	var b bytes.Buffer
	for _, w := range keys {
		fmt.Fprintf(&b, "%s %d\n", w, 5*int(math.Round(-2*math.Log(best[w]/total))))
	}
	return b.Bytes()
}

// encodeFamous lists entries that read like a name but are met so often that
// they are a known person or no name at all (高尔夫, 许可证): bare, they stay.
func encodeFamous(entries []entry, surnames *surname.Table, given *given) []byte {
	modern := string(surname.ModernChars())
	var names []string
	for _, e := range entries {
		if !isName(e, surnames, given) || strings.ContainsRune("小老", e.word[0]) {
			continue
		}
		switch {
		case len(e.word) == 3 && e.freq >= 30 && given.pairs[string(e.word[1:])] < 3,
			len(e.word) == 2 && e.freq >= 100 && !strings.ContainsRune(modern, e.word[1]),
			len(e.word) == 2 && e.freq >= 400:
			names = append(names, string(e.word))
		}
	}
	slices.Sort(names)
	return []byte(strings.Join(slices.Compact(names), "\n") + "\n")
}

// notCalled are words that look like a form of address: 小康, 老白.
const notCalled = "小康 小白 小金 小石 小包 小安 小万 小龙 小雷 小方 小江 老白 老常 小常 老黄 小黄 老万 小时 小平 小强 小冷 小贝 小巫 小家 老雷 老文 老高 小于 小向 小严 小毛 老毛 小车 老贾 小夏 老江 小孔 小史 老史 小熊 老龙 小孟 老钱 小钱 小韦 小武 小邵 老武"

// isName says that the entry is a person's name rather than a word. The tag nr
// alone does not: 明白 and 高峰 carry it too.
func isName(e entry, surnames *surname.Table, given *given) bool {
	if len(e.word) == 2 && strings.ContainsRune("小老", e.word[0]) {
		if strings.HasPrefix(e.tag, "nr") && e.freq < 300 && given.single.logp(e.word[1]) > -7 && !strings.Contains(notCalled, string(e.word)) {
			return true // 小芳
		}
		s := surnames.Of(e.word[1])
		return s.Kind != surname.None && s.LogP > -7 && !strings.Contains(notCalled, string(e.word))
	}
	if !strings.HasPrefix(e.tag, "nr") || len(e.word) == 1 {
		return false
	}
	s := surnames.Of(e.word[0])
	switch len(e.word) {
	case 2:
		g := given.single.logp(e.word[1])
		return s.Kind == surname.Plain && g > -7.2 || s.Kind == surname.Mixed && g > -6.4 && e.freq < 60
	case 3:
		g := given.mid.logp(e.word[1]) + given.last.logp(e.word[2])
		return s.Kind == surname.Plain && g > -17 || s.Kind == surname.Mixed && g > -14
	default:
		return surnames.Compound(e.word[0], e.word[1]).Kind != surname.None
	}
}
