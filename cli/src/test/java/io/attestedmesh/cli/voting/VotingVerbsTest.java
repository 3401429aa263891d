package io.attestedmesh.cli.voting;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.NodeFolder;
import io.attestedmesh.cli.RunningCommand;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.mpc.network.PlainParties;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, two of which decide, as an operator runs and asks them. */
@Timeout(180)
class VotingVerbsTest {
    private static final List<String> NAMES = List.of("a.example", "b.example", "c.example");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Map<String, Path> configs = new LinkedHashMap<>();
    private final Map<String, RunningCommand> running = new LinkedHashMap<>();
    private String operatorKey;

    @BeforeEach
    void configure() throws Exception {
        NodeFolder files = new NodeFolder(folder, Clock.systemUTC().instant());
        operatorKey = CommandRun.of(
                        "voting",
                        "operator-key",
                        "--out",
                        folder.resolve("operator.key").toString())
                .outLines()
                .get(0)
                .substring("operator-key ".length());
        Map<String, Integer> ports = new LinkedHashMap<>();
        for (String name : NAMES) {
            ports.put(name, PlainParties.freePort());
        }
        for (String name : NAMES) {
            files.issue(name + "-server", name, Usage.SERVER, Duration.ofDays(1));
            files.issue(name + "-client", name, Usage.CLIENT, Duration.ofDays(1));
            StringBuilder toml =
                    new StringBuilder("""
                    [node]
                    name = "%1$s"
                    listen = "127.0.0.1:%2$d"
                    mode = "manual"

                    [tls]
                    ca = "ca.crt"
                    server-certificate = "%1$s-server.crt"
                    server-key = "%1$s-server.key"
                    client-certificate = "%1$s-client.crt"
                    client-key = "%1$s-client.key"

                    [voting]
                    network = "test"
                    threshold = 2
                    members = ["a.example", "b.example", "c.example"]
                    folder = "%1$s"
                    admin = "127.0.0.1:%3$d"
                    operator-key = "%4$s"
                    """.formatted(name, ports.get(name), PlainParties.freePort(), operatorKey));
            ports.forEach((other, port) -> {
                if (!other.equals(name)) {
                    toml.append("""

                            [[peers]]
                            name = "%s"
                            voting-address = "127.0.0.1:%d"
                            """.formatted(other, port));
                }
            });
            configs.put(name, Files.writeString(folder.resolve(name + ".toml"), toml.toString()));
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (RunningCommand command : running.values()) {
            command.close();
        }
    }

    private void start(String... names) throws Exception {
        for (String name : names) {
            Path config = configs.get(name);
            String admin = Files.readAllLines(config).stream()
                    .filter(line -> line.startsWith("admin"))
                    .findFirst()
                    .orElseThrow()
                    .replaceAll("[^0-9.:]", "");
            running.put(
                    name,
                    RunningCommand.start(
                            List.of("voting", "run", "--config", config.toString()), "admin " + admin, PATIENCE));
        }
    }

    private CommandRun ask(String node, String verb, String... more) {
        List<String> words = new ArrayList<>(
                List.of("voting", verb, "--config", configs.get(node).toString()));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray(String[]::new));
    }

    private void startAll() throws Exception {
        start("a.example", "b.example", "c.example");
        for (String name : NAMES) {
            await(name, "info", "ready true");
        }
    }

