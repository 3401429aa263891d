package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.list.ImageFile;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import io.attestedmesh.releases.list.Revocation;
import io.attestedmesh.releases.list.SourceCode;
import io.attestedmesh.releases.trust.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code amesh release audit}. */
class AuditTest {
    @TempDir
    Path folder;

    private Publisher publisher;

    @BeforeEach
    void publish() throws Exception {
        publisher = Publisher.withLog(folder.resolve("log"), 1);
        publish("bundle.json", 1, release("1.4.2", 1));
        Files.write(
                folder.resolve("root.json"), publisher.roots().get(0).encode().toByteArray());
    }

    private void publish(String file, long version, Release... releases) throws IOException {
        ReleaseList list = new ReleaseList(
                Publisher.LIST, version, Publisher.NOW, Publisher.NOW.plus(Duration.ofDays(60)), List.of(releases));
        write(file, publisher.publish(list));
    }

    private void write(String file, Bundle bundle) throws IOException {
        Files.write(folder.resolve(file), bundle.encode().toByteArray());
    }

    private static Release release(String version, int seed) {
        return new Release(
                "kms-core",
                version,
                ReleaseStatus.ACTIVE,
                Publisher.code(seed),
                Optional.of(new ImageFile(Publisher.register(seed, 20), 50_000_000)),
                Optional.of(new SourceCode(
                        "https://git.example/kms-core", "0123456789".repeat(4), Publisher.register(seed, 21))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** With the list, and its root and log unless they are named. */
    private CommandRun audit(String... more) {
        List<String> arguments = new ArrayList<>(List.of("bundle.json", "--root", "@root.json", "--log", "@log"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private CommandRun run(String... arguments) {
        List<String> resolved = new ArrayList<>(
                List.of("release", "audit", folder.resolve(arguments[0]).toString()));
        for (String argument : List.of(arguments).subList(1, arguments.length)) {
            resolved.add(
                    argument.startsWith("@")
                            ? folder.resolve(argument.substring(1)).toString()
                            : argument);
        }
        return new CommandRun.Setting().at(Publisher.NOW).run(resolved.toArray(String[]::new));
    }

    @Test
    void cleanList_isDoneAndSaysWhoSigned() {
        CommandRun run = audit();
        assertThat(run.status()).as(run.out()).isEqualTo(ExitStatus.DONE);
        assertThat(run.outLines())
                .contains("  client     accepts it")
                .contains("Keys: 2 of 3 signed, 2 must (none to spare)")
                .contains("Findings: 1 info")
                .contains("  info    key-unused: carol");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"info,REJECTED", "low,DONE", "medium,DONE", "high,DONE"})
    void info_failsOnInfoAlone(String failOn, ExitStatus status) {
        assertThat(audit("--fail-on", failOn).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"info,REJECTED", "low,REJECTED", "medium,REJECTED", "high,DONE"})
    void medium_failsUpToMedium(String failOn, ExitStatus status) {
        CommandRun run = audit("--horizon", "60d", "--fail-on", failOn);
        assertThat(run.out()).contains("Findings: 1 medium, 1 info");
        assertThat(run.status()).isEqualTo(status);
    }

    @Test
    void laterTime_findsTheListExpired() {
        CommandRun run = audit("--at", "2027-01-19T10:00:00Z");
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out()).contains("refuses it: LIST_EXPIRED").contains("high    list-expired");
    }

    @Test
    void widerHorizon_announcesMore() {
        assertThat(audit("--horizon", "60d").out()).contains("medium  list-expires-soon");
    }

    @Test
    void rootOfOthers_isToldByTheClientsReason() throws Exception {
        Bundle other = Publisher.withoutLog().publish(publisher.list(1));
        Files.write(folder.resolve("root.json"), other.roots().get(0).encode().toByteArray());
        CommandRun run = audit();
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out())
                .contains("high    list-refused: acme-kms version 1")
                .contains("ROOT_FORK");
    }

    @Test
    void json_isOneObjectWithFindings() throws Exception {
        CommandRun run = audit("--json");
        assertThat(run.outLines()).hasSize(1);
        JsonNode report = new ObjectMapper().readTree(run.out());
        assertThat(report.get("accepted").asBoolean()).isTrue();
        assertThat(report.get("refusal").isNull()).isTrue();
        assertThat(report.at("/root/margin").asInt()).isZero();
        assertThat(report.at("/keys/2/signed").asText()).isEqualTo("no");
        assertThat(report.at("/releases/0/pcrs/0").asText()).hasSize(96);
        assertThat(report.at("/releases/0/image/size").asInt()).isEqualTo(50_000_000);
        assertThat(report.at("/logs/1/entries").asInt()).isEqualTo(1);
        assertThat(report.at("/counts/info").asInt()).isEqualTo(1);
        assertThat(report.at("/findings/0/id").asText()).isEqualTo("key-unused");
    }

    @Test
    void json_hasReleasesAsShowHasThem() throws Exception {
        publish(
                "bundle.json",
                2,
                release("1.4.2", 1),
                release("1.4.1", 2).revoked(new Revocation(Publisher.NOW, "key leaked")));
        String bundle = folder.resolve("bundle.json").toString();
        JsonNode shown = new ObjectMapper()
                .readTree(CommandRun.of("release", "show", bundle, "--json")
                        .outLines()
                        .get(1));
        JsonNode audited = new ObjectMapper().readTree(audit("--json").out());
        assertThat(audited.get("releases")).isEqualTo(shown.get("releases"));
        assertThat(audited.at("/releases/1/revoked/reason").asText()).isEqualTo("key leaked");
    }

    @Test
    void json_hasTheMembersOfTheDocument() throws Exception {
        List<String> members = new ArrayList<>();
        JsonNode report = new ObjectMapper().readTree(audit("--json").out());
        report.fieldNames().forEachRemaining(members::add);
        String document = Files.readString(
                Path.of(System.getProperty("project.root", ".."), "docs", "releases-audit.md"), StandardCharsets.UTF_8);
        String described = document.substring(document.indexOf("## JSON"), document.indexOf("## HTML"));
        assertThat(members).hasSize(17);
        report.get("releases").get(0).fieldNames().forEachRemaining(members::add);
        assertThat(members).allMatch(member -> described.contains("`" + member + "`"));
    }

    @Test
    void html_isWrittenOverAnEarlierOne() throws Exception {
        Path page = Files.createFile(folder.resolve("audit.html"));
        audit("--html", "@audit.html", "--horizon", "60d");
        assertThat(Files.readString(page)).contains("list-expires-soon");
        CommandRun run = audit("--html", "@audit.html");
        assertThat(run.status()).isEqualTo(ExitStatus.DONE);
        assertThat(Files.readString(page))
                .startsWith("<!DOCTYPE html>")
                .contains("<title>acme-kms version 1</title>")
                .contains("key-unused")
                .doesNotContain("list-expires-soon");
    }

    @ParameterizedTest
    @ValueSource(strings = {"root.json", "bundle.json", "log"})
    void html_overAnythingElse_isUsage(String file) throws Exception {
        Path taken = folder.resolve(file);
        byte[] before = Files.isDirectory(taken) ? new byte[0] : Files.readAllBytes(taken);
        CommandRun run = audit("--html", "@" + file);
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains(taken.toString());
        assertThat(Files.isDirectory(taken) ? new byte[0] : Files.readAllBytes(taken))
                .isEqualTo(before);
    }

    @Test
    void withoutRoot_thereIsNoVerdict() throws Exception {
        CommandRun run = run("bundle.json", "--json");
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        JsonNode report = new ObjectMapper().readTree(run.out());
        assertThat(report.get("accepted").isNull()).isTrue();
        assertThat(report.at("/findings/0/id").asText()).isEqualTo("root-not-given");
        assertThat(report.at("/findings/0/severity").asText()).isEqualTo("high");
    }

    @Test
    void html_thatCannotBeWritten_isFailure() {
        assertThat(audit("--html", "@absent/audit.html").status()).isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void earlierList_givesChangesInWords() throws Exception {
        Files.move(folder.resolve("bundle.json"), folder.resolve("before.json"));
        publish("bundle.json", 2, release("1.4.2", 1).deprecated(), release("1.5.0", 2));
        CommandRun run = audit("--other", "@before.json", "--since", "1");
        assertThat(run.status()).as(run.out()).isEqualTo(ExitStatus.DONE);
        assertThat(run.outLines())
                .containsSubsequence("Changes since version 1", "  kms-core 1.4.2: active became deprecated")
                .anyMatch(line -> line.startsWith("  kms-core 1.5.0: added, active, PCR0 "));
    }

    @Test
    void sinceWithTheLogAlone_givesDigests() throws Exception {
        publish("bundle.json", 2, release("1.5.0", 2));
        CommandRun run = audit("--since", "1");
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out())
                .contains("Digests since version 1")
                .contains("  acme-kms version 2: SHA-384 ")
                .contains("low     since-unknown");
    }

    @Test
    void imageThatDiffers_isFoundByItsName() throws Exception {
        Files.writeString(folder.resolve("kms-core-1.4.2.eif"), "something else");
        Files.writeString(folder.resolve("other.eif"), "something else");
        CommandRun run = audit("--image", "@kms-core-1.4.2.eif", "@other.eif");
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(run.out())
                .contains("high    image-differs: " + folder.resolve("kms-core-1.4.2.eif"))
                .contains("medium  image-unknown: " + folder.resolve("other.eif"));
    }

    @Test
    void signedListAlone_isAudited() throws Exception {
        Bundle bundle = Bundle.parse(Bytes.of(Files.readAllBytes(folder.resolve("bundle.json"))));
        Files.write(folder.resolve("list.json"), bundle.list().encode().toByteArray());
        CommandRun run = run("list.json", "--root", "@root.json");
        assertThat(run.status()).as(run.out()).isEqualTo(ExitStatus.DONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"log", "root.json", "draft.json", "junk.json"})
    void listOfAnotherKind_isUsage(String list) throws Exception {
        wrongFiles();
        CommandRun run = run(list, "--root", "@root.json");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("amesh: error: ").contains(list);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--root,@junk.json",
        "--root,@draft.json",
        "--root,@log",
        "--root,@halfroot.json",
        "--log,@junk.json",
        "--log,@empty",
        "--log,@torn",
        "--image,@log",
        "--other,@junk.json",
        "--other,@root.json",
        "--since,x",
        "--since,0",
        "--since,-1",
        "--at,yesterday",
        "--horizon,soon",
        "--fail-on,HIGH"
    })
    void wrongArgument_isUsage(String option, String value) throws Exception {
        wrongFiles();
        CommandRun run = run("bundle.json", option, value);
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void absentList_isFailure() {
        CommandRun run = run("absent.json", "--root", "@root.json");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("no such file: " + folder.resolve("absent.json"));
    }

    @ParameterizedTest
    @CsvSource({"--root,@absent.json", "--log,@absent", "--image,@absent.eif", "--other,@absent.json"})
    void absentFile_isFailure(String option, String value) {
        CommandRun run = run("bundle.json", option, value);
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("no such file: " + folder.resolve(value.substring(1)));
        assertThat(run.out()).isEmpty();
    }

    @Test
    void damagedLog_isAFindingAndNoFailure() throws Exception {
        Files.delete(folder.resolve("log/tile/entries/000.p/1"));
        CommandRun run = audit("--json");
        assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
        JsonNode report = new ObjectMapper().readTree(run.out());
        assertThat(report.at("/findings/0/id").asText()).isEqualTo("log-damaged");
        assertThat(report.at("/logs/1/entries").isNull()).isTrue();
    }

    @Test
    void rootBeforeTheList_takesOneFile() {
        CommandRun run = new CommandRun.Setting()
                .at(Publisher.NOW)
                .run(
                        "release",
                        "audit",
                        "--root",
                        folder.resolve("root.json").toString(),
                        folder.resolve("bundle.json").toString());
        assertThat(run.status()).as(run.err()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void rootTwice_isRepeated() throws Exception {
        publisher.replace("bob");
        write("bundle.json", publisher.publish(publisher.list(2, release("1.4.2", 1))));
        Files.write(
                folder.resolve("root.2.json"), publisher.roots().get(1).encode().toByteArray());
        CommandRun run = audit("--root", "@root.2.json");
        assertThat(run.out()).contains("  root       version 2,").contains("  client     accepts it");
    }

    @Test
    void listBehindFiles_isMissingAndSaysWhereItStands() {
        CommandRun run = new CommandRun.Setting()
                .run(
                        "release",
                        "audit",
                        "--image",
                        "kms.eif",
                        folder.resolve("bundle.json").toString());
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.errLines())
                .containsExactly(
                        "amesh: error: LIST is missing",
                        "amesh: hint: put LIST before --image and --other: they take all files that follow them");
    }

    @Test
    void help_showsTheListAsRequired() {
        assertThat(CommandRun.of("release", "audit", "--help").out()).contains("]... LIST" + System.lineSeparator());
    }

    private void wrongFiles() throws IOException {
        Files.createDirectory(folder.resolve("empty"));
        Files.createDirectory(folder.resolve("torn"));
        Files.writeString(folder.resolve("torn/checkpoint"), "no note");
        Bytes half = Bytes.of("{\"list\":\"acme-kms\",\"threshold\":2}".getBytes(StandardCharsets.UTF_8));
        Files.write(
                folder.resolve("halfroot.json"),
                SignedEnvelope.unsigned(half).encode().toByteArray());
        Files.writeString(folder.resolve("junk.json"), "{\"list\":1}");
        Files.write(
                folder.resolve("draft.json"),
                publisher.list(2, release("1.5.0", 2)).encode().toByteArray());
    }
}
