package match

import (
	"fmt"
	"slices"
	"testing"
)

type (
	rec = Record
	mem = Member
)

// keyCase is a record and a member that a key is to bring together, and a member
// that it is not to.
type keyCase struct {
	key    string
	record rec
	member mem
	apart  mem
	shared int // keys, but wide ones, that the two have in common
}

// The keys of people, in the order of their list. Where names and more are shared,
// several keys find the pair, and all are counted.
var personKeys = []keyCase{
	{"full e-mail", rec{Email: "jd@gmail.com"}, mem{Email: "JD@gmail.com"}, mem{Email: "jx@gmail.com"}, 1},
	{"local part", rec{Email: "jdoe77@acme.com"}, mem{Email: "jdoe77@other.com"}, mem{Email: "jdoe7@other.com"}, 1},
	{"domain and local part", rec{Email: "janet@acme.com"}, mem{Email: "janis@acme.com"}, mem{Email: "jakob@acme.com"}, 1},
	{"phone", rec{Phone: "+1 512 777 1234"}, mem{Phone: "1-213-777-1234"}, mem{Phone: "512 777 1235"}, 1},
	{"second phone", rec{Phone: "512 555 0000", Phone2: "512 777 1234"}, mem{Phone: "777 1234"}, mem{Phone: "777 1235"}, 1},
	{"both names", rec{FirstName: "Ada", LastName: "Lovelace"}, mem{FirstName: "Lovelace", LastName: "Ada"}, mem{FirstName: "Kowalska", LastName: "Ida"}, 6},
	{"given name and each part of the family name", rec{FirstName: "Ovid", LastName: "Lima Kaal"}, mem{FirstName: "Ovid", LastName: "Kaal"}, mem{FirstName: "Ovid", LastName: "Moor"}, 7},
	{"family name and initial", rec{FirstName: "Ada", LastName: "Lovelace"}, mem{FirstName: "Agnes", LastName: "Lovelace"}, mem{FirstName: "Berta", LastName: "Lovelace"}, 10},
	{"sound of the family name", rec{FirstName: "Adalbert", LastName: "Philips"}, mem{FirstName: "Adam", LastName: "Fillips"}, mem{FirstName: "Berta", LastName: "Fillips"}, 1},
	{"given name and start of the family name", rec{FirstName: "Adalbert", LastName: "Kowalska"}, mem{FirstName: "Adalbert", LastName: "Kowtow"}, mem{FirstName: "Adalbert", LastName: "Komtow"}, 1},
	{"starts of both names", rec{FirstName: "Adalbert", LastName: "Kowalska"}, mem{FirstName: "Adalia", LastName: "Kowalew"}, mem{FirstName: "Adelia", LastName: "Kowalew"}, 1},
	{"nickname", rec{FirstName: "Bob", LastName: "Featherstone"}, mem{FirstName: "Robert", LastName: "Feathering"}, mem{FirstName: "Edward", LastName: "Feathering"}, 3},
	{"family name and city", rec{FirstName: "Ada", LastName: "Lovelace", City: "Austin"}, mem{FirstName: "Berta", LastName: "Lovelace", City: "Austin"}, mem{FirstName: "Berta", LastName: "Lovelace", City: "Dallas"}, 1},
	{"family name and start of the city", rec{FirstName: "Ada", LastName: "Lovelace", City: "San Francisco"}, mem{FirstName: "Berta", LastName: "Lovelace", City: "San Francisco Bay"}, mem{FirstName: "Berta", LastName: "Lovelace", City: "San Diego"}, 1},
	{"given name and city", rec{FirstName: "Ada", LastName: "Lovelace", City: "Austin"}, mem{FirstName: "Ada", LastName: "Kowalska", City: "Austin"}, mem{FirstName: "Ada", LastName: "Kowalska", City: "Dallas"}, 1},
	{"start of the family name and postal code", rec{FirstName: "Ada", LastName: "Lovelace", PostalCode: "78701"}, mem{FirstName: "Berta", LastName: "Lovell", PostalCode: "78701"}, mem{FirstName: "Berta", LastName: "Lovell", PostalCode: "78702"}, 1},
	{"start of the given name and postal code", rec{FirstName: "Adalbert", LastName: "Lovelace", PostalCode: "78701"}, mem{FirstName: "Adalia", LastName: "Kowalska", PostalCode: "78701"}, mem{FirstName: "Adalia", LastName: "Kowalska", PostalCode: "78702"}, 1},
	{"family name and first word of the company", rec{FirstName: "Ada", LastName: "Lovelace", Company: "Quill Nursery"}, mem{FirstName: "Berta", LastName: "Lovelace", Company: "Quill Works"}, mem{FirstName: "Berta", LastName: "Lovelace", Company: "Stone Works"}, 1},
	{"given name and company", rec{FirstName: "Ada", LastName: "Lovelace", Company: "Quill Nursery"}, mem{FirstName: "Ada", LastName: "Kowalska", Company: "Quill Nursery Inc"}, mem{FirstName: "Ada", LastName: "Kowalska", Company: "Quill Works"}, 1},
	{"given name and past company", rec{FirstName: "Ada", LastName: "Lovelace", Company: "Quill Nursery"}, mem{FirstName: "Ada", LastName: "Kowalska", Company: "Stone", Positions: []Position{{Company: "Quill Nursery"}}}, mem{FirstName: "Ada", LastName: "Kowalska", Company: "Stone", Positions: []Position{{Company: "Quill Works"}}}, 1},
	{"initial, start of the family name and company", rec{FirstName: "A", LastName: "Lovelace", Company: "Quill Nursery"}, mem{FirstName: "Ada", LastName: "Lowell", Company: "Quill Nursery"}, mem{FirstName: "Ada", LastName: "Lowell", Company: "Quill Works"}, 1},
	{"initial of the family name and company", rec{FirstName: "Loretta", LastName: "A", Company: "Quill Nursery"}, mem{FirstName: "Ada", LastName: "Lovelace", Company: "Quill Nursery"}, mem{FirstName: "Berta", LastName: "Lovelace", Company: "Quill Nursery"}, 1},
	{"consonants", rec{FirstName: "Ludmila", LastName: "Kazarin"}, mem{FirstName: "Lodmola", LastName: "Kozorun"}, mem{FirstName: "Lodmora", LastName: "Kozorun"}, 1},
	{"joined names", rec{FirstName: "Min Jun", LastName: "Kaal"}, mem{FirstName: "Minjun", LastName: "Kaal"}, mem{FirstName: "Sanjun", LastName: "Kaal"}, 3},
	{"family name and state", rec{FirstName: "Ada", LastName: "Lovelace", State: "TX", Country: "US"}, mem{FirstName: "Berta", LastName: "Lovelace", State: "Texas", Country: "US"}, mem{FirstName: "Berta", LastName: "Lovelace", State: "Ohio", Country: "US"}, 1},
	{"house number and street", rec{Street: "3030 Harrison St", PostalCode: "78701"}, mem{Street: "3030 Harrison Street", PostalCode: "78702"}, mem{Street: "3031 Harrison St", PostalCode: "78702"}, 1},
	{"house number and postal code", rec{Street: "3030 Harrison St", PostalCode: "78701"}, mem{Street: "3030 Elm St", PostalCode: "78701"}, mem{Street: "3031 Elm St", PostalCode: "78701"}, 1},
	{"an id of the network", rec{MemberToken: "LID77"}, mem{Token: "LID77"}, mem{Token: "LID78"}, 1},
	{"address of the profile", rec{ProfileURL: "https://www.linkedin.com/in/ada"}, mem{ProfileURL: "http://linkedin.com/in/Ada/"}, mem{ProfileURL: "linkedin.com/in/adam"}, 1},
	{"family name but one letter", rec{FirstName: "Ada", LastName: "Lovelace"}, mem{FirstName: "Agnes", LastName: "Lovelxce"}, mem{FirstName: "Agnes", LastName: "Lovelxxe"}, 1},
}

