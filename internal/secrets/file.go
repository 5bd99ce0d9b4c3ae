package secrets

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// maxFile bounds what is read: key files are small, and a wrong path may be a device.
const maxFile = 1 << 20

// WriteNew creates the file at path with mode 0600, whole or not at all. It
// fails with an error wrapping fs.ErrExist when something is there already.
func WriteNew(path string, content []byte) (err error) {
	tmp, err := writeBeside(path, content)
	if err != nil {
		return fmt.Errorf("create key file: %w", err)
	}
	defer os.Remove(tmp)
	// A rename would replace a key that another process has just made.
	if err := os.Link(tmp, path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("key file %q: %w", path, fs.ErrExist)
		}
		return fmt.Errorf("create key file %q: %w", path, err)
	}
	return syncDir(filepath.Dir(path))
}

// Replace writes the file at path with mode 0600, whole or not at all, over what
// is there.
func Replace(path string, content []byte) (err error) {
	tmp, err := writeBeside(path, content)
	if err != nil {
		return fmt.Errorf("replace file: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return errors.Join(fmt.Errorf("replace file: %w", err), os.Remove(tmp))
	}
	return syncDir(filepath.Dir(path))
}

// writeBeside writes a new file in the folder of path, to its end.
func writeBeside(path string, content []byte) (name string, err error) {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return "", err
	}
	if _, err = tmp.Write(content); err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return "", errors.Join(err, os.Remove(tmp.Name()))
	}
	return tmp.Name(), nil
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" { // has no such thing
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder of key file: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// read returns the content of a file, refusing one that has any of the
// permission bits in forbidden.
func read(path string, forbidden fs.FileMode, fix string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat() // of the open file: the path may change meanwhile
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	if info.IsDir() {
		return nil, fmt.Errorf("key file %q is a folder", path)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&forbidden != 0 {
		return nil, fmt.Errorf("key file %q has mode %04o, so others can get at it: run %s %q", path, mode, fix, path)
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read key file %q: %w", path, err)
	}
	if len(content) > maxFile {
		return nil, fmt.Errorf("key file %q is over %d bytes: not a key file", path, maxFile)
	}
	return content, nil
}

// ReadPrivate reads a file that only its owner may read, and refuses others.
func ReadPrivate(path string) ([]byte, error) { return read(path, 0o077, "chmod 600") }

// readPublic is for what anyone may read but not everyone write: who adds a
// recipient can read all that is sealed from then on.
func readPublic(path string) ([]byte, error) { return read(path, 0o002, "chmod o-w") }
