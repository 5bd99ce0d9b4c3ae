package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"

	"qingting/internal/secrets"
	"qingting/textmining/discover"
	"qingting/textmining/segment"
)

// saveModel keeps a model in a file and returns its hash.
func saveModel(path string, m *discover.Model) (hash string, err error) {
	var file bytes.Buffer
	if err := m.Save(&file); err != nil {
		return "", fmt.Errorf("cannot keep the model: %w", err)
	}
	if err := secrets.Replace(path, file.Bytes()); err != nil {
		return "", fmt.Errorf("cannot keep the model: %w", err)
	}
	return hashOf(file.Bytes()), nil
}

// loadModel reads what saveModel wrote.
func loadModel(path string, seg *segment.Segmenter) (*discover.Model, string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, "", fmt.Errorf("cannot read the model: %w", err)
	}
	m, err := discover.Load(bytes.NewReader(data), seg)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", path, err)
	}
	return m, hashOf(data), nil
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:12])
}
