package io.attestedmesh.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.tls.NamePolicy;
import io.attestedmesh.attest.tls.PeerMode;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.mpc.canary.CanaryPlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeshConfigTest {
    static final String MANUAL = """
            [node]
            name = "alice.example"
            listen = "127.0.0.1:7443"
            mode = "manual"

            [tls]
            ca = "pki/ca.crt"
            server-certificate = "pki/server.crt"
            server-key = "pki/server.key"
            """;

    private static final String ATTESTED = """
            [node]
            name = "alice.example"
            mode = "full-auto"

            [tls]
            issuer-certificate = "ca.crt"
            issuer-key = "ca.key"

            [attestation]
            simulated = "insecure-cloud"
            max-age = "90m"

            [releases]
            root = "trust-root.json"
            source = "published/"
            state = "releases.state"
            minimum-version = 7
            require-inclusion = true
            max-checkpoint-age = "2h"
            refresh = "10s"
            ca = "web-ca.pem"
            proxy = "proxy.example:3128"

            [[peers]]
            name = "bob.example"
            pcr4 = "%s"

            [[peers]]
            name = "carol.example"
            mode = "manual"
            certificate = "carol.crt"
            """.formatted("ab".repeat(48));

    @TempDir
    Path folder;

    private MeshConfig load(String content, Overrides overrides) throws Exception {
        return MeshConfig.load(Files.writeString(folder.resolve("amesh.toml"), content), overrides);
    }

    @Test
    void load_fileThatIsNotUtf8_isRefused() throws Exception {
        Path file = folder.resolve("amesh.toml");
        Files.write(file, "# caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(refused(() -> MeshConfig.load(file, Overrides.NONE))).hasMessageContaining("not TOML");
        Files.write(file, "[node]\nname = \"caf\u00e9\"".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(refused(() -> MeshConfig.load(file, Overrides.NONE))).hasMessageContaining("not TOML");
    }

    private CommandException refused(String content, Overrides overrides) {
        return refused(() -> load(content, overrides));
    }

    static CommandException refused(ThrowingCallable load) {
        return assertThatExceptionOfType(CommandException.class)
                .isThrownBy(load)
                .satisfies(e -> assertThat(e.status()).isEqualTo(ExitStatus.USAGE))
                .satisfies(e -> assertThat(e.hint()).isNotEmpty())
                .actual();
    }

    @Test
    void manual_readsFilesRelativeToItsFolder() throws Exception {
        MeshConfig config = load(MANUAL, Overrides.NONE);
        assertThat(config.node().mode()).isEqualTo(PeerMode.MANUAL);
        assertThat(config.node().listen()).isEqualTo(new Address("127.0.0.1", 7443));
        assertThat(config.tls().server().orElseThrow().key()).isEqualTo(folder.resolve("pki/server.key"));
        assertThat(config.peers()).isEmpty();
    }

    @Test
    void attested_readsPeers() throws Exception {
        MeshConfig config = load(ATTESTED, Overrides.NONE);
        assertThat(config.attestation().maxAge()).isEqualTo(Duration.ofMinutes(90));
        assertThat(config.peers()).hasSize(2);
        assertThat(config.peers().get(0).pcrs()).containsOnlyKeys(4);
        assertThat(config.peers().get(0).mode(PeerMode.FULL_AUTO)).isEqualTo(PeerMode.FULL_AUTO);
        assertThat(config.peers().get(1).namePolicy()).isEqualTo(NamePolicy.PINNED);
    }

    @Test
    void attested_readsReleasesRelativeToItsFolder() throws Exception {
        ReleasesSection releases = load(ATTESTED, Overrides.NONE).releases().orElseThrow();

        assertThat(releases)
                .isEqualTo(new ReleasesSection(
                        folder.resolve("trust-root.json"),
                        folder.resolve("published") + "/",
                        Optional.of(folder.resolve("releases.state")),
                        7,
                        true,
                        Optional.of(Duration.ofHours(2)),
                        Duration.ofSeconds(10),
                        Optional.of(folder.resolve("web-ca.pem")),
                        Optional.of(new Address("proxy.example", 3128))));
    }

    @Test
    void releases_withTheLeastThatTheyNeed_haveDefaults() throws Exception {
        ReleasesSection releases = load(
                        MANUAL + "[releases]\nroot = \"r\"\nsource = \"s3://bucket/bundle.json\"\n", Overrides.NONE)
                .releases()
                .orElseThrow();

        assertThat(releases)
                .isEqualTo(new ReleasesSection(
                        folder.resolve("r"),
                        "s3://bucket/bundle.json",
                        Optional.empty(),
                        1,
                        false,
                        Optional.empty(),
                        Duration.ofSeconds(30),
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void releases_inNoSection_comeFromWhatOverridesTheFile() throws Exception {
        Map<String, String> variables = Map.of("AMESH_RELEASES_SOURCE", "bundle.json");
        Overrides overrides = Overrides.of(variables, List.of("releases.root=r", "releases.minimum-version=8"));
        ReleasesSection releases = load(MANUAL, overrides).releases().orElseThrow();

        assertThat(releases.source()).isEqualTo(folder.resolve("bundle.json").toString());
        assertThat(releases.minimumVersion()).isEqualTo(8);
    }

    @Test
    void releases_notSpokenOf_areNotThere() throws Exception {
        assertThat(load(MANUAL, Overrides.NONE).releases()).isEmpty();
    }

    @Test
    void releases_withASettingThatIsNoNumber_areRefused() throws Exception {
        refused(ATTESTED, Overrides.of(Map.of(), List.of("releases.minimum-version=seven")));
    }

    @Test
    void attested_withoutReleases_isRefusedWithAHint() {
        String without = ATTESTED.replaceAll("(?s)\\[releases\\].*?(?=\\[\\[peers)", "");

        assertThat(refused(without, Overrides.NONE).hint()).contains("[releases]");
    }

    @Test
    void unsignedListOfEarlierVersions_isRefusedWithTheHintThatListsAreSigned() throws Exception {
        String old = MANUAL + "[attestation]\nreleases = \"releases.json\"\n";

        assertThat(refused(old, Overrides.NONE).hint()).contains("[releases] root and source");
        assertThat(refused(MANUAL, Overrides.of(Map.of("AMESH_ATTESTATION_RELEASES", "r.json"), List.of()))
                        .hint())
                .contains("[releases] root and source");
    }

    @Test
    void variable_overridesFile_andSettingOverridesVariable() throws Exception {
        Map<String, String> variables = Map.of("AMESH_NODE_LISTEN", "[::1]:1", "AMESH_NODE_NAME", "dave.example");
        MeshConfig config = load(MANUAL, Overrides.of(variables, List.of("node.listen=localhost:0")));
        assertThat(config.node().name().name()).isEqualTo("dave.example");
        assertThat(config.node().listen()).isEqualTo(new Address("localhost", 0));
    }

    @Test
    void unrelatedVariables_areIgnored() throws Exception {
        Overrides overrides = Overrides.of(Map.of("AMESH_LOG", "debug", "AMESH_JAVA_OPTS", "", "HOME", "/"), List.of());
        assertThat(load(MANUAL, overrides).node().name().name()).isEqualTo("alice.example");
    }

    @Test
    void misspeltKey_isRefusedWithTheNearestOne() {
        CommandException e = refused(MANUAL.replace("listen", "lisen"), Overrides.NONE);
        assertThat(e).hasMessage("[node]: unknown key lisen");
        assertThat(e.hint()).isEqualTo("is it listen?");
    }

    @Test
    void misspeltKeyOfPeer_isRefusedWithTheNearestOne() {
        CommandException e = refused(ATTESTED.replace("pcr4", "prc4"), Overrides.NONE);
        assertThat(e).hasMessage("[[peers]] 1: unknown key prc4");
        assertThat(e.hint()).isEqualTo("is it pcr4?");
    }

    @Test
    void misspeltSection_isRefusedWithTheNearestOne() {
        assertThat(refused(MANUAL.replace("[tls]", "[tsl]"), Overrides.NONE).hint())
                .isEqualTo("is it tls?");
    }

    @Test
    void misspeltVariable_isRefusedWithTheNearestOne() throws Exception {
        Overrides overrides = Overrides.of(Map.of("AMESH_NODE_LISTN", "x"), List.of());
        assertThat(refused(MANUAL, overrides).hint()).isEqualTo("is it AMESH_NODE_LISTEN?");
    }

    @Test
    void misspeltSetting_isRefusedWithTheNearestOne() throws Exception {
        Overrides overrides = Overrides.of(Map.of(), List.of("node.listn=x"));
        assertThat(refused(MANUAL, overrides).hint()).isEqualTo("is it node.listen?");
    }

    @Test
    void settingOfUnknownSection_isRefused() throws Exception {
        refused(MANUAL, Overrides.of(Map.of(), List.of("nodes.listen=x")));
    }

    @Test
    void settingWithoutValue_isRefused() {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> Overrides.of(Map.of(), List.of("node.listen")));
    }

    @Test
    void brokenToml_namesTheLine() {
        assertThat(refused(MANUAL.replace("\"manual\"", "manual"), Overrides.NONE))
                .hasMessageContaining("line 4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name = \"alice.example\"|",
                "name = \"alice.example\"|name = \"a b\"",
                "name = \"alice.example\"|name = \"\"",
                "name = \"alice.example\"|name = 7",
                "mode = \"manual\"|mode = \"MANUAL\"",
                "mode = \"manual\"|mode = \"semi-auto\"",
                "mode = \"manual\"|mode = \"full-auto\"",
                "\"127.0.0.1:7443\"|\"127.0.0.1\"",
                "\"127.0.0.1:7443\"|\"127.0.0.1:70000\"",
                "\"127.0.0.1:7443\"|\"::1:7443\"",
                "server-key = \"pki/server.key\"|",
                "server-key = \"pki/server.key\"|server-key = \"\"",
                "ca = \"pki/ca.crt\"|ca = [\"pki/ca.crt\"]",
                "[node]|node = 1",
                "[node]|[[node]]",
            })
    void manual_withOneFault_isRefused(String line, String replacement) {
        refused(MANUAL.replace(line, replacement == null ? "" : replacement), Overrides.NONE);
    }

    @Test
    void attested_withoutSimulation_usesTheDevice() throws Exception {
        AttestationSection real = load(ATTESTED.replace("simulated = \"insecure-cloud\"", ""), Overrides.NONE)
                .attestation();
        assertThat(real.simulated()).isEmpty();
        assertThat(real.nsm()).isEqualTo(Path.of("/dev/nsm"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "simulated = \"insecure-cloud\"|simulated = \"insecure-cloud\"\\nnsm = \"/dev/nsm\"",
                "simulated = \"insecure-cloud\"|nsm = 7",
                "\"insecure-cloud\"|\"cloud\"",
                "\"insecure-cloud\"|\"insecure-cloud/..\"",
                "max-age = \"90m\"|insecure-any-release = true",
                "max-age = \"90m\"|insecure-any-release = \"true\"",
                "max-age = \"90m\"|releases = \"releases.json\"",
                "root = \"trust-root.json\"|",
                "root = \"trust-root.json\"|root = \"\"",
                "root = \"trust-root.json\"|root = [\"trust-root.json\"]",
                "source = \"published/\"|",
                "source = \"published/\"|source = \"\"",
                "source = \"published/\"|source = \"ftp://a.example/b\"",
                "source = \"published/\"|source = \"http://a.example/b\"",
                "source = \"published/\"|source = 7",
                "minimum-version = 7|minimum-version = 0",
                "minimum-version = 7|minimum-version = -1",
                "minimum-version = 7|minimum-version = 1.0",
                "minimum-version = 7|minimum-version = \"7\"",
                "minimum-version = 7|minimum-version = 9007199254740992",
                "minimum-version = 7|minimum-version = 99999999999999999999",
                "require-inclusion = true|require-inclusion = \"yes\"",
                "\"2h\"|\"2 h\"",
                "refresh = \"10s\"|refresh = \"2d\"",
                "refresh = \"10s\"|refresh = \"0s\"",
                "refresh = \"10s\"|refresh = 10",
                "refresh = \"10s\"|reload = \"10s\"",
                "[releases]|[[releases]]",
                "\"90m\"|\"0m\"",
                "\"90m\"|\"-1h\"",
                "\"90m\"|\"1w\"",
                "issuer-key = \"ca.key\"|",
                "\"carol.example\"|\"bob.example\"",
                "certificate = \"carol.crt\"|name-policy = \"pinned\"",
                "certificate = \"carol.crt\"|certificate = \"carol.crt\"\\nname-policy = \"san\"",
                "certificate = \"carol.crt\"|pcr4 = \"00\"",
                "[[peers]]|[peers]",
            })
    void attested_withOneFault_isRefused(String line, String replacement) {
        String with = replacement == null ? "" : replacement.replace("\\n", "\n");
        refused(ATTESTED.replace(line, with), Overrides.NONE);
    }

    @Test
    void zeroPin_isRefused() {
        assertThat(refused(ATTESTED.replace("ab".repeat(48), "00".repeat(48)), Overrides.NONE))
                .hasMessageContaining("all zero");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0:9464",
                "[::]:9464",
                "10.0.0.7:9464",
                "[2001:db8::1]:9464",
                "metrics.example:9464",
                "localhost.example:9464",
                "127.example:9464"
            })
    void telemetry_onAnAddressThatOthersReach_isRefused_unlessOnPurpose(String listen) throws Exception {
        String toml = MANUAL + "[telemetry]\nlisten = \"" + listen + "\"\n";

        CommandException e = refused(toml, Overrides.NONE);
        assertThat(e).hasMessage("[telemetry] listen is no loopback address");
        assertThat(e.hint()).contains("plain HTTP").contains("127.0.0.1:9464");
        TelemetrySection anyway =
                load(toml + "insecure-listen-anywhere = true\n", Overrides.NONE).telemetry();
        assertThat(anyway.isExposed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9464", "127.1.2.3:0", "[::1]:9464", "localhost:9464"})
    void telemetry_onLoopback_isRead(String listen) throws Exception {
        TelemetrySection telemetry = load(MANUAL + "[telemetry]\nlisten = \"" + listen + "\"\n", Overrides.NONE)
                .telemetry();

        assertThat(telemetry.listen()).hasToString("Optional[" + listen + "]");
        assertThat(telemetry.isExposed()).isFalse();
    }

    @Test
    void telemetry_notSaid_listensNowhere() throws Exception {
        assertThat(load(MANUAL, Overrides.NONE).telemetry().listen()).isEmpty();
    }

    private static final String PARTY = MANUAL + """

            [mpc]
            party = 1

            [[peers]]
            name = "bob.example"
            party = 2
            address = "10.0.0.2:7443"
            party-releases = ["bobs"]

            [[peers]]
            name = "carol.example"
            party = 3
            address = "10.0.0.3:7443"
            """;

    @Test
    void contexts_areReadInTheirOrder() throws Exception {
        MeshConfig config = load(PARTY + """
                [[contexts]]
                name = "signing"
                parties = [3, 1]
                releases = ["kms 1", "kms 2"]
                [[contexts]]
                name = "all"
                parties = [1, 2, 3]
                """, Overrides.NONE);

        assertThat(config.contexts())
                .containsExactly(
                        new ContextSection("signing", List.of(1, 3), Set.of("kms 1", "kms 2")),
                        new ContextSection("all", List.of(1, 2, 3), Set.of()));
    }

    /** Keys of a row, separated by semicolons, as TOML. */
    private static String lines(String keys) {
        return keys.replace("; ", "\n").replace("'", "\"") + "\n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name = 'a' | parties is not a list of numbers",
                "name = 'a'; parties = [] | parties is not a list of numbers",
                "name = 'a'; parties = 2 | parties is not a list of numbers",
                "name = 'a'; parties = [1, 'two'] | no whole number",
                "name = 'a'; parties = [1, 2, 2] | twice",
                "name = 'a'; parties = [0, 1] | no whole number",
                "name = 'a'; parties = [1, 4] | nobody is party 4",
                "name = 'a'; parties = [2, 3] | needs this node's own party, 1",
                "name = 'a'; parties = [1] | needs this node's own party, 1",
                "name = 'a b'; parties = [1, 2] | is not a name",
                "parties = [1, 2] | name is missing",
                "name = 'a'; parties = [1, 2]; releases = ['others'] | have none in common",
                "name = 'a'; parties = [1, 2]; color = 'red' | unknown key color"
            })
    void contextThatCannotBe_isRefused(String keys, String why) {
        assertThat(refused(PARTY + "[[contexts]]\n" + lines(keys), Overrides.NONE))
                .hasMessageContaining(why);
    }

    @Test
    void contextsOfOneName_areRefused() {
        String context = "[[contexts]]\nname = \"a\"\nparties = [1, 2]\n";

        assertThat(refused(PARTY + context + context, Overrides.NONE)).hasMessageContaining("two [[contexts]]");
    }

    @Test
    void contextsBesideTheOneOfMpc_areRefused() {
        String toml = PARTY.replace("party = 1", "party = 1\ncontext = \"b\"")
                + "[[contexts]]\nname = \"a\"\nparties = [1, 2]\n";

        assertThat(refused(toml, Overrides.NONE)).hasMessageContaining("contradicts [[contexts]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[[contexts]]\nname = \"a\"\nparties = [1, 2]\n", "[canary]\nrounds = 3\n"})
    void whatIsForParties_isRefusedWhereThereAreNone(String section) {
        assertThat(refused(MANUAL + section, Overrides.NONE)).hasMessageContaining("is for parties");
    }

    @Test
    void partyWithTheNameOfThisNode_isRefused() {
        assertThat(refused(PARTY.replace("bob.example", "alice.example"), Overrides.NONE))
                .hasMessageContaining("has the name of this node");
    }

    @Test
    void canary_hasDefaults_andIsNotThereUnlessAskedFor() throws Exception {
        assertThat(load(PARTY, Overrides.NONE).canary()).isEmpty();
        assertThat(load(PARTY + "[canary]\n", Overrides.NONE).canary()).contains(CanaryPlan.DEFAULT);
        assertThat(load(PARTY + "[canary]\nevery = \"5s\"\n", Overrides.NONE)
                        .canary()
                        .orElseThrow()
                        .roundTime())
                .isEqualTo(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "every = '2d' | every is 1 s to 1 day",
                "every = '10s'; round-time = '11s' | a round has some time",
                "sessions = 1001 | sessions is not a whole number",
                "sessions = 1000; message-bytes = 1048576 | more than 64 MiB",
                "sessions = 1000 | more than 200000 a day",
                "rounds = 0 | rounds is not a whole number",
                "message-bytes = 27 | message-bytes is not a whole number",
                "bytes = 100 | unknown key bytes"
            })
    void canaryOutOfBounds_isRefused(String keys, String why) {
        assertThat(refused(PARTY + "[canary]\n" + lines(keys), Overrides.NONE)).hasMessageContaining(why);
    }

    @Test
    void peersAndContextsOfAnother_haveToFit() throws Exception {
        MeshConfig config = load(PARTY, Overrides.NONE);
        MeshConfig another =
                load(PARTY.replace("party = 1", "party = 4").replace("party = 3", "party = 1"), Overrides.NONE);

        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> config.with(another))
                .withMessageContaining("two parties have the id 1");
        assertThat(config.with(config)).isEqualTo(config);
    }
}
