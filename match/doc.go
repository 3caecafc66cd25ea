// Package match finds out which CRM record and which member of the directory
// are the same person or company, and says why.
//
// It is a library of pure functions: records, members, decisions and a model
// in; links, reasons and evidence out. The same input and model give the same
// bytes on any number of processors and in any order of the input.
//
// # Model
//
// The model is Fellegi and Sunter's, scored per record with an explicit
// outcome "not in the directory". For record i and candidates j in a directory
// of N members, with the prior pi that a record has a member at all,
//
//	w_ij = sum over fields of log2(m[level] / u[level or value])     in bits
//	P_ij = pi/N 2^w_ij / ((1-pi) + pi/N sum_k 2^w_ik)
//
// Two namesakes share the mass and go to review by themselves. Weights are whole
// thousandths of a bit, so that prior and rows of an Evidence add up exactly.
//
// m, the share of true pairs at each level, is fitted by EM on a sample of the
// records (20,000, chosen by the hash of their ids), held back by start values,
// by levels that EM may not learn (a given or family name that differs: EM
// would fill it with successors in a post), and by floors for things that do
// happen, such as a change of employer. u, the share of others that agree as
// well, is the frequency of the value in the directory, corrected as Good and
// Turing did (a value seen once is rarer than it looks); levels without a value
// have the share among 400,000 pairs chosen by hash. Given and family name
// together have at least the frequency that they have in the member's country.
//
// # Fields
//
// People: given name (also nicknames, initials, other given names, skeletons of
// consonants across scripts), family name (parts of compounds, particles,
// spellings such as Chung and Jeong), their order, e-mail, names in the e-mail
// address where a name is missing, abbreviated or former, phone, street, place,
// employer (present, past, or the company that the contact's account is linked
// to), the mail domain against the employer, title. Companies: name, web site,
// phone, street, place, size and industry.
//
// The name gate keeps what belongs to a post or a household (title, company,
// phone, place, shared address) from making a link without the name: it is
// capped at 6 bits when one name differs, and a pair of which both differ is
// none. A rare family name says little when the given name differs, since
// relatives share it. What contradicts is not set off by what is capped. An
// address of either side that has the other's name makes up for a name that
// differs. Two companies that share nothing but an address are held back alike:
// a house has many tenants. Names in Han signs cannot be compared with Latin ones
// (nobody can tell how the signs are read): such pairs can reach review, never
// an automatic link.
//
// Company names are compared by the information of the words that they share
// (not by letters): legal forms come off, and are compared apart; words that
// only look alike count less; u is the frequency of the shared words together,
// for which words in a row are not independent. Two companies of one name have
// sites of one name, so another ending of the domain speaks against them; so does
// another branch in brackets. How frequent a word of a name or a phone number is,
// is judged by the records too: a switchboard that ten of them have is no rare
// number, even if the directory has it once.
//
// Companies whose names are alike share phone, web site and town, the same company
// or not: branches, subsidiaries. How often, by how far the names agree, is counted
// among the directory's own members, which are different by what a directory is;
// what agrees between such a record and member has at least that u.
//
// The model learns which mail domains the people of a company use from sure
// links (probability .99, three members): "house.mi.gov" is the Michigan House.
//
// # Candidates
//
// A member is compared with a record if they share a key (Keys, MemberKeys).
// Keys that more than a few hundred members have are not followed; wide keys,
// which by themselves say little (a family name alone), only while few have
// them. A record also looks with given and family name crosswise. The set of keys
// not followed is part of the model.
//
// # Runs
//
// Run trains a model, or takes a frozen one; scores every record; and gives each
// member to at most one record, best pairs first. Decisions come first and
// stick: they survive edits, runs and models. Ids that the CRM holds come next.
// A record that lost its member to a better one is named a duplicate of it.
// Every record without a member has a Reason.
//
// Rematch does the same for what a change touches, through a Source of stored
// rows, and ends where a full run with the same model ends. It scores only the
// records that changed, that share a key with a changed member, or that a
// decision came on. Their rivals keep the claims of the last run (Claim) and
// are followed only as far as members change hands.
//
// Decisions calibrate the probabilities (from 30 on, by beta calibration, held
// towards no correction); Tune shows what another threshold would do, from the
// share that is right in each band of scores, since doubtful pairs are judged
// more often than sure ones; Drift warns of a step change and names the column
// that went empty; Questions picks what people are asked about.
//
// # Figures
//
// On data sets with known truth, one-to-one, pairs of probability .50 and more;
// auto is the precision of those of .95 and more. Their errors were studied while
// the model was made, so data not seen here may come out a little worse.
//
//	set                  precision  recall  F1      auto   calibration error  noise
//	openstates-hard      .997       .986    .991    1.000  .007, then .005    .005, .007
//	openstates           .999       .995    .997    1.000  .003, then .003    .002, .004
//	openstates-full      .998       .996    .997    1.000  .002, then .001    .002, .003
//	synth20k people      .994       .984    .989    .998   .008, then .005    .004, .007
//	synth20k companies   1.000      .991    .995    1.000  .018, then .006    .006, .009
//	listed               .975       .951    .963    .997   .012, then .013    .008, .012
//	chicago-sites        .970       .976    .973    .982   .033, then .014    .018, .026
//	fake1000             1.000      .928    .963    1.000  .020, then .028    .017, .024
//	febrl4               1.000      .981    .990    1.000  .009, then .001    .001, .001
//
// The calibration error is the mean distance between probability and truth over
// 12 bins, before and after 200 decisions about the other half of the set, taken
// for both halves, over all pairs that somebody can be asked about (Questions): links,
// what is in review, and the best candidate of a record without a member unless another
// record has it. The decisions are the first that Questions asks for. bench match
// prints it with the Brier score. Noise is the error that probabilities which are
// right by definition would show on so few pairs after so many decisions: the mean, and
// what 95 draws of 100 stay under. Two sets show more than that. listed does barely,
// since the doubtful pairs that teach most are not like all in review: asked by chance
// alone it shows .011. fake1000 has 200 such pairs, of which 190 are sure and right; the
// error is that of the other ten, of which seven are right.
//
// Generated companies of which a third have subsidiaries that share phone or web
// site (4,100 members, 3,000 records): F1 .965, auto .992; without the count among
// like-named members .833 and .815.
//
// NameSimilarity, which compares two written names by themselves and suggests
// the CRM user of a seat, reaches a best F1 of .881 on 401 labelled pairs; the
// model compares names by levels and frequencies instead.
//
// One million members and 256,000 records of the generator: precision .982,
// recall .973, F1 .977, 23.5 million pairs; 54.4 CPU seconds, 30 seconds, 1.37 GB
// at most, on two quiet cores. Bounds decide most pairs of words without a string
// distance, and what a comparison needs is read for many members at once, since
// reading is what it waits for.
//
// What is still wrong: on chicago-sites 19 links, of which 18 share the phone, 9
// the whole name, and 7 number and street; 12 are of records for which the truth
// has no member at all;
// on febrl4, people whose whole name, or one of the two, was replaced at the same
// address, who here are other people; on listed, funds renamed or cut off at a
// hyphen; on openstates, given names that no table knows for each other (Topper
// for Francis), and namesakes by given name in one house.
//
// # Files
//
//	types, field, level, bits, vector               what goes in, and the fields with their levels of agreement
//	run, rematch, source, problem, load, progress   a whole run, an incremental one, and what both look at
//	lexicon, entity, table, frequency, weigh        every value once, in compact form, and how frequent it is
//	index, keys*                                    candidates: which members a record is compared with
//	compare*, jaro                                  the comparison, field by field
//	train, kin, learn, model*, calibrate            what is learned, and how it is kept
//	score, contest, assign, claim, decide, outcome  from scores to one member for a record, under people's decisions
//	evidence, explain                               why
//	tune*, questions, drift*                        thresholds, what people are asked about, step changes
//	search, similarity                              members found by hand, names alone
package match