    private void await(String node, String verb, String line, String... more) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!ask(node, verb, more).outLines().contains(line)) {
            assertThat(System.nanoTime()).as(line).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Test
    void vote_twoOfThree_decidesWithCertificateThatVerifies() throws Exception {
        startAll();
        Path certificate = folder.resolve("tx_001.json");
        Path keys = folder.resolve("info.json");

        CommandRun first = ask("a.example", "vote", "--tx-id", "tx_001", "--value", "42");
        CommandRun second = ask("b.example", "vote", "--tx-id", "tx_001", "--value", "42", "--wait");

        assertThat(first.outLines()).contains("transaction tx_001", "value 42", "node a.example", "sequence 1");
        assertThat(second.status()).isEqualTo(ExitStatus.DONE);
        assertThat(second.outLines()).contains("outcome DECIDED", "decided 42");
        await("c.example", "status", "outcome DECIDED", "--tx-id", "tx_001");
        CommandRun written = ask("c.example", "status", "--tx-id", "tx_001", "--certificate", certificate.toString());
        assertThat(written.out()).contains("a.example  42");
        Files.writeString(keys, ask("c.example", "info", "--json").out());
        CommandRun verified = CommandRun.of("voting", "verify", certificate.toString(), "--keys", keys.toString());
        assertThat(verified.outLines()).contains("outcome DECIDED", "value 42", "signedBy [a.example, b.example]");
        Files.writeString(
                certificate, Files.readString(certificate).replaceFirst("(?<=3432)(.)", "f")); // behind a value
        CommandRun changed = CommandRun.of("voting", "verify", certificate.toString(), "--keys", keys.toString());
        assertThat(changed.status()).isNotEqualTo(ExitStatus.DONE);
    }

    @Test
    void vote_splitAndWaiting_endsAndSaysSo() throws Exception {
        for (Path config : configs.values()) {
            Files.writeString(config, Files.readString(config).replace("threshold = 2", "threshold = 3"));
        }
        startAll();
        ask("a.example", "vote", "--tx-id", "tx_001", "--value", "42");
        ask("b.example", "vote", "--tx-id", "tx_001", "--value", "43");

        CommandRun last = ask("c.example", "vote", "--tx-id", "tx_001", "--value", "42", "--wait");

        assertThat(last.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(last.out()).contains("outcome PENDING", "stuck the votes are split");
    }

    @Test
    void vote_othersDoNotVote_waitEndsAtItsTimeout() throws Exception {
        startAll();

        CommandRun vote = ask("a.example", "vote", "--tx-id", "tx_001", "--value", "42", "--wait", "--timeout", "1s");

        assertThat(vote.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(vote.err()).contains("has voted", "pending after 1s", "amesh voting peers");
    }

    @Test
    void vote_twice_rejectedWithHint() throws Exception {
        startAll();
        ask("a.example", "vote", "--tx-id", "tx_001", "--value", "42");

        CommandRun again = ask("a.example", "vote", "--tx-id", "tx_001", "--value", "43");

        assertThat(again.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(again.err()).contains("voted for 42", "ALREADY_SAID", "hint: a node says one thing");
    }

    @Test
    void vote_othersAway_notReady() throws Exception {
        start("a.example");

        CommandRun vote = ask("a.example", "vote", "--tx-id", "tx_001", "--value", "42");

        assertThat(vote.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(vote.err()).contains("NOT_READY", "amesh voting peers");
    }

    @Test
    void vote_badIdOrValue_usage() throws Exception {
        start("a.example");

        assertThat(ask("a.example", "vote", "--tx-id", "a b", "--value", "42").status())
                .isEqualTo(ExitStatus.USAGE);
        assertThat(ask("a.example", "vote", "--tx-id", "a", "--value", "").status())
                .isEqualTo(ExitStatus.USAGE);
        assertThat(ask("a.example", "vote", "--tx-id", "a", "--value", "x".repeat(1025))
                        .status())
                .isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void status_unknownTransaction_rejected() throws Exception {
        start("a.example");

        CommandRun status = ask("a.example", "status", "--tx-id", "nobody-voted");

        assertThat(status.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(status.err()).contains("UNKNOWN_TRANSACTION");
    }

    @Test
    void minority_listedWithEvidenceAndAudited() throws Exception {
        startAll();
        ask("c.example", "vote", "--tx-id", "tx_001", "--value", "13");
        ask("a.example", "vote", "--tx-id", "tx_001", "--value", "42");
        ask("b.example", "vote", "--tx-id", "tx_001", "--value", "42", "--wait");

        await("a.example", "violations", "  c.example voted for 13 where tx_001 was decided to be 42");

        assertThat(ask("a.example", "violations", "--node", "b.example").out()).isEmpty();
        assertThat(ask("a.example", "reputation").out()).contains("c.example  9", "a.example  100.000");
        assertThat(ask("a.example", "peers").out()).contains("b.example", "true");
        await("a.example", "info", "ledgerWaiting 0");
        CommandRun audit = ask("a.example", "audit");
        assertThat(audit.status()).isEqualTo(ExitStatus.DONE);
        assertThat(audit.outLines()).contains("clean true", "recorder a.example");
        assertThat(ask("a.example", "monitor", "--count", "1").out()).contains("2 votes decide", "c.example");
    }

    @Test
    void reinstate_otherKey_rejected() throws Exception {
        startAll();
        Path other = folder.resolve("other.key");
        CommandRun.of("voting", "operator-key", "--out", other.toString());

        CommandRun act = ask("a.example", "reinstate", "--node", "c.example", "--key", other.toString());

        assertThat(act.status()).isEqualTo(ExitStatus.REJECTED);
        assertThat(act.err()).contains("not the operator's", operatorKey);
        CommandRun ours = ask(
                "a.example",
                "reinstate",
                "--node",
                "c.example",
                "--key",
                folder.resolve("operator.key").toString());
        assertThat(ours.status()).isEqualTo(ExitStatus.DONE);
    }

    @Test
    void vote_timeoutWithoutWait_usage() {
        CommandRun vote = ask("a.example", "vote", "--tx-id", "tx_001", "--value", "42", "--timeout", "1s");

        assertThat(vote.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(vote.err()).contains("--timeout is for --wait");
    }

    @Test
    void reinstate_unknownNode_saysWhoTheMembersAre() throws Exception {
        start("a.example");

        CommandRun act = ask(
                "a.example",
                "reinstate",
                "--node",
                "d.example",
                "--key",
                folder.resolve("operator.key").toString());

        assertThat(act.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(act.err()).contains("no member d.example", "a.example, b.example, c.example");
    }

    @Test
    void audit_leastWithoutKeys_usage() {
        CommandRun audit = ask("a.example", "audit", "--least", "3");

        assertThat(audit.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(audit.err()).contains("--least is for --keys");
    }

    @Test
    void testByzantine_withoutFlag_refused() throws Exception {
        start("a.example");

        CommandRun test = ask("a.example", "test-byzantine", "--test-type", "double-vote");

        assertThat(test.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(test.err()).contains("keeps the rules", "--insecure-byzantine");
    }

    @Test
    void run_insecureByzantineWithoutSimulation_refused() {
        CommandRun run = ask("a.example", "run", "--insecure-byzantine");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("simulated network");
    }

    @Test
    void verbs_nodeAway_failWithHint() {
        CommandRun info = ask("a.example", "info");

        assertThat(info.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(info.err()).contains("no token yet", "amesh voting run");
    }

    @Test
    void verbs_otherToken_refused() throws Exception {
        start("a.example");
        Path token = folder.resolve("a.example/admin.token");
        Files.writeString(token, "0".repeat(64));

        CommandRun info = ask("a.example", "info");

        assertThat(info.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(info.err()).contains("401");
    }

    @Test
    void secrets_madeForOwnerAlone_andRefusedIfOthersRead() throws Exception {
        start("a.example");
        Path key = folder.resolve("a.example/voting.key");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        running.remove("a.example").close();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun run = ask("a.example", "run");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err())
                .contains("others can read this secret")
                .doesNotContain(Files.readString(key).strip());
    }

    @Test
    void run_folderInUse_refused() throws Exception {
        start("a.example");

        CommandRun second = ask(
                "a.example",
                "run",
                "--set",
                "voting.admin=127.0.0.1:" + PlainParties.freePort(),
                "--set",
                "node.listen=127.0.0.1:" + PlainParties.freePort());

        assertThat(second.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(second.err()).contains("journal", "[voting] folder");
    }

    @Test
    void run_notAMember_refused() {
        CommandRun run = ask("a.example", "run", "--set", "node.name=stranger.example");

        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("none of the [voting] members");
    }

    @Test
    void restarted_stillKnowsTheDecision() throws Exception {
        startAll();
        ask("a.example", "vote", "--tx-id", "tx_001", "--value", "42");
        ask("b.example", "vote", "--tx-id", "tx_001", "--value", "42", "--wait");
        assertThat(running.remove("b.example").stop()).isEqualTo(ExitStatus.DONE);
        start("b.example");

        assertThat(ask("b.example", "status", "--tx-id", "tx_001").outLines()).contains("outcome DECIDED", "value 42");
    }

    @Test
    void verify_noKeys_usage() throws Exception {
        Path garbage = Files.writeString(folder.resolve("garbage.json"), "{\"certificate\":\"00\"}");

        CommandRun verify = CommandRun.of("voting", "verify", garbage.toString(), "--keys", garbage.toString());

        assertThat(verify.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(verify.err()).contains("no committee with its keys");
    }
}
