package world

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// decompose writes letters and their marks as separate characters, as some
// systems export them.
func decompose(text string) string { return norm.NFD.String(text) }

// hard are descriptions that are hard on CSV, on spreadsheets and on
// terminals. % stands for a name.
var hard = []string{
	"Met % at the trade fair.\nWants a quote by \"end of month\", budget < 50,000.",
	"First line\r\nSecond line, with comma\r\n\r\n\"quoted\" last line\r\n",
	"Prefers e-mail 📧; family emoji 👩\u200d👩\u200d👧\u200d👦, flags 🇧🇪🇯🇵, skin tone 👍🏽, keycap 1️⃣",
	"\x1b[31mred?\x1b[0m and a title \x1b]0;%\x07 pasted from a terminal log",
	"=HYPERLINK(\"http://%.invalid\",\"click\")",
	"+49 (0)30 – call back; @SUM(1+1)*cmd|' /C calc'!A0",
	"שלום % – הצעת מחיר 2024/7 (עברית ו-English יחד)",
	"مرحبا % ، المرجع \u200fABC-123\u200f ، ٢٥٪ خصم",
	"\u202eevil.exe\u202c reversed by an override, zero\u200bwidth\u200d joiner, soft\u00adhyphen",
	"Zalgo: Z\u0351\u0343a\u0300\u0316l\u0327\u0301g\u0334\u0308o\u0321\u030a, combining é vs é, ﬁ ligature, ｆｕｌｌｗｉｄｔｈ",
	"会議メモ：%様、来週「見積」を送付。\n次回：火曜日１０時～",
	"<b>HTML</b> &amp; entities &#8217; left over from an import; <script>alert('%')</script>",
	"Tabs\tin\tbetween, back\\slash, single 'quotes', trailing space ",
	"NULL",
	"\ufeffstarts with a byte order mark",
	"Very long: " + strings.Repeat("follow-up agreed with %, then postponed; ", 40),
}

var easy = []string{
	"Key contact for the %-project.", "Met at the spring trade fair.", "Referred by a partner.", "Asked for the new price list.",
	"Interested in a pilot next quarter.", "Replaces their old supplier.", "Newsletter subscriber.",
}

// description is empty for most rows; so many of a thousand have a text, one in
// three of them a hard one.
func description(d *draw, name string, perMille int) string {
	has, difficult := d.chance(perMille), d.chance(330)
	text, other := pick(d, hard), pick(d, easy)
	switch {
	case !has:
		return ""
	case !difficult:
		text = other
	}
	return strings.ReplaceAll(text, "%", name)
}
