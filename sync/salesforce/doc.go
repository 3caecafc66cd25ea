// Package salesforce is a thin client of one Salesforce org: sign-in by OAuth, describe, REST query, Bulk 2.0 query,
// insertion of records, limits, and the facts a pre-flight check needs.
//
// It is written around five rules:
//
//   - Nothing is loaded whole: query results and bulk pages are iterators, and memory does not grow with an object's size.
//   - Nothing is believed uncounted: a page's rows are compared with the count Salesforce sent, and a job's rows with its total.
//   - Nothing that may have been committed is sent twice: a write whose answer was lost is [ErrOutcomeUnknown], for the caller to settle.
//   - A refresh token is used once: the answer is persisted before the access token in it is used.
//   - No secret and no personal data is in the text of an error: Salesforce puts field values into its messages, so those
//     travel in [Error.Message] and never in Error().
//
// Plain http is spoken with loopback addresses alone. The package imports nothing else of the product.
//
// # Files
//
//	app, address, authorize, loopback, exchange, grant, autherror  signing in, by browser and without a person
//	token, source, introspect, policy                              the tokens, and whoever asks for one
//	client, network, body, budget                                  one request: limits, retries, stalls, the day's budget
//	error, fault, classify                                         what went wrong, and what to do about it
//	identity, organization, describe, layout, preflight, forecast  what the org is, has, and lets us see
//	selection, query, record, values, deleted                      REST: queries, records, the deletion log
//	job, results, csv                                              bulk queries and their pages
//	write                                                          insertion, and what became of it
package salesforce
