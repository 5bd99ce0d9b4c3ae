package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"qingting/internal/secrets"
	"qingting/textmining/discover/follow"
)

// readState reads a state of discovery; a file that is missing is the first.
func readState(path string) (*follow.State, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return new(follow.State), nil
	}
	if err != nil {
		return nil, err
	}
	s, err := follow.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

func writeState(path string, s *follow.State) error {
	data, err := s.Encode()
	if err != nil {
		return err
	}
	return secrets.Replace(path, data)
}

// maxState bounds a state that is unpacked.
const maxState = 64 << 20

// unpackState reads the setting: the state, compressed, for a setting holds a
// megabyte. None is the first.
func unpackState(data []byte) (*follow.State, error) {
	if len(data) == 0 {
		return new(follow.State), nil
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("the state of discovery cannot be read: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxState))
	if err != nil {
		return nil, fmt.Errorf("the state of discovery cannot be read: %w", err)
	}
	return follow.Parse(plain)
}

func packState(s *follow.State) ([]byte, error) {
	data, err := s.Encode()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
