package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseStatus;
import io.attestedmesh.releases.root.TrustRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** A report as one HTML file that fetches nothing, runs nothing, and reads well on paper and on a small screen. */
public final class HtmlReport {
    /** Stands within the first {@link #HEAD} bytes of each page. */
    private static final String GENERATOR = "amesh release audit";

    private static final int HEAD = 1024;

    private final AuditReport report;
    private final HtmlWriter html = new HtmlWriter();

    private HtmlReport(AuditReport report) {
        this.report = report;
    }

    /** The page, UTF-8 when written. */
    public static String of(AuditReport report) {
        return new HtmlReport(report).page();
    }

    /** Whether a file that begins so is a page of ours, which a newer one may replace. */
    public static boolean isPage(InputStream file) throws IOException {
        String head = new String(file.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
        return head.contains("\"generator\" content=\"" + GENERATOR + '"');
    }

    private String page() {
        html.open("html", "lang", "en").line();
        head();
        html.open("body").line();
        summary();
        html.open("main").line();
        findings();
        changes();
        keys();
        releases();
        images();
        logs();
        html.close().line();
        html.open("footer", "class", "soft");
        html.element(
                "p",
                "Written by amesh release audit. Only the trust root given to it is trusted; all else on this "
                        + "page is what the documents say.");
        html.close().line().close().line().close();
        return html.document();
    }

    private void head() {
        Stylesheet style = Stylesheet.load();
        html.open("head").line();
        html.empty("meta", "charset", "utf-8").line();
        html.empty("meta", "http-equiv", "Content-Security-Policy", "content", style.contentSecurityPolicy())
                .line();
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .line();
        html.empty("meta", "name", "generator", "content", GENERATOR).line();
        html.empty("meta", "name", "referrer", "content", "no-referrer").line();
        html.element("title", report.title()).line();
        html.style(style).line().close().line();
    }

    private void summary() {
        html.open("header").line().element("h1", report.title()).line();
        html.element("p", "Audit as of " + report.at(), "class", "soft").line();
        if (report.refusal().isPresent()) {
            html.open("p", "class", "verdict refused");
            html.element("span", "A client refuses this list: ", "class", "tag high");
            html.text(report.refusal().get()).close().line();
        } else if (report.accepted().isEmpty()) {
            html.open("p", "class", "verdict refused");
            html.element("span", "No verdict: ", "class", "tag medium");
            html.text(TextReport.NOT_JUDGED).close().line();
        } else {
            html.open("p", "class", "verdict");
            html.element("span", "A client accepts this list.", "class", "tag good")
                    .close()
                    .line();
        }
        html.open("ul", "class", "counts").line();
        for (Severity severity : Severity.GRAVEST_FIRST) {
            int count = report.counts().get(severity);
            html.open("li");
            html.element("span", String.valueOf(count), "class", "number " + (count == 0 ? "none" : severity.text()));
            html.text(severity.text()).close().line();
        }
        html.close().line();
        html.open("dl").line();
        fact("File", OneLine.of(report.file()));
        fact("Issued", Moments.words(report.list().issuedAt(), report.at()));
        fact("Expires", Moments.words(report.list().expiresAt(), report.at()));
        html.element("dt", "SHA-384").open("dd");
        hex(report.payloadDigest()).close().line();
        html.close().line().close().line();
    }

    private void fact(String name, String value) {
        html.element("dt", name).element("dd", value).line();
    }

    private HtmlWriter hex(Bytes value) {
        return html.element("code", value.hex(), "class", "hex", "title", value.hex());
    }

    private void section(String kind, String title, String... columns) {
        html.open("section", "class", kind).element("h2", title).line();
        html.open("table").line().open("thead").open("tr");
        for (String column : columns) {
            html.element("th", column, "scope", "col");
        }
        html.close().close().line().open("tbody").line();
    }

    private void endOfSection() {
        html.close().close().close().line();
    }

    /** A cell that bears its column's name where the screen is too narrow for a head. */
    private void labelled(String column, String value) {
        html.element("td", value, "data-label", column);
    }

    private void row(String head, String... cells) {
        html.open("tr").element("th", head, "scope", "row");
        for (String cell : cells) {
            html.element("td", cell);
        }
        html.close().line();
    }

    private void findings() {
        if (report.findings().isEmpty()) {
            html.open("section")
                    .element("h2", "Findings")
                    .element("p", "None.")
                    .close()
                    .line();
            return;
        }
        section("findings", "Findings", "Severity", "Finding", "About", "What was found, and what to do");
        for (Finding finding : report.findings()) {
            String severity = finding.severity().text();
            html.open("tr")
                    .open("td")
                    .element("span", severity, "class", "tag " + severity)
                    .close();
            html.open("td").element("code", finding.id().text(), "class", "id").close();
            html.element("td", finding.subject());
            html.open("td").element("p", finding.message());
            html.element("p", finding.advice(), "class", "soft").close().close().line();
        }
        endOfSection();
    }

    private void changes() {
        if (report.changes().isEmpty()) {
            return;
        }
        ChangesSince since = report.changes().get();
        String title = (since.words() ? "Changes since version " : "Digests since version ") + since.version();
        if (since.changes().isEmpty()) {
            html.open("section").element("h2", title);
            html.element("p", since.words() ? "None." : "None known.").close().line();
            return;
        }
        section("changes", title, "Release", "Change");
        since.changes().forEach(change -> row(change.subject().orElse("the list"), change.words()));
        endOfSection();
    }

    private void keys() {
        if (report.root().isEmpty()) {
            html.open("section").element("h2", "Keys");
            html.element("p", "There is no trust root that counts.").close().line();
            return;
        }
        TrustRoot root = report.root().get();
        section("keys", TextReport.signed(report, root), "Key", "Algorithm", "Signed", "Key id");
        for (KeyUse use : report.keys()) {
            html.open("tr").element("th", use.key().name(), "scope", "row");
            html.element("td", use.key().algorithm().joseName());
            html.open("td")
                    .element("span", TextReport.words(use.signed()), "class", "tag " + tone(use.signed()))
                    .close();
            html.open("td").element("code", use.key().keyId()).close().close().line();
        }
        html.close().close().line();
        html.open("p", "class", "soft");
        html.text("Trust root version " + root.version() + ", issued " + root.issuedAt() + ", expires "
                + Moments.words(root.expiresAt(), report.at()) + ", SHA-384 ");
        report.rootDigest().ifPresent(this::hex);
        html.close().close().line();
    }

    private static String tone(KeyUse.Signed signed) {
        return switch (signed) {
            case YES -> "good";
            case NO -> "info";
            case INVALID -> "high";
        };
    }

    private void releases() {
        section("releases", "Releases", "Release", "Status", "Registers", "Image and source");
        for (Release release : report.list().releases()) {
            html.open("tr").element("th", release.title(), "scope", "row");
            html.open("td").element("span", release.status().text(), "class", "tag " + tone(release.status()));
            TextReport.validity(release).forEach(line -> html.element("p", line, "class", "soft"));
            html.close().open("td").open("div", "class", "registers");
            release.pcrs().values().forEach((index, value) -> {
                html.element("span", "PCR" + index, "class", "label");
                hex(value);
            });
            html.close().close().open("td").open("div", "class", "registers");
            origin(release);
            html.close().close().close().line();
        }
        endOfSection();
    }

    private void origin(Release release) {
        release.image().ifPresent(image -> {
            html.element("span", "image", "class", "label");
            hex(image.sha384());
            html.element("span", "size", "class", "label").element("span", Words.count(image.size(), "byte"));
        });
        release.source().ifPresent(source -> {
            html.element("span", "source", "class", "label").element("span", source.repository());
            html.element("span", "commit", "class", "label");
            html.element("code", source.commit(), "class", "hex", "title", source.commit());
            html.element("span", "recipe", "class", "label");
            hex(source.recipe());
        });
        AuditReport.signerOf(release)
                .ifPresent(signer ->
                        html.element("span", "signer", "class", "label").element("span", signer));
    }

    private static String tone(ReleaseStatus status) {
        return switch (status) {
            case ACTIVE -> "good";
            case DEPRECATED -> "medium";
            case REVOKED -> "high";
        };
    }

    private void images() {
        if (report.images().isEmpty()) {
            return;
        }
        section("images", "Image files", "File", "Release", "SHA-384", "Size");
        for (AuditedImage image : report.images()) {
            html.open("tr").element("th", image.file(), "scope", "row");
            html.element("td", TextReport.releasesOf(image, report));
            html.open("td");
            hex(image.sha384()).close();
            html.element("td", Words.count(image.size(), "byte")).close().line();
        }
        endOfSection();
    }

    private void logs() {
        if (report.logs().isEmpty()) {
            return;
        }
        section("log", "Log", "Read from", "Origin", "Entries", "Of this list", "Checkpoint time", "Witnesses");
        for (LogFacts log : report.logs()) {
            html.open("tr").element("th", log.where(), "scope", "row");
            labelled("Origin", log.origin());
            labelled("Entries", String.valueOf(log.size()));
            labelled("Of this list", log.entries().map(String::valueOf).orElse("not read"));
            labelled("Checkpoint time", log.time().map(Instant::toString).orElse("none that counts"));
            labelled("Witnesses", String.valueOf(log.witnesses()));
            html.close().line();
        }
        endOfSection();
    }
}
