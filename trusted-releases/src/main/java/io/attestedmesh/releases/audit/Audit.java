package io.attestedmesh.releases.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Looks at a list with an auditor's eyes. Whatever a client would say, all that can be read is looked at. */
public final class Audit {
    private static final List<Check> CHECKS = List.of(
            new SignatureChecks(),
            new ExpiryChecks(),
            new RegisterChecks(),
            new SharingChecks(),
            new ReleaseChecks(),
            new CertificateChecks(),
            new ImageChecks(),
            new OtherListChecks(),
            new HistoryChecks(),
            new RevocationChecks(),
            new LogChecks(),
            new CheckpointChecks());

    private final Optional<Duration> horizon;

    /**
     * An audit that announces what ends within {@code horizon}; if empty, within 30 days, or for what lives less than 90
     * days in the last third of its life.
     */
    public Audit(Optional<Duration> horizon) {
        this.horizon = horizon;
    }

    /** The report as of {@code at}; the same subject and instant give the same report. */
    public AuditReport of(AuditSubject subject, Instant at) {
        Examined examined = Examined.of(subject, horizon, at);
        ClientVerdict verdict = ClientVerdict.of(subject.list(), examined.roots(), at);
        Findings findings = new Findings();
        verdict.refusal().ifPresent(why -> findings.add(FindingId.LIST_REFUSED, examined.title(), why));
        CHECKS.forEach(check -> check.look(examined, findings));
        return report(examined, verdict, findings);
    }

    private static AuditReport report(Examined examined, ClientVerdict verdict, Findings findings) {
        AuditSubject subject = examined.subject();
        return new AuditReport(
                examined.at(),
                subject.list().file(),
                examined.list(),
                subject.list().envelope().payloadDigest(),
                !subject.roots().isEmpty(),
                verdict.refusal(),
                examined.root(),
                examined.rootDigest(),
                examined.root()
                        .map(root -> SignatureChecks.uses(examined, root))
                        .orElse(List.of()),
                subject.images(),
                LogFacts.of(examined),
                subject.since().isPresent()
                        ? Optional.of(ChangesSince.of(examined, subject.since().getAsLong()))
                        : Optional.empty(),
                findings.sorted(),
                findings.counts());
    }
}
