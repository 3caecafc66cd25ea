// Package orgsim is the built-in Salesforce org: an HTTP server that speaks Salesforce's API and keeps an org's records,
// so that everything can be tried, shown and tested without an account anywhere. It is a part of the product, not a test
// double: any standard client can sign in to it and work with it.
//
// What it does as Salesforce does:
//
//   - sign-in: the web-server flow with PKCE, refresh tokens that rotate (using one twice ends them all), client
//     credentials, JWT bearer, revocation, introspection, userinfo, identity, OpenID configuration;
//   - API versions 50.0 to 68.0, older ones gone; doubled and trailing slashes; gzip both ways; Sforce-Limit-Info; errors;
//   - describe, layouts' related lists, limits, getDeleted and getUpdated;
//   - SOQL: field paths to parents, conditions, date literals, ORDER BY, LIMIT, OFFSET, COUNT(), COUNT(field), FIELDS();
//     pages of 2,000 records, columns=true, queryAll; the Tooling API's InstalledSubscriberPackage;
//   - Bulk API 2.0 queries: jobs, result pages with locators, resultPages, abort, delete, expiry;
//   - create, read, update, delete of one record and of collections, upsert of either by a unique key, with the checks of
//     types, lengths, picklists, references, ownership, record types and unique keys;
//   - the life of records (merge, convert, delete, undelete, purge) and faults by name, under /admin for this machine alone.
//
// What it does not: SOAP, Bulk API 1.0 and ingest, composite requests other than collections, Apex, flows,
// triggers, sharing (the integration user sees all), GROUP BY, subqueries and semi-joins, SOSL,
// person accounts, files and ContentNote, the id_token of OpenID Connect, and LastActivityDate moving with new tasks.
// Where Salesforce's documentation leaves a behaviour open it takes one of the ways, and the client must bear both.
//
// The records come from package world: the same seed and size make the same records, ids and stamps. They are made
// again whenever they are read, so an org of millions takes no more memory than one of thousands; only changes are kept.
//
// # Files
//
//	org, config, build, setup, journal, lock*                      an org: made, opened, kept
//	sample*, fixed, generated                                      its records, made from package world
//	route, transport, answer, admin, scenario, usage, certificate  a request: its way, limits, faults by name
//	describe, encode, tooling                                      what objects are, and how records are written down
//	query*, job*, results, replicate                               reading: REST, Bulk 2.0, what was deleted or changed
//	readone, write, key, collection, composite, check, derive      reading and writing of one record and of many
//	life, convert, personaccount                                   what an org's own users do to records
package orgsim