// The keys of companies, in the order of their list.
var companyKeys = []keyCase{
	{"each word", rec{Company: "Oak Nursery"}, mem{Company: "Stone Oak"}, mem{Company: "Stone Elm"}, 1},
	{"word pairs", rec{Company: "Quill Nursery Leeds"}, mem{Company: "Old Quill Nursery"}, mem{Company: "Old Garden"}, 5},
	{"joined prefix", rec{Company: "Quilfeather"}, mem{Company: "Quil Feast"}, mem{Company: "Quil Garden"}, 1},
	{"prefix of each word", rec{Company: "Old Quillfeather"}, mem{Company: "New Quillstone"}, mem{Company: "New Quilting"}, 1},
	{"acronym of the record", rec{Company: "International Business Machines"}, mem{Company: "IBM"}, mem{Company: "IBN"}, 1},
	{"acronym of the member", rec{Company: "IBM"}, mem{Company: "International Business Machines"}, mem{Company: "International Business Nachos"}, 1},
	{"domain", rec{Website: "https://www.qlf.com/about"}, mem{Website: "qlf.com"}, mem{Website: "qlg.com"}, 1},
	{"domain of the e-mail", rec{Email: "info@qlf.com"}, mem{Website: "qlf.com"}, mem{Website: "qlg.com"}, 1},
	{"site and name", rec{Website: "quillnursery.com"}, mem{Company: "Quill Nursery"}, mem{Company: "Quill Nurser"}, 1},
	{"phone", rec{Phone: "+1 512 777 1234"}, mem{Phone: "1-213-777-1234"}, mem{Phone: "512 777 1235"}, 1},
	{"start and city", rec{Company: "Quillfeather", City: "Leeds"}, mem{Company: "Quisling", City: "Leeds"}, mem{Company: "Quisling", City: "Lyon"}, 1},
	{"start and postal code", rec{Company: "Quillfeather", PostalCode: "78701"}, mem{Company: "Quisling", PostalCode: "78701"}, mem{Company: "Quisling", PostalCode: "78702"}, 1},
	{"name but one letter", rec{Company: "Quillfxr"}, mem{Company: "Qillfxr"}, mem{Company: "Qillfx"}, 1},
}

