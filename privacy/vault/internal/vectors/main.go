// Command vectors writes the test vectors of docs/formats/vault.md.
//
// It makes every file by hand, without the age library and without the code
// that the vectors test, from randomness derived from each vector's name: the
// same bytes each time, and free to be wrong in exactly one way.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("o", "testdata/vectors", "folder to write to")
	flag.Parse()
	for _, v := range all() {
		if err := os.WriteFile(filepath.Join(*dir, v.name), []byte(v.render()), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
