package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.fixture.Publisher;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlReportTest {
    private static final Pattern FETCHES =
            Pattern.compile("(?i)<(script|link|img|iframe|object|embed|base|form)\\b|url\\(");

    /** With everything that the page can show. */
    static AuditWorld full() {
        AuditWorld world = new AuditWorld();
        world.core.withoutSource().notBefore(world.at.minus(Duration.ofDays(9)));
        world.images.add(new AuditedImage("<img src=x>.eif", Publisher.register(9, 20), 4));
        world.edge.revoked(world.at, "<script>alert('x')</script> & \"more\"");
        world.since = OptionalLong.of(2);
        world.earlier(2, Duration.ofDays(1), new ReleaseDraft("kms-edge", "0.9.0", 3));
        return world;
    }

    @Test
    void page_showsEveryFinding() {
        AuditReport report = full().audit();
        String page = HtmlReport.of(report);
        assertThat(report.findings()).isNotEmpty();
        for (Finding finding : report.findings()) {
            assertThat(page).contains(">" + finding.id().text() + "<");
        }
    }

    @Test
    void page_hasEveryRegisterWhole() {
        AuditReport report = full().audit();
        String page = HtmlReport.of(report);
        report.list()
                .releases()
                .forEach(release -> release.pcrs()
                        .values()
                        .values()
                        .forEach(value -> assertThat(page).contains(">" + value.hex() + "</code>")));
    }

    @Test
    void page_fetchesAndRunsNothing() {
        String page = HtmlReport.of(full().audit());
        assertThat(FETCHES.matcher(page).find()).isFalse();
        assertThat(page)
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;")
                .contains("&lt;img src=x&gt;.eif");
    }

    @Test
    void page_forbidsAllButItsOwnStyle() {
        String page = HtmlReport.of(full().audit());
        assertThat(page)
                .contains("http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;;"
                        + " style-src &#39;sha256-")
                .doesNotContain(" style=");
    }

    @Test
    void page_ofCleanList_saysSo() {
        AuditWorld world = new AuditWorld();
        assertThat(HtmlReport.of(world.audit()))
                .contains("<title>acme-kms version 3</title>")
                .contains("A client accepts this list.")
                .contains("<h2>Findings</h2><p>None.</p>");
    }

    @Test
    void page_ofABundleThatVouchesForItself_givesNoVerdict() {
        AuditWorld world = new AuditWorld();
        world.rootIsGiven = false;
        assertThat(HtmlReport.of(world.audit()))
                .contains("No verdict:")
                .contains(TextReport.NOT_JUDGED)
                .doesNotContain("A client accepts this list.");
    }

    @Test
    void page_isKnownAsOne() throws Exception {
        byte[] page = HtmlReport.of(full().audit()).getBytes(StandardCharsets.UTF_8);
        assertThat(HtmlReport.isPage(new ByteArrayInputStream(page))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "<!DOCTYPE html>", "written by amesh release audit"})
    void anythingElse_isNoPage(String content) throws Exception {
        InputStream file = new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
        assertThat(HtmlReport.isPage(file)).isFalse();
    }

    @Test
    void page_withoutRoot_saysSo() {
        AuditWorld world = new AuditWorld();
        world.rootIsGiven = false;
        world.isBundle = false;
        assertThat(HtmlReport.of(world.audit()))
                .contains("A client refuses this list:")
                .contains("There is no trust root that counts.");
    }
}
