package sync

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strings"
)

// Money is an exact amount of one currency. The zero value is nothing.
type Money struct{ value big.Rat }

// moneyText is what the org writes: digits, with a point or an exponent.
var moneyText = regexp.MustCompile(`^[+-]?\d{1,40}(\.\d{0,24})?([eE][+-]?\d{1,2})?$`)

// parseMoney reads an amount; ok is false for a text that is none.
func parseMoney(text string) (m Money, ok bool) {
	if !moneyText.MatchString(text) {
		return Money{}, false
	}
	_, ok = m.value.SetString(text)
	return m, ok
}

func (m *Money) add(other *Money) { m.value.Add(&m.value, &other.value) }

// Float is the amount for charts and proportions, not for sums.
func (m Money) Float() float64 {
	f, _ := m.value.Float64()
	return f
}

// IsZero tells whether there is nothing.
func (m Money) IsZero() bool { return m.value.Sign() == 0 }

// String writes the exact amount: "1250000.5".
func (m Money) String() string {
	digits, _ := m.value.FloatPrec() // exact: what was read are decimals
	return m.value.FloatString(digits)
}

// Text writes the amount for people, rounded to whole units and in groups of three: "1,250,001".
func (m Money) Text() string {
	digits := m.value.FloatString(0)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

// MarshalJSON writes the amount as a text, which loses nothing.
func (m Money) MarshalJSON() ([]byte, error) { return json.Marshal(m.String()) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (m *Money) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	read, ok := parseMoney(text)
	if !ok {
		return fault("roi.amount", "", "%q is no amount", text)
	}
	m.value.Set(&read.value)
	return nil
}
