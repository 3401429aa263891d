package io.attestedmesh.releases.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a browser, where there is one; a browser takes seconds, so this runs with the soak tests. */
@Tag("soak")
class HtmlReportInChromiumTest {
    private static final Path CHROMIUM = Stream.of(
                    System.getenv().getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator), -1))
            .map(folder -> Path.of(folder, "chromium"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(Path.of("no chromium"));

    private record Opened(String document, String log) {}

    @TempDir
    Path folder;

    @BeforeEach
    void findBrowser() {
        assumeTrue(Files.isExecutable(CHROMIUM), "there is no chromium on the path");
    }

    private Opened open(String html) throws Exception {
        Path page = Files.writeString(folder.resolve("page.html"), html);
        Path out = folder.resolve("out");
        Path log = folder.resolve("log");
        List<String> command = List.of(
                CHROMIUM.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--enable-logging=stderr",
                "--user-data-dir=" + folder.resolve("profile"),
                "--dump-dom",
                page.toUri().toString());
        Process browser = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(log.toFile())
                .start();
        assertThat(browser.waitFor(60, TimeUnit.SECONDS))
                .as("the browser ended")
                .isTrue();
        return new Opened(Files.readString(out), consoleOf(log));
    }

    private static String consoleOf(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return String.join(
                    "\n", lines.filter(line -> line.contains("CONSOLE")).toList());
        }
    }

    @Test
    void page_opensWithItsTitleAndNothingToComplainAbout() throws Exception {
        AuditReport report = HtmlReportTest.full().audit();
        Opened opened = open(HtmlReport.of(report));
        assertThat(opened.document()).contains("<title>acme-kms version 3</title>");
        assertThat(opened.log()).isEmpty();
    }

    @Test
    void page_whoseStyleWasChanged_isShownWithoutIt() throws Exception {
        String page = HtmlReport.of(HtmlReportTest.full().audit()).replace("margin: 0 auto;", "margin: 1px auto;");
        assertThat(open(page).log()).contains("Content Security Policy");
    }
}
