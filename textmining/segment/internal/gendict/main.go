// Command gendict writes the segmenter's embedded data from the gse module in
// the module cache: the packed dictionary and gse's licence. Run it with go generate; the same gse gives the same bytes.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"qingting/textmining/segment/internal/pack"
)

const module = "github.com/go-ego/gse"

func main() {
	out := flag.String("out", "data", "directory to write to")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintf(os.Stderr, "gendict: %v\n", err)
		os.Exit(1)
	}
}

func run(out string) error {
	dir, err := moduleDir()
	if err != nil {
		return err
	}
	entries, err := readDict(filepath.Join(dir, "data/dict/zh/s_1.txt"))
	if err != nil {
		return err
	}
	licence, err := os.ReadFile(filepath.Join(dir, "LICENSE"))
	if err != nil {
		return err
	}
	packed, err := pack.Encode(words(entries))
	if err != nil {
		return err
	}
	// One goroutine: the encoder's output then depends on its version alone.
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(8<<20))
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"dictionary.zst": enc.EncodeAll(packed, nil),
		"LICENSE.gse":    licence,
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(out, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func moduleDir() (string, error) {
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	outText, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go list -m %s: %w: %s", module, err, stderr.Bytes())
	}
	dir := strings.TrimSpace(string(outText))
	if dir == "" {
		return "", fmt.Errorf("%s is not in the module cache: run go mod download %s", module, module)
	}
	return dir, nil
}
