package sync

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/currency"
)

// errAmount is what parseAmount says of anything that is no amount.
var errAmount = errors.New("it is no amount")

// parseAmount reads an amount of money, in hundredths. Empty text is nothing.
func parseAmount(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	whole, part, pointed := strings.Cut(text, ".")
	if len(whole) == 0 || len(whole) > 12 || pointed != (part != "") || len(part) > 2 || strings.Trim(whole+part, "0123456789") != "" {
		return 0, errAmount
	}
	return strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
}

// formatAmount writes hundredths as an amount: "1200" or "1200.50".
func formatAmount(hundredths int64) string {
	sign := ""
	if hundredths < 0 {
		sign, hundredths = "-", -hundredths
	}
	if hundredths%100 == 0 {
		return sign + strconv.FormatInt(hundredths/100, 10)
	}
	return fmt.Sprintf("%s%d.%02d", sign, hundredths/100, hundredths%100)
}

// isCurrency reports whether code is one of ISO 4217.
func isCurrency(code string) bool {
	_, err := currency.ParseISO(code)
	return err == nil
}
