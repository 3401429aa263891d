/**
 * The auditor's page about a signed list: what a client says of it, and everything that a client does not ask about.
 * Nothing that is read here is trusted but the roots that the auditor brings.
 *
 * <pre>{@code
 * AuditedList list = AuditedList.parse("bundle.json", bytes);
 * AuditSubject subject = new AuditSubject(
 *         list, List.of(SignedEnvelope.parse(rootBytes)), Optional.empty(), List.of(), List.of(), OptionalLong.empty());
 * AuditReport report = new Audit(Optional.empty()).of(subject, clock.instant());
 * report.findings().forEach(finding -> out.println(finding.id().text() + ": " + finding.message()));
 * if (report.hasAtLeast(Severity.MEDIUM)) {
 *     Files.writeString(page, HtmlReport.of(report));
 * }
 * }</pre>
 */
package io.attestedmesh.releases.audit;
