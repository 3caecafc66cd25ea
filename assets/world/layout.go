package world

// layout says how many of everything there are and who belongs to whom. All of
// it is arithmetic on indexes, forwards and backwards, because nothing may be
// searched or stored.
//
// Persons 0..contactPersons-1 are those with a contact of their own, then come
// those with only a lead, then those that only the network knows. The companies
// are in the same order: those with an account, those of leads, the others.
type layout struct {
	contacts, leads, accounts, opportunities, contactRoles, users, roles int

	contactPersons, leadPersons, networkPersons, persons int
	accountCompanies, leadCompanies, companies           int
	coreMembers, members                                 int
}

// The shares of the layout.
const (
	contactBlock = 16 // the last contact of each block repeats another person
	accountBlock = 16 // the last account of each block repeats another company
	leadBlock    = 5  // the last lead of each block is a person with a contact
	staffBlock   = 40 // persons that fill one block of companies
	memberBlock  = 20 // persons of whom memberSlots are in the network
)

// staff are the sizes of the companies of one block; they add up to staffBlock.
var staff = [...]int{13, 8, 6, 4, 3, 2, 2, 2}

// memberSlots are the places of a block whose persons are in the network.
var memberSlots = [...]int{0, 1, 3, 4, 5, 7, 9, 10, 12, 13, 15, 16, 18}

func newLayout(contacts int) layout {
	l := layout{contacts: contacts, leads: contacts / 3, roles: min(12+contacts/5000, 60)}
	l.users = min(12+contacts/110, 2500)
	l.contactPersons = primaries(contacts, contactBlock)
	l.leadPersons = primaries(l.leads, leadBlock)
	l.networkPersons = contacts * 3 / 10
	l.persons = l.contactPersons + l.leadPersons + l.networkPersons
	if l.contactPersons > 0 {
		last, _ := employer(l.contactPersons - 1)
		l.accountCompanies = last + 1
	}
	l.leadCompanies = (l.leadPersons + 2) / 3
	l.companies = l.accountCompanies + l.leadCompanies + (l.networkPersons+3)/4
	l.accounts = l.accountCompanies + l.accountCompanies/(accountBlock-1)
	l.opportunities = min(contacts/6, l.accountCompanies/3*5)
	l.contactRoles = l.opportunities * 7 / 5
	l.coreMembers = membersBelow(l.contactPersons + l.leadPersons)
	l.members = l.coreMembers + l.networkPersons
	return l
}

// primaries returns how many of n rows are not the last of their block.
func primaries(n, block int) int { return n - n/block }

// primary returns the ordinal of row i among the primary rows, or false for the
// last row of a block, which repeats another.
func primary(i, block int) (int, bool) {
	if i%block == block-1 {
		return 0, false
	}
	return i/block*(block-1) + i%block, true
}

// row is the inverse of primary.
func row(ordinal, block int) int { return ordinal/(block-1)*block + ordinal%(block-1) }

// employer returns the company whose staff a person with a contact belongs to,
// and the person's place in it.
func employer(person int) (company, place int) {
	block, rest := person/staffBlock, person%staffBlock
	for i, size := range staff {
		if rest < size {
			return block*len(staff) + i, rest
		}
		rest -= size
	}
	return block*len(staff) + len(staff) - 1, rest
}

// employees returns the first person of a company with an account and how many
// of its people have a contact; always at least one.
func (l *layout) employees(company int) (first, n int) {
	block, place := company/len(staff), company%len(staff)
	first = block * staffBlock
	for _, size := range staff[:place] {
		first += size
	}
	return first, min(staff[place], l.contactPersons-first)
}

// membersBelow returns how many of the persons 0..n-1 with a record in the CRM
// are in the network.
func membersBelow(n int) int {
	full, rest := n/memberBlock, n%memberBlock
	count := full * len(memberSlots)
	for _, slot := range memberSlots {
		if slot < rest {
			count++
		}
	}
	return count
}

// memberOf returns the member that a person is, or None.
func (l *layout) memberOf(person int) int {
	core := l.contactPersons + l.leadPersons
	if person >= core {
		return l.coreMembers + person - core
	}
	for i, slot := range memberSlots {
		if slot == person%memberBlock {
			return person/memberBlock*len(memberSlots) + i
		}
	}
	return None
}

// personOf is the inverse of memberOf.
func (l *layout) personOf(member int) int {
	if member >= l.coreMembers {
		return l.contactPersons + l.leadPersons + member - l.coreMembers
	}
	return member/len(memberSlots)*memberBlock + memberSlots[member%len(memberSlots)]
}
