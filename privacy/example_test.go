package privacy_test

import (
	"fmt"
	"log"
	"time"

	"qingting/privacy"
	"qingting/privacy/detect"
)

func Example() {
	policy, err := privacy.ParsePolicy([]byte("policy: 1\ntypes: {ID_CARD: mask}\n"))
	if err != nil {
		log.Fatal(err)
	}
	detector, err := detect.New(detect.WithThreshold(policy.Thresholds()))
	if err != nil {
		log.Fatal(err)
	}
	redactor, err := privacy.NewRedactor(detector, policy, nil)
	if err != nil {
		log.Fatal(err)
	}
	res := redactor.Redact("请回电13812345678，邮箱wang@example.com。", time.Now())
	fmt.Println(res.Text)
	fmt.Println(res.Values) // hides what it holds
	original, err := privacy.Restore(res.Text, res.Values)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(original)
	// Output:
	// 请回电⟦手机号⟧，邮箱⟦邮箱⟧。
	// [MOBILE[3:8] hidden EMAIL[11:15] hidden]
	// 请回电13812345678，邮箱wang@example.com。
}