// Every key of the two lists brings a record and a member together that would
// not be compared without it, in a directory that is too large for wide keys.
func TestEveryBlockingKey(t *testing.T) {
	for kind, cases := range map[Kind][]keyCase{Person: personKeys, Company: companyKeys} {
		for _, c := range cases {
			t.Run(kind.String()+"/"+c.key, func(t *testing.T) {
				c.record.ID, c.member.ID, c.apart.ID = "r", "m", "x"
				keys := narrow(Keys(kind, c.record))
				if got := narrow(both(keys, MemberKeys(kind, c.member))); len(got) != c.shared {
					t.Errorf("%d keys in common, not %d", len(got), c.shared)
				}
				if got := candidatesOf(t, kind, c.record, c.member, c.apart); !slices.Equal(got, []string{"m"}) {
					t.Errorf("the candidates are %v", got)
				}
			})
		}
	}
}

func narrow(keys []uint64) []uint64 {
	return slices.DeleteFunc(slices.Clone(keys), func(k uint64) bool { return k&wideKey != 0 })
}

func both(a, b []uint64) []uint64 {
	return slices.DeleteFunc(slices.Clone(a), func(k uint64) bool { _, found := slices.BinarySearch(b, k); return !found })
}

// candidatesOf are the members that a record is compared with when wide keys are
// not followed.
func candidatesOf(t *testing.T, kind Kind, r Record, members ...Member) []string {
	p, err := newProblem(t.Context(), Input{Kind: kind, Records: Slice([]Record{r}), Members: Slice(members)})
	if err != nil {
		t.Fatal(err)
	}
	wide := slices.DeleteFunc(Keys(kind, r), func(k uint64) bool { return k&wideKey == 0 })
	x, err := newIndex(t.Context(), p.lex, kind, wide, p.records, p.members)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, i := range x.candidates(newKeyer(p.lex, kind), &p.records[0], nil) {
		ids = append(ids, p.members[i].id)
	}
	return ids
}

// A key is followed up to the cap of a directory of its size, and no further.
func TestKeyCap(t *testing.T) {
	for members, most := range map[int]int{1: 400, 100_000: 400, 550_000: 300, 1_000_000: 200, 40_000_000: 200} {
		if got := keyCap(members); got != most {
			t.Errorf("%d members: a key may have %d, not %d", members, got, most)
		}
	}
	for _, n := range []int{400, 401} {
		members := make([]Member, n)
		for i := range members {
			members[i] = Member{ID: fmt.Sprintf("m%03d", i), Phone: "512 777 1234"}
		}
		res, err := Run(t.Context(), Input{Records: Slice([]Record{{ID: "r", Phone: "512 777 1234"}}), Members: Slice(members)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if followed := n <= keyCap(n); res.Stats.Pairs > 0 != followed {
			t.Errorf("%d members have the number: %d of them compared", n, res.Stats.Pairs)
		}
	}
}
