package main

import (
	"fmt"
	"os"

	"qingting/internal/secrets"
	"qingting/privacy"
)

// loadPolicy reads a policy file; no file, or the word default, is the default
// policy.
func loadPolicy(path string) (*privacy.Policy, error) {
	if path == "" || path == "default" {
		return privacy.DefaultPolicy(), nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	p, err := privacy.ParsePolicy(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// newRedactor builds a redactor by a policy file; without a key, pseudonyms
// hold for this process only.
func newRedactor(policyFile string, key []byte) (*privacy.Redactor, error) {
	policy, err := loadPolicy(policyFile)
	if err != nil {
		return nil, err
	}
	return policyRedactor(policy, key)
}

// policyRedactor is newRedactor of a policy that is read already.
func policyRedactor(policy *privacy.Policy, key []byte) (*privacy.Redactor, error) {
	if key == nil {
		key = secrets.NewSecret().Bytes()
	}
	names, err := privacy.NewPseudonymizer(key)
	if err != nil {
		return nil, err
	}
	d, err := privacy.NewDetector(policy)
	if err != nil {
		return nil, err
	}
	return privacy.NewRedactor(d, policy, names)
}

// unlinked is r with pseudonyms of a key that is thrown away. What people write or ask is redacted by
// it: by the server's key, whoever reads the answer could find the documents of a number that they
// know.
func unlinked(r *privacy.Redactor) (*privacy.Redactor, error) {
	names, err := privacy.NewPseudonymizer(secrets.NewSecret().Bytes())
	if err != nil {
		return nil, err
	}
	return r.Named(names)
}
