package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.root.TrustRoot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A report as lines for a terminal: what the list is, then the findings. A revocation's reason stands in it as the list
 * has it, so the lines are to be printed with care for characters that turn or hide text.
 */
public final class TextReport {
    static final String NOT_JUDGED =
            "not judged, no trust root was given: the bundle agrees with itself, as a forged one would";

    private final AuditReport report;
    private final List<String> lines = new ArrayList<>();

    private TextReport(AuditReport report) {
        this.report = report;
    }

    public static List<String> of(AuditReport report) {
        TextReport text = new TextReport(report);
        text.summary();
        text.keys();
        text.releases();
        text.images();
        text.logs();
        text.changes();
        text.findings();
        return text.lines;
    }

    private void summary() {
        lines.add(report.title() + ", audited as of " + report.at());
        add("file", OneLine.of(report.file()));
        add("issued", Moments.words(report.list().issuedAt(), report.at()));
        add("expires", Moments.words(report.list().expiresAt(), report.at()));
        add("SHA-384", report.payloadDigest().hex());
        add("client", report.refusal().map(why -> "refuses it: " + why).orElse(verdict(report)));
    }

    /** Of a list that is not refused. */
    private static String verdict(AuditReport report) {
        return report.rootGiven() ? "accepts it" : NOT_JUDGED;
    }

    private void add(String name, String value) {
        lines.add(String.format(Locale.ROOT, "  %-10s %s", name, value));
    }

    private void title(String text) {
        lines.add("");
        lines.add(text);
    }

    private void keys() {
        if (report.root().isEmpty()) {
            title("Keys: there is no trust root that counts");
            return;
        }
        TrustRoot root = report.root().get();
        title(signed(report, root));
        add("root", "version " + root.version() + ", ends at " + Moments.words(root.expiresAt(), report.at()));
        report.rootDigest().ifPresent(digest -> add("", "SHA-384 " + digest.hex()));
        for (KeyUse use : report.keys()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-16s %-8s %-12s %s",
                    use.key().name(),
                    use.key().algorithm().joseName(),
                    words(use.signed()),
                    use.key().keyId()));
        }
    }

    /** As {@code Keys: 2 of 3 signed, 2 must (none to spare)}. */
    static String signed(AuditReport report, TrustRoot root) {
        long margin = report.signed() - root.keys().threshold();
        String words = margin < 0 ? -margin + " too few" : margin == 0 ? "none to spare" : margin + " to spare";
        return "Keys: " + report.signed() + " of " + root.keys().keys().size() + " signed, "
                + root.keys().threshold() + " must (" + words + ")";
    }

    static String words(KeyUse.Signed signed) {
        return switch (signed) {
            case YES -> "signed";
            case NO -> "not signed";
            case INVALID -> "invalid";
        };
    }

    private void releases() {
        title("Releases: " + report.list().releases().size());
        for (Release release : report.list().releases()) {
            String image =
                    release.pcrs().get(Registers.IMAGE).map(Words::digest).orElse("none");
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-24s %-11s PCR0 %s",
                    release.title(),
                    release.status().text(),
                    image));
            validity(release).forEach(line -> lines.add("      " + line));
            AuditReport.signerOf(release).ifPresent(signer -> lines.add("      signed by " + signer));
        }
    }

    /** When it is accepted, and why it is not. */
    static List<String> validity(Release release) {
        List<String> lines = new ArrayList<>();
        release.notBefore().ifPresent(time -> lines.add("from " + time));
        release.notAfter().ifPresent(time -> lines.add("until " + time));
        release.revocation().ifPresent(why -> lines.add(why.at() + ", " + why.reason()));
        return lines;
    }

    private void images() {
        if (report.images().isEmpty()) {
            return;
        }
        title("Image files");
        for (AuditedImage image : report.images()) {
            lines.add("  " + OneLine.of(image.file()) + ": " + releasesOf(image, report));
        }
    }

    static String releasesOf(AuditedImage image, AuditReport report) {
        List<String> titles =
                report.releasesOf(image).stream().map(Release::title).toList();
        return titles.isEmpty() ? "the file of no release" : Words.list(titles);
    }

    private void logs() {
        if (report.logs().isEmpty()) {
            return;
        }
        title("Log");
        for (LogFacts log : report.logs()) {
            lines.add("  " + log.where() + ": " + log.origin() + ", "
                    + (log.size() == 1 ? "1 entry" : log.size() + " entries")
                    + log.entries().map(own -> ", " + own + " of this list").orElse("") + ", checkpoint of "
                    + log.time().map(Instant::toString).orElse("no time that counts") + ", "
                    + "witnesses: " + log.witnesses());
        }
    }

    private void changes() {
        report.changes().ifPresent(since -> {
            title((since.words() ? "Changes since version " : "Digests since version ") + since.version());
            since.changes().forEach(change -> lines.add("  " + change));
            if (since.changes().isEmpty()) {
                lines.add(since.words() ? "  none" : "  none known");
            }
        });
    }

    private void findings() {
        List<String> counts = new ArrayList<>();
        for (Severity severity : Severity.GRAVEST_FIRST) {
            int count = report.counts().get(severity);
            if (count > 0) {
                counts.add(count + " " + severity.text());
            }
        }
        title("Findings: " + (counts.isEmpty() ? "none" : String.join(", ", counts)));
        for (Finding finding : report.findings()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-7s %s: %s",
                    finding.severity().text(),
                    finding.id().text(),
                    finding.subject()));
            lines.add("          " + finding.message());
            lines.add("          advice: " + finding.advice());
        }
    }
}
